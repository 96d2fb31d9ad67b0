import { sql, type Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/**
 * Which history an Inbox's counter counts in. All that was counted before is one era. Never edit this file: add a new one.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  await t
    .table(
      db.schema
        .createTable('inbox_era')
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('n', t.number, (c) => c.notNull())
        .addColumn('era', t.key(32), (c) => c.notNull())
        .addColumn('since', t.number, (c) => c.notNull())
        .addPrimaryKeyConstraint('inbox_era_key', ['inbox_id', 'n']),
    )
    .execute();
  await db.schema
    .alterTable('inbox')
    .addColumn('era', t.key(32), (c) => c.notNull().defaultTo('0'))
    .execute();
  await sql`insert into inbox_era (inbox_id, n, era, since) select id, 0, '0', 0 from inbox`.execute(db);
}
