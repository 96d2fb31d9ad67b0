import type { Queryable } from '../database.ts';

/** The restricted Inboxes of the Organisation that the Agent has not been given. */
export async function hiddenInboxes(
  db: Queryable,
  organisationId: number,
  agentId: number,
): Promise<number[]> {
  const rows = await db
    .selectFrom('inbox')
    .leftJoin('inbox_agent', (join) =>
      join.onRef('inbox_agent.inbox_id', '=', 'inbox.id').on('inbox_agent.agent_id', '=', agentId),
    )
    .select('inbox.id')
    .where('inbox.organisation_id', '=', organisationId)
    .where('inbox.restricted', '=', 1)
    .where('inbox_agent.agent_id', 'is', null)
    .execute();
  return rows.map((row) => row.id);
}

export async function agentsOfInbox(db: Queryable, inboxId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('inbox_agent')
    .select('agent_id')
    .where('inbox_id', '=', inboxId)
    .orderBy('agent_id')
    .execute();
  return rows.map((row) => row.agent_id);
}

export async function inboxesOfAgent(db: Queryable, agentId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('inbox_agent')
    .select('inbox_id')
    .where('agent_id', '=', agentId)
    .orderBy('inbox_id')
    .execute();
  return rows.map((row) => row.inbox_id);
}

/** Run in a transaction. The Inbox's row is written first, so two admins take turns. False: no such Inbox of theirs. */
export async function replaceAgentsOfInbox(
  db: Queryable,
  organisationId: number,
  inboxId: number,
  restricted: boolean,
  agentIds: readonly number[],
): Promise<boolean> {
  await db
    .updateTable('inbox')
    .set({ restricted: restricted ? 1 : 0 })
    .where('id', '=', inboxId)
    .where('organisation_id', '=', organisationId)
    .execute();
  const row = await db
    .selectFrom('inbox')
    .select('organisation_id')
    .where('id', '=', inboxId)
    .executeTakeFirst();
  if (row?.organisation_id !== organisationId) return false;
  await db.deleteFrom('inbox_agent').where('inbox_id', '=', inboxId).execute();
  if (agentIds.length > 0) {
    await db
      .insertInto('inbox_agent')
      .values(agentIds.map((agentId) => ({ inbox_id: inboxId, agent_id: agentId })))
      .execute();
  }
  return true;
}

export async function giveInboxes(
  db: Queryable,
  agentId: number,
  inboxIds: readonly number[],
): Promise<void> {
  if (inboxIds.length === 0) return;
  await db
    .insertInto('inbox_agent')
    .values(inboxIds.map((inboxId) => ({ inbox_id: inboxId, agent_id: agentId })))
    .execute();
}
