import type { Kysely } from 'kysely';
import { dialectOf } from '../db/portable.ts';

/**
 * The chat list's index holds what the list is filtered by: a rare filter among many Chats reads the index alone. Never edit
 * this file: add a new one.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const { schema } = db;
  const place = ['inbox_id', 'archived', 'pinned', 'last_at', 'id'];
  const filters = ['merged_into', 'unread', 'kind', 'assignee_id'];
  await schema
    .createIndex('chat_list_filtered')
    .on('chat')
    .columns([...place, ...filters])
    .execute();
  const dropped = schema.dropIndex('chat_list');
  await (dialectOf(db) === 'mysql' ? dropped.on('chat') : dropped).execute();
}
