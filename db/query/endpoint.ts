import type { Insertable, Selectable, Updateable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { EndpointTable } from '../schema/endpoint.ts';

export type EndpointRow = Selectable<EndpointTable>;

export async function insertEndpoint(
  db: Queryable,
  row: Omit<Insertable<EndpointTable>, 'id'>,
): Promise<number> {
  const result = await db.insertInto('endpoint').values(row).executeTakeFirstOrThrow();
  return Number(result.insertId);
}

export async function listEndpoints(db: Queryable, organisationId: number): Promise<EndpointRow[]> {
  return db
    .selectFrom('endpoint')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .orderBy('id')
    .execute();
}

export async function findEndpoint(
  db: Queryable,
  organisationId: number,
  id: number,
): Promise<EndpointRow | undefined> {
  return db
    .selectFrom('endpoint')
    .selectAll()
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
}

/** Of all Organisations: those in these states. */
export async function endpointsInState(
  db: Queryable,
  states: readonly EndpointRow['state'][],
): Promise<EndpointRow[]> {
  return db.selectFrom('endpoint').selectAll().where('state', 'in', states).orderBy('id').execute();
}

export async function updateEndpoint(
  db: Queryable,
  id: number,
  change: Updateable<EndpointTable>,
): Promise<void> {
  if (Object.keys(change).length === 0) return;
  await db.updateTable('endpoint').set(change).where('id', '=', id).execute();
}

/** With everything that was waiting for it, and what was written down of it. */
export async function deleteEndpoint(db: Queryable, id: number): Promise<void> {
  await db
    .deleteFrom('endpoint_attempt')
    .where('delivery', 'in', (e) =>
      e.selectFrom('endpoint_delivery').select('id').where('endpoint_id', '=', id),
    )
    .execute();
  await db.deleteFrom('endpoint_delivery').where('endpoint_id', '=', id).execute();
  await db.deleteFrom('endpoint').where('id', '=', id).execute();
}

/** An answer was good: nothing is held against it any more. */
export async function noteGoodAnswer(db: Queryable, id: number, at: number): Promise<void> {
  await db
    .updateTable('endpoint')
    .set({ failures: 0, failing_since: 0, paused_until: 0, last_ok_at: at })
    .where('id', '=', id)
    .execute();
}

/** Counts one more failure; the answer is the row as it stands then. */
export async function noteBadAnswer(
  db: Queryable,
  id: number,
  at: number,
): Promise<Pick<EndpointRow, 'failures' | 'failing_since' | 'state'> | undefined> {
  await db
    .updateTable('endpoint')
    .set((e) => ({
      failures: e('failures', '+', 1),
      failing_since: e.case().when('failing_since', '=', 0).then(at).else(e.ref('failing_since')).end(),
    }))
    .where('id', '=', id)
    .execute();
  return db
    .selectFrom('endpoint')
    .select(['failures', 'failing_since', 'state'])
    .where('id', '=', id)
    .executeTakeFirst();
}
