import { CompiledQuery, type Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { ChatTable } from '../schema/chat.ts';
import type { InboxRow } from './inbox.ts';
import { rowsBy } from './rows-by.ts';

export type ChatRow = Selectable<ChatTable>;

export async function insertChat(db: Queryable, row: Omit<ChatRow, 'id'>): Promise<number> {
  const inserted = await db.insertInto('chat').values(row).executeTakeFirstOrThrow();
  return Number(inserted.insertId);
}

export async function readChats(db: Queryable, ids: readonly number[]): Promise<ChatRow[]> {
  if (ids.length === 0) return [];
  return (await db.executeQuery(rowsBy('chat', 'id', ids))).rows;
}

/** `joined`: the Chat that this one was joined into. */
export type InboxOfChat = InboxRow & { joined: number | null };

/** The Inbox of a Chat: who may read it, and where it stands. */
export function inboxOfChatQuery(chatId: number): CompiledQuery<InboxOfChat> {
  return CompiledQuery.raw(
    `select inbox.*, chat.merged_into as joined from chat join inbox on inbox.id = chat.inbox_id where chat.id = ?`,
    [chatId],
  ) as CompiledQuery<InboxOfChat>;
}

/** The newest of the Chats of these Contacts and of these Chats. */
export async function newestChats(
  db: Queryable,
  of: { contactIds: readonly number[]; ids: readonly number[] },
  limit: number,
): Promise<ChatRow[]> {
  const standing = db.selectFrom('chat').selectAll().where('merged_into', 'is', null);
  const rows: ChatRow[] = [];
  for (const [column, ids] of [
    ['contact_id', of.contactIds],
    ['id', of.ids],
  ] as const) {
    if (ids.length === 0) continue;
    rows.push(
      ...(await standing
        .where(column, 'in', ids)
        .orderBy('last_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()),
    );
  }
  return rows;
}

/** Contacts' direct Chats, for showing a Contact's `chatId`. */
export async function chatsOfContacts(
  db: Queryable,
  contactIds: readonly number[],
): Promise<{ id: number; contact_id: number | null }[]> {
  if (contactIds.length === 0) return [];
  return db
    .selectFrom('chat')
    .select(['id', 'contact_id'])
    .where('contact_id', 'in', contactIds)
    .where('merged_into', 'is', null)
    .execute();
}
