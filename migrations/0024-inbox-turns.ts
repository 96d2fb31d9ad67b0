import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** How many turns have written to an Inbox. Never edit this file: add a new one. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  await db.schema
    .alterTable('inbox')
    .addColumn('turns', t.number, (c) => c.notNull().defaultTo(0))
    .execute();
}
