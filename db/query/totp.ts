import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { AgentTotpTable } from '../schema/access.ts';

export type TotpRow = Selectable<AgentTotpTable>;

export async function findTotp(db: Queryable, agentId: number): Promise<TotpRow | undefined> {
  return db.selectFrom('agent_totp').selectAll().where('agent_id', '=', agentId).executeTakeFirst();
}

/** Run in a transaction. */
export async function replaceTotp(db: Queryable, agentId: number, sealed: string): Promise<void> {
  await deleteTotp(db, agentId);
  await db.insertInto('agent_totp').values({ agent_id: agentId, sealed }).execute();
}

/** Run in a transaction. */
export async function deleteTotp(db: Queryable, agentId: number): Promise<void> {
  await db.deleteFrom('agent_totp').where('agent_id', '=', agentId).execute();
  await db.deleteFrom('agent_recovery').where('agent_id', '=', agentId).execute();
}

/** A time step is used once: true for one caller, false for it and every step before from then on. */
export async function takeTotpStep(
  db: Queryable,
  agentId: number,
  step: number,
  confirmedAt?: number,
): Promise<boolean> {
  const result = await db
    .updateTable('agent_totp')
    .set({ last_step: step, ...(confirmedAt !== undefined && { confirmed_at: confirmedAt }) })
    .where('agent_id', '=', agentId)
    .where('last_step', '<', step)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function insertRecovery(db: Queryable, agentId: number, digests: string[]): Promise<void> {
  await db
    .insertInto('agent_recovery')
    .values(digests.map((digest) => ({ agent_id: agentId, digest })))
    .execute();
}

/** True for the one caller who uses it up. */
export async function takeRecovery(db: Queryable, agentId: number, digest: string): Promise<boolean> {
  const result = await db
    .deleteFrom('agent_recovery')
    .where('agent_id', '=', agentId)
    .where('digest', '=', digest)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

export async function countRecovery(db: Queryable, agentId: number): Promise<number> {
  return (await db.selectFrom('agent_recovery').select('digest').where('agent_id', '=', agentId).execute())
    .length;
}
