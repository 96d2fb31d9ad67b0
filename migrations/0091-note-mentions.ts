import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** Colleagues named in internal notes. Never edit this file: add a new one. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  await db.schema
    .alterTable('note')
    .addColumn('mentions', t.key(400), (c) => c.notNull().defaultTo(''))
    .execute();
}
