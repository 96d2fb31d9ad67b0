import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { ReceiptTable } from '../schema/message.ts';

export type ReceiptRow = Selectable<ReceiptTable>;

export async function readReceipts(db: Queryable, messages: readonly number[]): Promise<ReceiptRow[]> {
  if (messages.length === 0) return [];
  return db
    .selectFrom('receipt')
    .selectAll()
    .where('message', 'in', [...new Set(messages)])
    .orderBy('message')
    .orderBy('contact_id')
    .execute();
}

/** Replaces the rows of these Messages and Contacts. */
export async function writeReceiptRows(db: Queryable, rows: readonly ReceiptRow[]): Promise<void> {
  for (const row of rows) {
    await db
      .deleteFrom('receipt')
      .where('message', '=', row.message)
      .where('contact_id', '=', row.contact_id)
      .execute();
  }
  if (rows.length > 0)
    await db
      .insertInto('receipt')
      .values([...rows])
      .execute();
}

export function receiptsOfContact(db: Queryable, contactId: number): Promise<ReceiptRow[]> {
  return db.selectFrom('receipt').selectAll().where('contact_id', '=', contactId).execute();
}

export async function deleteReceiptsOfContact(db: Queryable, contactId: number): Promise<void> {
  await db.deleteFrom('receipt').where('contact_id', '=', contactId).execute();
}

export async function deleteReceipts(db: Queryable, message: number): Promise<void> {
  await db.deleteFrom('receipt').where('message', '=', message).execute();
}
