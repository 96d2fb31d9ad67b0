import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { MemberTable } from '../schema/chat.ts';

export type MemberRow = Selectable<MemberTable>;

export async function readMembers(db: Queryable, chatId: number): Promise<MemberRow[]> {
  return db.selectFrom('member').selectAll().where('chat_id', '=', chatId).orderBy('contact_id').execute();
}

/** Replaces the rows of these people in their groups. */
export async function writeMemberRows(db: Queryable, rows: readonly MemberRow[]): Promise<void> {
  for (const row of rows) {
    await db
      .deleteFrom('member')
      .where('chat_id', '=', row.chat_id)
      .where('contact_id', '=', row.contact_id)
      .execute();
  }
  for (let start = 0; start < rows.length; start += 200) {
    await db
      .insertInto('member')
      .values(rows.slice(start, start + 200))
      .execute();
  }
}

export function membershipsOf(db: Queryable, contacts: readonly number[]): Promise<MemberRow[]> {
  return db
    .selectFrom('member')
    .selectAll()
    .where('contact_id', 'in', contacts)
    .orderBy('chat_id')
    .orderBy('contact_id')
    .execute();
}

/** Those of these groups in which we are said to be no more. */
export async function chatsWeLeft(db: Queryable, chats: readonly number[]): Promise<number[]> {
  const rows = await db
    .selectFrom('member')
    .innerJoin('contact', 'contact.id', 'member.contact_id')
    .select('member.chat_id')
    .where('member.chat_id', 'in', chats)
    .where('member.role', '=', 'gone')
    .where('contact.is_me', '=', 1)
    .execute();
  return rows.map((row) => row.chat_id);
}

export async function deleteMemberships(db: Queryable, contactId: number): Promise<void> {
  await db.deleteFrom('member').where('contact_id', '=', contactId).execute();
}
