import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** Canned replies stand in categories; those there are have none. Never edit this file: add a new one. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  await db.schema
    .alterTable('canned_reply')
    .addColumn('category', t.name(40), (c) => c.notNull().defaultTo(''))
    .execute();
}
