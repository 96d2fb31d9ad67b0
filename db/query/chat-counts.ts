import { sql } from 'kysely';
import type { Queryable } from '../database.ts';
import { mentioningChats } from './chat-list.ts';

/** How many Chats of an Inbox each tab of the chat list holds; `messages`: unread ones, of what is not archived. */
export interface ChatCounts {
  inboxId: number;
  all: number;
  unread: number;
  /** In which our number, or the asker by a note, is named in what is not read yet. */
  mentions: number;
  mine: number;
  nobody: number;
  groups: number;
  archived: number;
  messages: number;
}

/** One walk along the index `chat_list_filtered`, which holds all but the mentions, and those are few. Inboxes without Chats are left out. */
export async function countChats(
  db: Queryable,
  inboxIds: readonly number[],
  agentId: number,
): Promise<ChatCounts[]> {
  if (inboxIds.length === 0) return [];
  const naming = await db
    .selectFrom(mentioningChats(db, inboxIds, agentId).as('found'))
    .innerJoin('chat', 'chat.id', 'found.id')
    .select(({ fn }) => ['chat.inbox_id', fn.countAll<number>().as('chats')])
    .where('chat.archived', '=', 0)
    .where('chat.merged_into', 'is', null)
    .groupBy('chat.inbox_id')
    .execute();
  const sum = (what: ReturnType<typeof sql<boolean>>) =>
    sql<number>`sum(case when ${what} then 1 else 0 end)`;
  const rows = await db
    .selectFrom('chat')
    .select(({ fn }) => [
      'inbox_id',
      'archived',
      fn.countAll<number>().as('chats'),
      sum(sql`unread > 0`).as('unread'),
      sum(sql`assignee_id = ${agentId}`).as('mine'),
      sum(sql`assignee_id is null`).as('nobody'),
      sum(sql`kind = 'group'`).as('groups'),
      sql<number>`sum(case when unread > 0 then unread else 0 end)`.as('messages'),
    ])
    .where('inbox_id', 'in', inboxIds)
    .where('merged_into', 'is', null)
    .groupBy(['inbox_id', 'archived'])
    .execute();
  return inboxIds.flatMap((inboxId) => {
    const own = rows.filter((row) => row.inbox_id === inboxId);
    if (!own.length) return [];
    const open = own.find((row) => !row.archived);
    return {
      inboxId,
      all: Number(open?.chats ?? 0),
      unread: Number(open?.unread ?? 0),
      mentions: Number(naming.find((row) => row.inbox_id === inboxId)?.chats ?? 0),
      mine: Number(open?.mine ?? 0),
      nobody: Number(open?.nobody ?? 0),
      groups: Number(open?.groups ?? 0),
      archived: Number(own.find((row) => row.archived)?.chats ?? 0),
      messages: Number(open?.messages ?? 0),
    };
  });
}
