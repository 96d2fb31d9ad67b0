import { sql, type Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/**
 * Chats in which the number, or an Agent by a note, was named in what is not read yet; and since when a customer waits for
 * an answer. Who waits already is worked out here; who was named before this version is not looked for. Never edit this
 * file: add a new one.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const dialect = dialectOf(db);
  const t = columnTypes(dialect);
  const { schema } = db;
  for (const [name, type, usual] of [
    ['mentioned', t.small, 0],
    ['noted_ids', t.key(400), ''],
    ['waiting_since', t.number, 0],
    ['settled_at', t.number, 0],
    ['settled_id', t.number, 0],
  ] as const) {
    await schema
      .alterTable('chat')
      .addColumn(name, type, (c) => c.notNull().defaultTo(usual))
      .execute();
  }
  await t
    .table(
      schema
        .createTable('note_mention')
        .addColumn('agent_id', t.number, (c) => c.notNull())
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('chat_id', t.number, (c) => c.notNull())
        .addColumn('note_id', t.number, (c) => c.notNull())
        .addPrimaryKeyConstraint('note_mention_of', ['agent_id', 'inbox_id', 'chat_id', 'note_id']),
    )
    .execute();
  await schema.createIndex('note_mention_chat').on('note_mention').columns(['chat_id', 'note_id']).execute();
  await fillWaiting(db);
  const waiting = schema.createIndex('chat_waiting').on('chat').columns(waitingIndex);
  const mentioned = schema.createIndex('chat_mentioned').on('chat');
  if (dialect === 'mysql') {
    await waiting.execute();
    await mentioned.columns(['inbox_id', 'mentioned']).execute();
    return;
  }
  // These hold the few only. The queries must say the condition in so many words.
  await waiting.where(sql<boolean>`waiting_since > 0`).execute();
  await mentioned
    .columns(['inbox_id', 'id'])
    .where(sql<boolean>`mentioned = 1`)
    .execute();
}

// Without `unread`: it changes with every Message, and each would write this index, too.
const waitingIndex = [
  'inbox_id',
  'archived',
  'waiting_since',
  'id',
  'merged_into',
  'kind',
  'assignee_id',
] as never[];

/** Chats whose last word is not one of ours that WhatsApp has: the first live Message after our last. */
async function fillWaiting(db: Kysely<never>): Promise<void> {
  await sql`update chat set waiting_since = coalesce((
      select min(m.at) from message m
      where m.chat_id = chat.id and m.from_me = 0 and m.live = 1 and m.merged_into is null and m.revoked_at is null
        and m.type <> 'system' and m.at > coalesce((
          select max(a.at) from message a
          where a.chat_id = chat.id and a.from_me = 1 and a.ack >= 1 and a.merged_into is null and a.type <> 'system'
        ), 0)
    ), 0)
    where kind = 'person' and merged_into is null and (last_from_me = 0 or last_ack < 1)`.execute(db);
}
