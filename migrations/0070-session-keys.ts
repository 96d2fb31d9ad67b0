import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** What engines must keep and nobody may read (credentials, Signal keys), sealed, a row each. Never edit this file: add a new one. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  await t
    .table(
      db.schema
        .createTable('session_key')
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('kind', t.key(40), (c) => c.notNull())
        .addColumn('id', t.key(191), (c) => c.notNull())
        .addColumn('sealed', t.text, (c) => c.notNull())
        .addColumn('at', t.number, (c) => c.notNull())
        .addPrimaryKeyConstraint('session_key_row', ['inbox_id', 'kind', 'id']),
    )
    .execute();
  await db.schema
    .createIndex('session_key_age')
    .on('session_key')
    .columns(['inbox_id', 'kind', 'at'])
    .execute();
}
