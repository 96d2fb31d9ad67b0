import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/**
 * Profile pictures of people and groups: what is shown, and when each is asked about again. Never edit this file: add a
 * new one.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;
  for (const table of ['contact', 'chat'])
    await schema.alterTable(table).addColumn('picture', t.number).execute();
  await t
    .table(
      schema
        .createTable('profile_picture')
        .addColumn('id', t.id, (c) => t.autoIncrement(c))
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('small_digest', t.key(64), (c) => c.notNull())
        .addColumn('small_size', t.number, (c) => c.notNull())
        .addColumn('large_digest', t.key(64), (c) => c.notNull())
        .addColumn('large_size', t.number, (c) => c.notNull())
        .addColumn('source_digest', t.key(64), (c) => c.notNull()),
    )
    .execute();
  for (const column of ['inbox_id', 'small_digest', 'large_digest'])
    await schema
      .createIndex(`profile_picture_${column}`)
      .on('profile_picture')
      .columns([column] as never[])
      .execute();
  await t
    .table(
      schema
        .createTable('profile_picture_check')
        .addColumn('inbox_id', t.number, (c) => c.notNull())
        .addColumn('subject', t.key(24), (c) => c.notNull())
        .addColumn('due_at', t.number, (c) => c.notNull())
        .addPrimaryKeyConstraint('profile_picture_check_of', ['inbox_id', 'subject'] as never[]),
    )
    .execute();
}
