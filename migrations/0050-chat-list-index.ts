import { sql, type Kysely } from 'kysely';
import { dialectOf } from '../db/portable.ts';

/**
 * The chat list's index holds what the list is filtered by: a rare filter among many Chats reads the index alone. What is
 * unread, the filter used most, has an index of its own. Never edit this file: add a new one.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const { schema } = db;
  const filters = ['merged_into', 'unread', 'kind', 'assignee_id'];
  await schema
    .createIndex('chat_list_filtered')
    .on('chat')
    .columns([...place, ...filters])
    .execute();
  const unread = schema.createIndex('chat_unread').on('chat');
  if (dialectOf(db) === 'mysql') {
    await unread.columns(['inbox_id', 'archived', 'unread']).execute();
    await schema.dropIndex('chat_list').on('chat').execute();
    return;
  }
  // Holds the unread only, in the list's order. The query must say `unread > 0` in so many words.
  await unread
    .columns([...place, ...filters])
    .where(sql<boolean>`unread > 0`)
    .execute();
  await schema.dropIndex('chat_list').execute();
}

const place = ['inbox_id', 'archived', 'pinned', 'last_at', 'id'];
