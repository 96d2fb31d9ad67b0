import type { Kysely } from 'kysely';
import { columnTypes, dialectOf, textIndexOf } from '../db/portable.ts';

/** The text of Messages as search finds it, filled beside the merge. Never edit this file: add a new one. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;
  await t
    .table(
      schema
        .createTable('message_text')
        .addColumn('message', t.number, (c) => c.primaryKey().notNull())
        .addColumn('doc', t.number, (c) => c.notNull())
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('chat_id', t.number, (c) => c.notNull())
        .addColumn('digest', t.key(32), (c) => c.notNull())
        .addUniqueConstraint('message_text_doc', ['doc']),
    )
    .execute();
  await schema.createIndex('message_text_inbox').on('message_text').column('inbox_id').execute();
  await schema.createIndex('chat_search').on('chat').columns(['inbox_id', 'search_text']).execute();
  await textIndexOf(db).create(db);
  await t
    .table(
      schema
        .createTable('search_progress')
        .addColumn('inbox_id', t.number, (c) => c.primaryKey().notNull())
        .addColumn('seq', t.number, (c) => c.notNull())
        .addColumn('message', t.number, (c) => c.notNull()),
    )
    .execute();
}
