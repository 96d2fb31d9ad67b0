import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** Whether numbers are on WhatsApp, as they were last asked about. Never edit this file: add a new one. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  await t
    .table(
      db.schema
        .createTable('number_check')
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('phone', t.key(20), (c) => c.notNull())
        .addColumn('is_there', t.small, (c) => c.notNull())
        .addColumn('checked_at', t.number, (c) => c.notNull())
        .addPrimaryKeyConstraint('number_check_of', ['inbox_id', 'phone']),
    )
    .execute();
  await db.schema
    .createIndex('number_check_time')
    .on('number_check')
    .columns(['inbox_id', 'checked_at'])
    .execute();
}
