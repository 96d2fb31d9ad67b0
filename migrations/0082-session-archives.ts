import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/**
 * Sealed copies of the folders that engines keep their link in, in parts; which folder ran a Session last; how its starts
 * have been failing, for the process that comes after. Never edit this file: add a new one.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;
  await t
    .table(
      schema
        .createTable('session_archive')
        .addColumn('inbox_id', t.number, (c) => c.notNull().primaryKey())
        .addColumn('generation', t.number, (c) => c.notNull())
        .addColumn('engine', t.key(40), (c) => c.notNull())
        .addColumn('sealed', t.text, (c) => c.notNull())
        .addColumn('parts', t.number, (c) => c.notNull())
        .addColumn('bytes', t.number, (c) => c.notNull())
        .addColumn('at', t.number, (c) => c.notNull()),
    )
    .execute();
  await t
    .table(
      schema
        .createTable('session_archive_part')
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('generation', t.number, (c) => c.notNull())
        .addColumn('part', t.number, (c) => c.notNull())
        .addColumn('bytes', t.bytes, (c) => c.notNull())
        .addPrimaryKeyConstraint('session_archive_part_row', ['inbox_id', 'generation', 'part']),
    )
    .execute();
  await schema.alterTable('session').addColumn('home', t.key(64)).execute();
  for (const counter of ['failures', 'restarts'])
    await schema
      .alterTable('session')
      .addColumn(counter, t.number, (c) => c.notNull().defaultTo(0))
      .execute();
  await schema.createIndex('session_event_age').on('session_event').column('at').execute();
}
