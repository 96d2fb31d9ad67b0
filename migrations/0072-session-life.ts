import type { Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/** What stood around each event of a Session's life, and until when its breaker is open. Never edit this file: add a new one. */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  const { schema } = db;
  const event = (): ReturnType<typeof schema.alterTable> => schema.alterTable('session_event');
  await event()
    .addColumn('event', t.key(20), (c) => c.notNull().defaultTo('state'))
    .execute();
  await event()
    .addColumn('number', t.key(40), (c) => c.notNull().defaultTo(''))
    .execute();
  await event()
    .addColumn('engine', t.key(40), (c) => c.notNull().defaultTo(''))
    .execute();
  await event()
    .addColumn('engine_version', t.name(120), (c) => c.notNull().defaultTo(''))
    .execute();
  await event().addColumn('connected_ms', t.number).execute();
  await event()
    .addColumn('last_action', t.key(60), (c) => c.notNull().defaultTo(''))
    .execute();
  await event().addColumn('last_action_at', t.number).execute();
  await schema
    .alterTable('session')
    .addColumn('retry_at', t.number, (c) => c.notNull().defaultTo(0))
    .execute();
}
