import { sql, type Kysely } from 'kysely';
import { dialectOf } from '../db/portable.ts';

/**
 * The index of what is unread moved with every message, since it held the count. On MySQL it now holds whether there is
 * any, which changes seldom. SQLite's holds the unread alone, and in the list's order. Never edit this file: add a new one.
 */
export async function up(db: Kysely<never>): Promise<void> {
  if (dialectOf(db) === 'sqlite') return;
  await sql`alter table chat add column is_unread tinyint as (unread > 0) stored`.execute(db);
  await db.schema.dropIndex('chat_unread').on('chat').execute();
  await db.schema
    .createIndex('chat_unread')
    .on('chat')
    .columns(['inbox_id', 'archived', 'is_unread'] as never[])
    .execute();
}
