import { sql, type Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/**
 * The chat list shows how long the last voice note, audio or video is, and a reaction that is newer than the last Message.
 * Both are filled in for Chats that have them already. Never edit this file: add a new one.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;
  for (const name of ['last_seconds', 'reaction_message'] as const) {
    await schema.alterTable('chat').addColumn(name, t.number).execute();
  }
  for (const [name, type, usual] of [
    ['reaction_at', t.number, 0],
    ['reaction_by', t.number, 0],
    ['reaction_emoji', t.name(40), ''],
    ['reaction_body', t.name(100), ''],
    ['reaction_type', t.key(20), 'text'],
  ] as const) {
    await schema
      .alterTable('chat')
      .addColumn(name, type, (c) => c.notNull().defaultTo(usual))
      .execute();
  }
  await sql`update chat set last_seconds = (select seconds from media where media.message = chat.last_message)
    where last_type in ('voice', 'audio', 'video') and merged_into is null`.execute(db);
  await fillReactions(db);
}

interface Newest {
  chat: number;
  message: number;
  body: string;
  type: string;
  at: number;
  emoji: string;
  by_whom: number;
}

/** The newest of each Chat; few have any. */
async function fillReactions(db: Kysely<never>): Promise<void> {
  const { rows } = await sql<Newest>`
    select * from (
      select m.chat_id as chat, m.id as message, m.body as body, m.type as type, r.at as at, r.emoji as emoji,
        r.sender_contact_id as by_whom, row_number() over (partition by m.chat_id order by r.at desc, r.emoji desc) as place
      from reaction r join message m on m.id = r.message
      where m.merged_into is null and m.revoked_at is null and (m.from_me = 1 or r.from_us = 1)
    ) ranked where place = 1`.execute(db);
  for (const row of rows) {
    await sql`update chat set reaction_message = ${row.message}, reaction_at = ${row.at}, reaction_by = ${row.by_whom},
      reaction_emoji = ${row.emoji}, reaction_body = ${row.body.slice(0, 100).replace(/[\ud800-\udbff]$/, '')},
      reaction_type = ${row.type} where id = ${row.chat}`.execute(db);
  }
}
