import type { Database, Queryable } from '../database.ts';
import { transact } from '../database.ts';
import type { Lease } from './lease.ts';

export interface SessionKeyChange {
  kind: string;
  id: string;
  /** Null takes the row away. */
  sealed: string | null;
}

/** Somebody else runs the Session by now. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
}

const atOnce = 200;

/** In a transaction: rejects with {@link LeaseLost} when the Session is another's by now. */
export async function requireLease(tx: Queryable, lease: Lease): Promise<void> {
  const held = await tx
    .selectFrom('session')
    .select(['lease_owner', 'lease_epoch'])
    .where('inbox_id', '=', lease.inboxId)
    .executeTakeFirst();
  if (held?.lease_owner !== lease.owner || held.lease_epoch !== lease.epoch) throw new LeaseLost();
}

export function anySessionKey(
  db: Queryable,
  inboxId: number,
): Promise<{ kind: string; id: string; sealed: string } | undefined> {
  return db
    .selectFrom('session_key')
    .select(['kind', 'id', 'sealed'])
    .where('inbox_id', '=', inboxId)
    .limit(1)
    .executeTakeFirst();
}

/** All of them as they were at one moment. */
export function listSessionKeys(
  db: Queryable,
  inboxId: number,
): Promise<{ kind: string; id: string; sealed: string }[]> {
  return db
    .selectFrom('session_key')
    .select(['kind', 'id', 'sealed'])
    .where('inbox_id', '=', inboxId)
    .orderBy('kind')
    .orderBy('id')
    .execute();
}

export async function readSessionKeys(
  db: Queryable,
  inboxId: number,
  kind: string,
  ids: readonly string[],
): Promise<{ id: string; sealed: string }[]> {
  const rows: { id: string; sealed: string }[] = [];
  for (let from = 0; from < ids.length; from += atOnce)
    rows.push(
      ...(await db
        .selectFrom('session_key')
        .select(['id', 'sealed'])
        .where('inbox_id', '=', inboxId)
        .where('kind', '=', kind)
        .where('id', 'in', ids.slice(from, from + atOnce))
        .execute()),
    );
  return rows;
}

/** All or nothing, and only while `lease` is held. Rejects with {@link LeaseLost}. */
export async function writeSessionKeys(
  db: Database,
  lease: Lease,
  changes: readonly SessionKeyChange[],
  now: number,
): Promise<void> {
  // The last word on a row is the one that stays.
  const last = new Map(changes.map((change) => [`${change.kind}\0${change.id}`, change]));
  const ordered = [...last.values()].toSorted((a, b) => compare(a.kind, b.kind) || compare(a.id, b.id));
  const { inboxId } = lease;
  await transact(db, async (tx) => {
    await requireLease(tx, lease);
    for (let from = 0; from < ordered.length; from += atOnce) {
      const part = ordered.slice(from, from + atOnce);
      for (const [kind, ids] of Map.groupBy(part, (change) => change.kind))
        await tx
          .deleteFrom('session_key')
          .where('inbox_id', '=', inboxId)
          .where('kind', '=', kind)
          .where(
            'id',
            'in',
            ids.map(({ id }) => id),
          )
          .execute();
      const rows = part.flatMap(({ kind, id, sealed }) =>
        sealed === null ? [] : [{ inbox_id: inboxId, kind, id, sealed, at: now }],
      );
      if (rows.length) await tx.insertInto('session_key').values(rows).execute();
    }
  });
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export async function pruneSessionKeys(
  db: Queryable,
  inboxId: number,
  kind: string,
  before: number,
): Promise<void> {
  await db
    .deleteFrom('session_key')
    .where('inbox_id', '=', inboxId)
    .where('kind', '=', kind)
    .where('at', '<', before)
    .execute();
}

export async function clearSessionKeys(db: Queryable, inboxId: number): Promise<void> {
  await db.deleteFrom('session_key').where('inbox_id', '=', inboxId).execute();
}
