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
