import type { Insertable, Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { EndpointEventTable, EndpointProgressTable, EndpointToldTable } from '../schema/endpoint.ts';
import type { SessionEventTable } from '../schema/inbox.ts';

export type EndpointEventRow = Selectable<EndpointEventTable>;
export type EndpointProgressRow = Selectable<EndpointProgressTable>;
export type EndpointToldRow = Selectable<EndpointToldTable>;

/** Inboxes of these Organisations, with their heads and how far each has been told. */
export async function inboxesToTell(
  db: Queryable,
  organisationIds: readonly number[],
): Promise<
  { id: number; name: string; organisationId: number; seq: number; progress?: EndpointProgressRow }[]
> {
  if (organisationIds.length === 0) return [];
  const rows = await db
    .selectFrom('inbox')
    .leftJoin('endpoint_progress as p', 'p.inbox_id', 'inbox.id')
    .select([
      'inbox.id',
      'inbox.name',
      'inbox.organisation_id as organisationId',
      'inbox.seq',
      'p.seq as toldSeq',
      'p.message',
      'p.newest',
      'p.session_event',
    ])
    .where('inbox.organisation_id', 'in', organisationIds)
    .orderBy('inbox.id')
    .execute();
  return rows.map(({ toldSeq, message, newest, session_event, ...inbox }) => ({
    ...inbox,
    ...(toldSeq !== null && {
      progress: {
        inbox_id: inbox.id,
        seq: toldSeq,
        message: message ?? 0,
        newest: newest ?? 0,
        session_event: session_event ?? 0,
      },
    }),
  }));
}

/** Compare-and-set; with `from` undefined the first row. False: somebody else was here. */
export async function moveProgress(
  db: Queryable,
  from: EndpointProgressRow | undefined,
  to: EndpointProgressRow,
): Promise<boolean> {
  if (!from) {
    await db.insertInto('endpoint_progress').values(to).execute();
    return true;
  }
  const { inbox_id, ...change } = to;
  const result = await db
    .updateTable('endpoint_progress')
    .set(change)
    .where('inbox_id', '=', inbox_id)
    .where('seq', '=', from.seq)
    .where('message', '=', from.message)
    .where('session_event', '=', from.session_event)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

/** Where the Inboxes of an Organisation stand now: what was before is told to nobody. */
export async function progressOfNow(db: Queryable, organisationId: number): Promise<EndpointProgressRow[]> {
  const rows = await db
    .selectFrom('inbox')
    .select((e) => [
      'inbox.id as inbox_id',
      'inbox.seq',
      e
        .selectFrom('message')
        .select((m) => m.fn.max('message.id').as('id'))
        .whereRef('message.inbox_id', '=', 'inbox.id')
        .as('newest'),
      e
        .selectFrom('session_event')
        .select((m) => m.fn.max('session_event.id').as('id'))
        .whereRef('session_event.inbox_id', '=', 'inbox.id')
        .as('session_event'),
    ])
    .where('organisation_id', '=', organisationId)
    .execute();
  return rows.map((row) => ({
    inbox_id: row.inbox_id,
    seq: row.seq,
    message: Number.MAX_SAFE_INTEGER,
    newest: Number(row.newest ?? 0),
    session_event: Number(row.session_event ?? 0),
  }));
}

export async function replaceProgress(db: Queryable, rows: readonly EndpointProgressRow[]): Promise<void> {
  for (const row of rows) {
    await db.deleteFrom('endpoint_progress').where('inbox_id', '=', row.inbox_id).execute();
    await db.insertInto('endpoint_progress').values(row).execute();
  }
}

export async function sessionEventsAfter(
  db: Queryable,
  inboxId: number,
  after: number,
  limit: number,
): Promise<Selectable<SessionEventTable>[]> {
  return db
    .selectFrom('session_event')
    .selectAll()
    .where('inbox_id', '=', inboxId)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function readTold(db: Queryable, messages: readonly number[]): Promise<EndpointToldRow[]> {
  if (messages.length === 0) return [];
  return db.selectFrom('endpoint_told').selectAll().where('message', 'in', messages).execute();
}

export async function replaceTold(db: Queryable, rows: readonly EndpointToldRow[]): Promise<void> {
  if (rows.length === 0) return;
  await db
    .deleteFrom('endpoint_told')
    .where(
      'message',
      'in',
      rows.map((row) => row.message),
    )
    .execute();
  await db.insertInto('endpoint_told').values(rows).execute();
}

/** Their ids, by name. A name that is there already is a unique violation. */
export async function insertEndpointEvents(
  db: Queryable,
  rows: readonly Omit<Insertable<EndpointEventTable>, 'id'>[],
): Promise<ReadonlyMap<string, number>> {
  if (rows.length === 0) return new Map();
  await db.insertInto('endpoint_event').values(rows).execute();
  const names = rows.map(({ name }) => name);
  const made = await db
    .selectFrom('endpoint_event')
    .select(['id', 'name'])
    .where('name', 'in', names)
    .execute();
  return new Map(made.map(({ id, name }) => [name, id]));
}

/** Events of an Organisation since `since`, oldest first, after the id `after`. */
export async function endpointEventsSince(
  db: Queryable,
  organisationId: number,
  place: { since: number; after: number; limit: number },
): Promise<Pick<EndpointEventRow, 'id' | 'type' | 'inbox_id'>[]> {
  return db
    .selectFrom('endpoint_event')
    .select(['id', 'type', 'inbox_id'])
    .where('organisation_id', '=', organisationId)
    .where('at', '>=', place.since)
    .where('id', '>', place.after)
    .orderBy('id')
    .limit(place.limit)
    .execute();
}

export async function readEndpointEvent(db: Queryable, id: number): Promise<EndpointEventRow | undefined> {
  return db.selectFrom('endpoint_event').selectAll().where('id', '=', id).executeTakeFirst();
}
