import type { Insertable, Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { AgentSessionTable, AgentTable } from '../schema/organisation.ts';

export type AgentRow = Selectable<AgentTable>;
export type AgentSessionRow = Selectable<AgentSessionTable>;

/** `email` in lower case. */
export async function findAgentByEmail(db: Queryable, email: string): Promise<AgentRow | undefined> {
  return db.selectFrom('agent').selectAll().where('email', '=', email).executeTakeFirst();
}

/** An Agent of this Organisation only: another's id is as unknown as one that never was. */
export async function findAgent(
  db: Queryable,
  organisationId: number,
  agentId: number,
): Promise<AgentRow | undefined> {
  return db
    .selectFrom('agent')
    .selectAll()
    .where('id', '=', agentId)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
}

export async function listAgents(db: Queryable, organisationId: number): Promise<AgentRow[]> {
  return db
    .selectFrom('agent')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .orderBy('id')
    .execute();
}

/** When each Agent's newest sign-in gave its last sign of life, ms; who has none is left out. */
export async function lastSeenOfAgents(db: Queryable, organisationId: number): Promise<Map<number, number>> {
  const rows = await db
    .selectFrom('agent_session')
    .innerJoin('agent', 'agent.id', 'agent_session.agent_id')
    .select(({ fn }) => ['agent_session.agent_id', fn.max('agent_session.last_seen_at').as('at')])
    .where('agent.organisation_id', '=', organisationId)
    .groupBy('agent_session.agent_id')
    .execute();
  return new Map(rows.map((row) => [row.agent_id, Number(row.at)]));
}

/** Gives the new id. A second Agent with the same e-mail is a unique violation. */
export async function insertAgent(db: Queryable, row: Omit<Insertable<AgentTable>, 'id'>): Promise<number> {
  const result = await db.insertInto('agent').values(row).executeTakeFirstOrThrow();
  return Number(result.insertId);
}

export async function updateAgent(
  db: Queryable,
  organisationId: number,
  agentId: number,
  change: Partial<Pick<AgentRow, 'name' | 'role' | 'disabled_at' | 'password_hash' | 'locale'>>,
): Promise<void> {
  if (Object.keys(change).length === 0) return;
  await db
    .updateTable('agent')
    .set(change)
    .where('id', '=', agentId)
    .where('organisation_id', '=', organisationId)
    .execute();
}

/**
 * Locks the admins of an Organisation for the rest of the transaction and gives the ids of those who may sign in, so
 * that two admins who demote each other take turns. (On SQLite the write lock of the transaction does it.)
 */
export async function lockAdmins(db: Queryable, organisationId: number): Promise<number[]> {
  await db
    .updateTable('organisation')
    .set((eb) => ({ created_at: eb.ref('created_at') }))
    .where('id', '=', organisationId)
    .execute();
  const rows = await db
    .selectFrom('agent')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('role', '=', 'admin')
    .where('disabled_at', '=', 0)
    .execute();
  return rows.map((row) => row.id);
}

export async function insertAgentSession(db: Queryable, row: Insertable<AgentSessionTable>): Promise<void> {
  await db.insertInto('agent_session').values(row).execute();
}

/** A sign-in with the Agent it belongs to, whatever its age; undefined when it has ended. */
export async function findAgentSession(
  db: Queryable,
  id: string,
): Promise<(AgentSessionRow & Pick<AgentRow, 'organisation_id' | 'role' | 'disabled_at'>) | undefined> {
  return db
    .selectFrom('agent_session')
    .innerJoin('agent', 'agent.id', 'agent_session.agent_id')
    .selectAll('agent_session')
    .select(['agent.organisation_id', 'agent.role', 'agent.disabled_at'])
    .where('agent_session.id', '=', id)
    .executeTakeFirst();
}

export async function listAgentSessions(db: Queryable, agentId: number): Promise<AgentSessionRow[]> {
  return db
    .selectFrom('agent_session')
    .selectAll()
    .where('agent_id', '=', agentId)
    .orderBy('last_seen_at', 'desc')
    .execute();
}

export async function touchAgentSession(db: Queryable, id: string, at: number): Promise<void> {
  await db
    .updateTable('agent_session')
    .set({ last_seen_at: at })
    .where('id', '=', id)
    .where('last_seen_at', '<', at)
    .execute();
}

/** True when there was one of this Agent's to end. */
export async function deleteAgentSession(db: Queryable, agentId: number, id: string): Promise<boolean> {
  const result = await db
    .deleteFrom('agent_session')
    .where('id', '=', id)
    .where('agent_id', '=', agentId)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

export async function deleteAgentSessionsOf(db: Queryable, agentId: number): Promise<void> {
  await db.deleteFrom('agent_session').where('agent_id', '=', agentId).execute();
}

/** Ids of at most `limit` sign-ins that are over by age or idleness. */
export async function findEndedAgentSessions(
  db: Queryable,
  now: number,
  idleSince: number,
  limit: number,
): Promise<{ id: string; agent_id: number }[]> {
  return db
    .selectFrom('agent_session')
    .select(['id', 'agent_id'])
    .where((eb) => eb.or([eb('expires_at', '<=', now), eb('last_seen_at', '<=', idleSince)]))
    .limit(limit)
    .execute();
}
