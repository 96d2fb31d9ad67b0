import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** People we have blocked, and when that was last told. Never edit this file: add a new one. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  for (const [name, type] of [
    ['blocked', t.small],
    ['blocked_at', t.number],
  ] as const) {
    await db.schema
      .alterTable('contact')
      .addColumn(name, type, (c) => c.notNull().defaultTo(0))
      .execute();
  }
  await db.schema
    .createIndex('contact_blocked')
    .on('contact')
    .columns(['inbox_id', 'blocked'] as never[])
    .execute();
}
