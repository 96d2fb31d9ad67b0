import { sql, type Kysely } from 'kysely';
import { columnTypes, dialectOf } from '../db/portable.ts';

/**
 * What an archived number needs to be brought back: the engine that ran it, and which webhooks fed it. Never edit this
 * file: add a new one.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const t = columnTypes(dialectOf(db));
  await db.schema
    .alterTable('inbox_removal')
    .addColumn('engine', t.key(40), (c) => c.notNull().defaultTo(''))
    .execute();
  await db.schema
    .alterTable('webhook_gone')
    .addColumn('inbox_id', t.number, (c) => c.notNull().defaultTo(0))
    .execute();
  // Of those that are archived already the log of their life knows it.
  await sql`update inbox_removal set engine = coalesce((
      select e.engine from session_event e where e.id = (
        select max(id) from session_event
        where session_event.inbox_id = inbox_removal.inbox_id and session_event.engine not in ('', 'none'))
    ), 'none') where mode = 'keep'`.execute(db);
}
