import type { Queryable } from '../database.ts';

export interface Lease {
  inboxId: number;
  owner: string;
  /** Rises with every taking: writes of an older epoch are refused. */
  epoch: number;
}

/**
 * Takes the right to run a Session. Undefined when another process holds it. `alone`: there is no other process, so
 * whoever is named in the row is dead.
 */
export async function takeLease(
  db: Queryable,
  lease: { inboxId: number; owner: string; now: number; until: number; alone: boolean },
): Promise<Lease | undefined> {
  let update = db
    .updateTable('session')
    .set((eb) => ({
      lease_owner: lease.owner,
      lease_until: lease.until,
      lease_epoch: eb('lease_epoch', '+', 1),
    }))
    .where('inbox_id', '=', lease.inboxId);
  if (!lease.alone) {
    update = update.where((eb) =>
      eb.or([eb('lease_until', '<', lease.now), eb('lease_owner', '=', lease.owner)]),
    );
  }
  const result = await update.executeTakeFirst();
  if (Number(result.numUpdatedRows) === 0) return undefined;
  const row = await db
    .selectFrom('session')
    .select('lease_epoch')
    .where('inbox_id', '=', lease.inboxId)
    .executeTakeFirstOrThrow();
  return { inboxId: lease.inboxId, owner: lease.owner, epoch: row.lease_epoch };
}

/** False when the lease is another's by now: stop at once. */
export async function renewLease(db: Queryable, lease: Lease, until: number): Promise<boolean> {
  const result = await db
    .updateTable('session')
    .set({ lease_until: until })
    .where('inbox_id', '=', lease.inboxId)
    .where('lease_owner', '=', lease.owner)
    .where('lease_epoch', '=', lease.epoch)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

export async function releaseLease(db: Queryable, lease: Lease): Promise<void> {
  await db
    .updateTable('session')
    .set({ lease_owner: null, lease_until: 0 })
    .where('inbox_id', '=', lease.inboxId)
    .where('lease_owner', '=', lease.owner)
    .where('lease_epoch', '=', lease.epoch)
    .execute();
}

/** Whether the Session should be running: what a start of the process goes by. */
export async function setWanted(db: Queryable, inboxId: number, wanted: boolean): Promise<void> {
  await db
    .updateTable('session')
    .set({ wanted: wanted ? 1 : 0 })
    .where('inbox_id', '=', inboxId)
    .execute();
}

export async function listWanted(db: Queryable): Promise<number[]> {
  const rows = await db
    .selectFrom('session')
    .select('inbox_id')
    .where('wanted', '=', 1)
    .where('engine', '!=', 'none')
    .orderBy('inbox_id')
    .execute();
  return rows.map((row) => row.inbox_id);
}

/** Sessions that look alive in their rows although nobody wants them: their process died while it ended them. */
export async function listStray(db: Queryable): Promise<number[]> {
  const rows = await db
    .selectFrom('session')
    .select('inbox_id')
    .where('wanted', '=', 0)
    .where('engine', '!=', 'none')
    .where('state', 'in', ['starting', 'pairing', 'syncing', 'working', 'degraded'])
    .orderBy('inbox_id')
    .execute();
  return rows.map((row) => row.inbox_id);
}

/**
 * Up to when history has been pulled to the end, and since when the number is linked (as the log of the Session has
 * it), both ms; 0 = never.
 */
export async function readCaughtUp(
  db: Queryable,
  inboxId: number,
): Promise<{ caughtUpAt: number; linkedAt: number }> {
  const row = await db
    .selectFrom('session')
    .select('caught_up_at')
    .where('inbox_id', '=', inboxId)
    .executeTakeFirst();
  const loggedOut = await db
    .selectFrom('session_event')
    .select('id')
    .where('inbox_id', '=', inboxId)
    .where('state', '=', 'logged-out')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  const linked = await db
    .selectFrom('session_event')
    .select('at')
    .where('inbox_id', '=', inboxId)
    .where('state', '=', 'working')
    .where('id', '>', loggedOut?.id ?? 0)
    .orderBy('id')
    .executeTakeFirst();
  return { caughtUpAt: row?.caught_up_at ?? 0, linkedAt: linked?.at ?? 0 };
}

export async function setCaughtUp(db: Queryable, inboxId: number, at: number): Promise<void> {
  await db.updateTable('session').set({ caught_up_at: at }).where('inbox_id', '=', inboxId).execute();
}
