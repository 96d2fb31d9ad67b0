import type { Insertable, Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { EndpointAttemptTable, EndpointDeliveryTable } from '../schema/endpoint.ts';

export type EndpointDeliveryRow = Selectable<EndpointDeliveryTable>;
export type EndpointAttemptRow = Selectable<EndpointAttemptTable>;

export async function queueDeliveries(
  db: Queryable,
  rows: readonly Pick<Insertable<EndpointDeliveryTable>, 'endpoint_id' | 'event' | 'due_at'>[],
): Promise<void> {
  if (rows.length === 0) return;
  await db
    .insertInto('endpoint_delivery')
    .values(rows.map((row) => ({ ...row, state: 'queued' as const })))
    .execute();
}

/** Longest due first, without those under way. */
export async function dueDeliveries(
  db: Queryable,
  endpointId: number,
  now: number,
  limit: number,
): Promise<EndpointDeliveryRow[]> {
  return db
    .selectFrom('endpoint_delivery')
    .selectAll()
    .where('endpoint_id', '=', endpointId)
    .where('state', '=', 'queued')
    .where('due_at', '<=', now)
    .where('lease_until', '<=', now)
    .orderBy('due_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** When the next one of these Endpoints falls due; undefined: nothing waits. */
export async function nextDueDelivery(
  db: Queryable,
  endpointIds: readonly number[],
  after: number,
): Promise<number | undefined> {
  if (endpointIds.length === 0) return undefined;
  const row = await db
    .selectFrom('endpoint_delivery')
    .select((e) => e.fn.min('due_at').as('due_at'))
    .where('endpoint_id', 'in', endpointIds)
    .where('state', '=', 'queued')
    .where('due_at', '>', after)
    .executeTakeFirst();
  return row?.due_at ?? undefined;
}

/** Compare-and-set: of any number of callers exactly one gets it. Counts the attempt. */
export async function claimDelivery(
  db: Queryable,
  row: EndpointDeliveryRow,
  claim: { lease: string; until: number },
): Promise<boolean> {
  const result = await db
    .updateTable('endpoint_delivery')
    .set({ lease: claim.lease, lease_until: claim.until, attempt: row.attempt + 1 })
    .where('id', '=', row.id)
    .where('state', '=', 'queued')
    .where('attempt', '=', row.attempt)
    .where('lease_until', '=', row.lease_until)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

/** What became of a try; only its holder's word counts. `queued`: again at `dueAt`. */
export async function settleDelivery(
  db: Queryable,
  id: number,
  lease: string,
  end: { state: EndpointDeliveryRow['state']; dueAt: number; at: number },
): Promise<void> {
  await db
    .updateTable('endpoint_delivery')
    .set({
      state: end.state,
      due_at: end.dueAt,
      settled_at: end.state === 'queued' ? 0 : end.at,
      lease: null,
      lease_until: 0,
    })
    .where('id', '=', id)
    .where('lease', '=', lease)
    .execute();
}

export async function insertAttempt(
  db: Queryable,
  row: Omit<Insertable<EndpointAttemptTable>, 'id'>,
): Promise<void> {
  await db.insertInto('endpoint_attempt').values(row).execute();
}

export async function attemptsOf(
  db: Queryable,
  deliveries: readonly number[],
): Promise<EndpointAttemptRow[]> {
  if (deliveries.length === 0) return [];
  return db
    .selectFrom('endpoint_attempt')
    .selectAll()
    .where('delivery', 'in', deliveries)
    .orderBy('id')
    .execute();
}

/** Newest first; `before` is the id of the last of the page before. */
export async function listDeliveries(
  db: Queryable,
  endpointId: number,
  page: { state: EndpointDeliveryRow['state'] | undefined; before: number | undefined; limit: number },
) {
  let query = db
    .selectFrom('endpoint_delivery as d')
    .innerJoin('endpoint_event as e', 'e.id', 'd.event')
    .select(['d.id', 'd.state', 'd.due_at', 'e.name', 'e.type', 'e.inbox_id', 'e.at'])
    .where('d.endpoint_id', '=', endpointId);
  if (page.state !== undefined) query = query.where('d.state', '=', page.state);
  if (page.before !== undefined) query = query.where('d.id', '<', page.before);
  return query.orderBy('d.id', 'desc').limit(page.limit).execute();
}

/** By Endpoint and state, of what is not over. */
export async function countDeliveries(db: Queryable, endpointIds: readonly number[]) {
  if (endpointIds.length === 0) return [];
  return db
    .selectFrom('endpoint_delivery')
    .select((e) => ['endpoint_id', 'state', e.fn.countAll<number>().as('count')])
    .where('endpoint_id', 'in', endpointIds)
    .where('state', 'in', ['queued', 'dead'])
    .groupBy(['endpoint_id', 'state'])
    .execute();
}

/** Tells again what was told or given up: one of an Endpoint, or all in a state whose event is not older than `since`. */
export async function requeueDeliveries(
  db: Queryable,
  endpointId: number,
  which: { id: number } | { state: 'dead' | 'delivered'; since: number },
  now: number,
): Promise<number> {
  let query = db
    .updateTable('endpoint_delivery')
    .set({ state: 'queued', attempt: 0, due_at: now, settled_at: 0, lease: null, lease_until: 0 })
    .where('endpoint_id', '=', endpointId);
  if ('id' in which) query = query.where('id', '=', which.id).where('state', '!=', 'queued');
  else {
    query = query
      .where('state', '=', which.state)
      .where('event', 'in', (e) =>
        e.selectFrom('endpoint_event').select('endpoint_event.id').where('at', '>=', which.since),
      );
  }
  const result = await query.executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Those of these events that the Endpoint has a row for. */
export async function eventsQueuedFor(
  db: Queryable,
  endpointId: number,
  events: readonly number[],
): Promise<Set<number>> {
  if (events.length === 0) return new Set();
  const rows = await db
    .selectFrom('endpoint_delivery')
    .select('event')
    .where('endpoint_id', '=', endpointId)
    .where('event', 'in', events)
    .execute();
  return new Set(rows.map((row) => row.event));
}

/** Everything of long ago, a thousand rows a call; true: there may be more. What still waits stays. */
export async function sweepEndpoints(
  db: Queryable,
  before: { events: number; attempts: number; told: number },
): Promise<boolean> {
  const most = 1_000;
  const events = await db
    .selectFrom('endpoint_event as e')
    .select('e.id')
    .where('e.at', '<', before.events)
    .where((w) =>
      w.not(
        w.exists(
          w
            .selectFrom('endpoint_delivery as d')
            .select('d.id')
            .whereRef('d.event', '=', 'e.id')
            .where('d.state', '=', 'queued'),
        ),
      ),
    )
    .limit(most)
    .execute();
  const ids = events.map(({ id }) => id);
  if (ids.length > 0) {
    await db.deleteFrom('endpoint_delivery').where('event', 'in', ids).execute();
    await db.deleteFrom('endpoint_event').where('id', 'in', ids).execute();
  }
  const attempts = await db
    .selectFrom('endpoint_attempt')
    .select('id')
    .where('at', '<', before.attempts)
    .limit(most)
    .execute();
  if (attempts.length > 0) {
    await db
      .deleteFrom('endpoint_attempt')
      .where(
        'id',
        'in',
        attempts.map(({ id }) => id),
      )
      .execute();
  }
  const told = await db
    .selectFrom('endpoint_told as t')
    .leftJoin('message', 'message.id', 't.message')
    .select(['t.message', 'message.inbox_id'])
    .where('t.at', '<', before.told)
    .limit(most)
    .execute();
  const newest = new Map<number, number>();
  for (const { message, inbox_id } of told) {
    if (inbox_id !== null) newest.set(inbox_id, Math.max(newest.get(inbox_id) ?? 0, message));
  }
  for (const [inboxId, id] of newest) {
    await db
      .updateTable('endpoint_progress')
      .set({ newest: id })
      .where('inbox_id', '=', inboxId)
      .where('newest', '<', id)
      .execute();
  }
  if (told.length > 0) {
    await db
      .deleteFrom('endpoint_told')
      .where(
        'message',
        'in',
        told.map(({ message }) => message),
      )
      .execute();
  }
  return [ids, attempts, told].some((list) => list.length === most);
}
