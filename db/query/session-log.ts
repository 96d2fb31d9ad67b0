import type { Queryable } from '../database.ts';
import type { SessionEventKind } from '../../server/contract/session-state.ts';
import type { SessionEventTable } from '../schema/inbox.ts';

export interface SessionLogEntry extends Pick<
  SessionEventTable,
  'at' | 'state' | 'code' | 'action' | 'detail'
> {
  id: number;
  lastedMs: number;
  event: SessionEventKind;
  number: string;
  engine: string;
  engineVersion: string;
  connectedMs: number | null;
  lastAction: string;
  lastActionAt: number | null;
}

/** The life of an Inbox's Session, newest first; `before` is the id of the last entry of the page before. */
export async function listSessionLog(
  db: Queryable,
  inboxId: number,
  page: { before: number | undefined; limit: number },
): Promise<SessionLogEntry[]> {
  let query = db
    .selectFrom('session_event')
    .select([
      'id',
      'at',
      'state',
      'code',
      'action',
      'detail',
      'lasted as lastedMs',
      'event',
      'number',
      'engine',
    ])
    .select(['engine_version as engineVersion', 'connected_ms as connectedMs'])
    .select(['last_action as lastAction', 'last_action_at as lastActionAt'])
    .where('inbox_id', '=', inboxId);
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  return query.orderBy('id', 'desc').limit(page.limit).execute();
}

/** Inboxes whose log has entries older than `before` (ms). */
export async function inboxesWithOldLog(db: Queryable, before: number): Promise<number[]> {
  const query = db.selectFrom('session_event').select('inbox_id').distinct().where('at', '<', before);
  return (await query.orderBy('inbox_id').execute()).map((row) => row.inbox_id);
}

/**
 * Forgets at most `limit` entries of an Inbox older than `before`, oldest first, and returns how many. The last log-out and
 * the first `working` after it stay: since when the number is linked is read there.
 */
export async function pruneSessionLog(
  db: Queryable,
  inboxId: number,
  before: number,
  limit: number,
): Promise<number> {
  const own = db.selectFrom('session_event').select('id').where('inbox_id', '=', inboxId);
  const out = await own.where('state', '=', 'logged-out').orderBy('id', 'desc').executeTakeFirst();
  const linked = await own
    .where('state', '=', 'working')
    .where('id', '>', out?.id ?? 0)
    .orderBy('id')
    .executeTakeFirst();
  const old = await own
    .where('at', '<', before)
    .where('id', 'not in', [out?.id ?? 0, linked?.id ?? 0])
    .orderBy('at')
    .limit(limit)
    .execute();
  const ids = old.map(({ id }) => id);
  if (ids.length > 0) await db.deleteFrom('session_event').where('id', 'in', ids).execute();
  return ids.length;
}
