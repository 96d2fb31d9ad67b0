import type { Queryable } from '../database.ts';
import { isUnreadChat } from '../portable.ts';
import { likePattern } from './like.ts';

/** What a list of Chats is cut to. */
export interface ChatListCut {
  search: string;
  filter: 'all' | 'unread' | 'mentions' | 'groups' | 'archived';
  /** Who asks: whose mentions in notes count under `mentions`. */
  agentId?: number;
  /** Of one Agent, or of nobody. */
  assignee?: number | null | undefined;
  label?: number | undefined;
}

export interface ChatListPage extends ChatListCut {
  before: { pinned: number; at: number; id: number } | undefined;
  /** Those for whom nobody waits. */
  onlySettled?: boolean;
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
 * One range of the index `chat_list_filtered`, which holds all but search, labels and who waits: MariaDB would fetch the
 * row of every Chat that a filter leaves out, and of every Chat before the page.
 */
export function pageChatIdsQuery(db: Queryable, inboxId: number, page: ChatListPage) {
  let query = cutChats(db, inboxId, page);
  if (page.onlySettled) query = query.where('waiting_since', '=', 0);
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

export interface WaitingPage extends ChatListCut {
  after: { since: number; id: number } | undefined;
  limit: number;
}

/** Chats whose customer waits for an answer, the longest first. Of {@link waitingIdsQuery}, and no other, the rows are fetched. */
export function waitingChatsQuery(db: Queryable, inboxId: number, page: WaitingPage) {
  return db
    .selectFrom(waitingIdsQuery(db, inboxId, page).as('page'))
    .innerJoin('chat', 'chat.id', 'page.id')
    .selectAll('chat')
    .orderBy('chat.waiting_since')
    .orderBy('chat.id');
}

/** One range of the index `chat_waiting`. */
export function waitingIdsQuery(db: Queryable, inboxId: number, page: WaitingPage) {
  let query = cutChats(db, inboxId, page).where('waiting_since', '>', 0);
  const { after } = page;
  if (after) {
    query = query
      .where('waiting_since', '>=', after.since)
      .where((eb) =>
        eb.or([
          eb('waiting_since', '>', after.since),
          eb.and([eb('waiting_since', '=', after.since), eb('id', '>', after.id)]),
        ]),
      );
  }
  return query.orderBy('waiting_since').orderBy('id').limit(page.limit);
}

function cutChats(db: Queryable, inboxId: number, cut: ChatListCut) {
  let query = db
    .selectFrom('chat')
    .select('id')
    .where('inbox_id', '=', inboxId)
    .where('archived', '=', cut.filter === 'archived' ? 1 : 0)
    .where('merged_into', 'is', null);
  if (cut.filter === 'unread') query = query.where(isUnreadChat(db));
  if (cut.filter === 'mentions') {
    query = query.where('id', 'in', mentioningChats(db, [inboxId], cut.agentId ?? 0));
  }
  if (cut.filter === 'groups') query = query.where('kind', '=', 'group');
  if (cut.search !== '') query = query.where('search_text', 'like', likePattern(cut.search));
  if (cut.assignee === null) query = query.where('assignee_id', 'is', null);
  else if (cut.assignee !== undefined) query = query.where('assignee_id', '=', cut.assignee);
  const { label } = cut;
  if (label !== undefined) {
    query = query.where('id', 'in', (eb) =>
      eb
        .selectFrom('chat_label')
        .select('chat_label.chat_id')
        .where('label_id', '=', label)
        .where('chat_label.inbox_id', '=', inboxId),
    );
  }
  return query;
}

/** Chats in which our number is named by what is unread, or the Agent by a note not seen. Few: by two indexes of their own. */
export function mentioningChats(db: Queryable, inboxIds: readonly number[], agentId: number) {
  return db
    .selectFrom('chat as naming')
    .select('naming.id as id')
    .where('naming.inbox_id', 'in', inboxIds)
    .where('naming.mentioned', '=', 1)
    .union(
      db
        .selectFrom('note_mention')
        .select('note_mention.chat_id as id')
        .where('note_mention.agent_id', '=', agentId)
        .where('note_mention.inbox_id', 'in', inboxIds),
    );
}
