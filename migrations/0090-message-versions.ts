import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** What edited Messages said before. Never edit this file: add a new one. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  await t
    .table(
      db.schema
        .createTable('message_version')
        .addColumn('message', t.number, (c) => c.notNull())
        .addColumn('at', t.number, (c) => c.notNull())
        .addColumn('body', t.text, (c) => c.notNull())
        .addColumn('type', t.key(20), (c) => c.notNull())
        .addColumn('agent_id', t.number)
        .addPrimaryKeyConstraint('message_version_key', ['message', 'at']),
    )
    .execute();
}
