import { transact, type Database } from '../../db/database.ts';
import { findAgent } from '../../db/query/agent.ts';
import { findInboxRow } from '../../db/query/inbox.ts';
import { agentsOfInbox, replaceAgentsOfInbox } from '../../db/query/permission.ts';
import { Problem } from '../contract/problem.ts';
import type { AgentSessions } from './agent-sessions.ts';

export interface InboxAgents {
  everyone: boolean;
  agentIds: number[];
}

interface PermissionParts {
  db: Database;
  sessions: AgentSessions;
}

/** Who may see an Inbox, apart from supervisors and admins. Problems: `not-found`. */
export async function inboxAgents(
  { db }: PermissionParts,
  organisationId: number,
  inboxId: number,
): Promise<InboxAgents> {
  const inbox = await findInboxRow(db, inboxId);
  if (inbox?.organisation_id !== organisationId) throw new Problem('not-found');
  return { everyone: inbox.restricted === 0, agentIds: await agentsOfInbox(db, inboxId) };
}

/**
 * Says who may see an Inbox. What was taken away is gone with the next request; open sockets of Agents end and come
 * again with what they may hear now. Problems: `not-found` (the Inbox, or one of the Agents, is not of the Organisation).
 */
export async function setInboxAgents(
  parts: PermissionParts,
  organisationId: number,
  inboxId: number,
  wanted: InboxAgents,
): Promise<InboxAgents> {
  const agentIds = [...new Set(wanted.agentIds)].toSorted((a, b) => a - b);
  await transact(parts.db, async (tx) => {
    for (const agentId of agentIds) {
      if (!(await findAgent(tx, organisationId, agentId))) throw new Problem('not-found', 'body agentIds');
    }
    const found = await replaceAgentsOfInbox(tx, organisationId, inboxId, !wanted.everyone, agentIds);
    if (!found) throw new Problem('not-found');
  });
  parts.sessions.announcePermitted(organisationId);
  return inboxAgents(parts, organisationId, inboxId);
}
