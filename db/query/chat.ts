import { CompiledQuery, type Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { ChatTable } from '../schema/chat.ts';
import type { InboxRow } from './inbox.ts';
import { isUnreadChat } from '../portable.ts';
import { likePattern } from './like.ts';
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

export interface ChatListPage {
  search: string;
  filter: 'all' | 'unread' | 'groups' | 'archived';
  /** Of one Agent, or of nobody. */
  assignee?: number | null | undefined;
  label?: number | undefined;
  before: { pinned: number; at: number; id: number } | undefined;
  limit: number;
}

/** The chat list: pinned first, then the newest. The rows of {@link pageChatIdsQuery}, and no other, are fetched. */
export function pageChatsQuery(db: Queryable, inboxId: number, page: ChatListPage) {
  return db
    .selectFrom(pageChatIdsQuery(db, inboxId, page).as('page'))
    .innerJoin('chat', 'chat.id', 'page.id')
    .selectAll('chat')
    .orderBy('chat.pinned', 'desc')
    .orderBy('chat.last_at', 'desc')
    .orderBy('chat.id', 'desc');
}

/**
 * One range of the index `chat_list_filtered`, which holds all but search and labels: MariaDB would fetch the row of
 * every Chat that a filter leaves out, and of every Chat before the page.
 */
export function pageChatIdsQuery(db: Queryable, inboxId: number, page: ChatListPage) {
  let query = db
    .selectFrom('chat')
    .select('id')
    .where('inbox_id', '=', inboxId)
    .where('archived', '=', page.filter === 'archived' ? 1 : 0)
    .where('merged_into', 'is', null);
  if (page.filter === 'unread') query = query.where(isUnreadChat(db));
  if (page.filter === 'groups') query = query.where('kind', '=', 'group');
  if (page.search !== '') query = query.where('search_text', 'like', likePattern(page.search));
  if (page.assignee === null) query = query.where('assignee_id', 'is', null);
  else if (page.assignee !== undefined) query = query.where('assignee_id', '=', page.assignee);
  const { label } = page;
  if (label !== undefined) {
    query = query.where('id', 'in', (eb) =>
      eb
        .selectFrom('chat_label')
        .select('chat_label.chat_id')
        .where('label_id', '=', label)
        .where('chat_label.inbox_id', '=', inboxId),
    );
  }
  const { before } = page;
  if (before) {
    // `last_at <= …` (for the unpinned, where the long lists are) gives the index a place to begin.
    if (before.pinned === 0) query = query.where('pinned', '=', 0).where('last_at', '<=', before.at);
    query = query.where((eb) =>
      eb.or([
        eb('pinned', '<', before.pinned),
        eb.and([
          eb('pinned', '=', before.pinned),
          eb.or([
            eb('last_at', '<', before.at),
            eb.and([eb('last_at', '=', before.at), eb('id', '<', before.id)]),
          ]),
        ]),
      ]),
    );
  }
  return query.orderBy('pinned', 'desc').orderBy('last_at', 'desc').orderBy('id', 'desc').limit(page.limit);
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
