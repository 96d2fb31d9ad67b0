import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { AddressTable } from '../schema/chat.ts';

export type AddressRow = Selectable<AddressTable>;

export async function readAddresses(
  db: Queryable,
  inboxId: number,
  values: readonly string[],
): Promise<AddressRow[]> {
  if (values.length === 0) return [];
  return db
    .selectFrom('address')
    .selectAll()
    .where('inbox_id', '=', inboxId)
    .where('value', 'in', values)
    .execute();
}

export async function insertAddress(db: Queryable, row: AddressRow): Promise<void> {
  await db.insertInto('address').values(row).execute();
}

/** All Addresses of a Contact lead to the Chat from now on. */
export async function pointContactAddressesAtChat(
  db: Queryable,
  contactId: number,
  chatId: number,
): Promise<void> {
  await db.updateTable('address').set({ chat_id: chatId }).where('contact_id', '=', contactId).execute();
}

export async function moveAddressesToContact(db: Queryable, from: number, to: number): Promise<void> {
  await db.updateTable('address').set({ contact_id: to }).where('contact_id', '=', from).execute();
}

export function addressesOfContact(db: Queryable, contactId: number): Promise<AddressRow[]> {
  return db.selectFrom('address').selectAll().where('contact_id', '=', contactId).orderBy('value').execute();
}

export function addressesOfChat(db: Queryable, chatId: number): Promise<AddressRow[]> {
  return db.selectFrom('address').selectAll().where('chat_id', '=', chatId).orderBy('value').execute();
}

/** Those of many Chats, in the order of {@link addressesOfChat}; a few hundred are asked for at once. */
export async function addressesOfChats(db: Queryable, chatIds: readonly number[]): Promise<AddressRow[]> {
  const rows: AddressRow[] = [];
  for (let from = 0; from < chatIds.length; from += 500) {
    const some = chatIds.slice(from, from + 500);
    rows.push(
      ...(await db.selectFrom('address').selectAll().where('chat_id', 'in', some).orderBy('value').execute()),
    );
  }
  return rows;
}
