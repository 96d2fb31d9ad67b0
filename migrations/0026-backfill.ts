import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** Pulling the history of a whole Inbox: how far it got, so that it goes on where it stopped. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;
  await schema
    .alterTable('chat')
    .addColumn('backfilled_at', t.number, (c) => c.notNull().defaultTo(0))
    .execute();
  await t
    .table(
      schema
        .createTable('backfill')
        .addColumn('inbox_id', t.number, (c) => c.primaryKey().notNull())
        .addColumn('state', t.key(10), (c) => c.notNull())
        .addColumn('since', t.number, (c) => c.notNull())
        .addColumn('per_chat', t.number, (c) => c.notNull())
        .addColumn('messages', t.number, (c) => c.notNull())
        .addColumn('started_at', t.number, (c) => c.notNull())
        .addColumn('ended_at', t.number),
    )
    .execute();
}
