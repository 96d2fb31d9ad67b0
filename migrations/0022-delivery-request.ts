import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** What a Delivery asks of the engine beside the text: whom it names, what it passes on. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  await db.schema.alterTable('delivery').addColumn('request', t.text).execute();
}
