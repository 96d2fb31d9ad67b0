import { transact, type Database } from '../../db/database.ts';
import {
  findAgent,
  insertAgent,
  listAgents,
  lockAdmins,
  updateAgent,
  type AgentRow,
} from '../../db/query/agent.ts';
import { isUniqueViolation } from '../../db/portable.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../contract/problem.ts';
import type { Agent, Role } from '../contract/wire.ts';
import { requireRoom } from './limits.ts';
import type { AgentSessions } from './agent-sessions.ts';
import { requireGoodPassword, type Passwords } from './passwords.ts';

export interface AgentParts {
  db: Database;
  clock: Clock;
  sessions: AgentSessions;
  passwords: Passwords;
}

export interface NewAgent {
  email: string;
  name: string;
  role: Role;
  password: string;
  locale?: string | undefined;
}

export interface AgentChange {
  name?: string | undefined;
  role?: Role | undefined;
  disabled?: boolean | undefined;
  password?: string | undefined;
  locale?: string | undefined;
}

export function toAgent(row: AgentRow): Agent {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    locale: row.locale,
    disabled: row.disabled_at !== 0,
  };
}

export async function agentsOf(db: Database, organisationId: number): Promise<Agent[]> {
  return (await listAgents(db, organisationId)).map(toAgent);
}

/** Problems: `weak-password`, `conflict` (the e-mail is taken, here or in another Organisation). */
export async function createAgent(
  parts: AgentParts,
  organisationId: number,
  input: NewAgent,
): Promise<Agent> {
  const email = input.email.trim().toLowerCase();
  requireGoodPassword(input.password, { email, name: input.name });
  const row = {
    organisation_id: organisationId,
    email,
    name: input.name.trim(),
    role: input.role,
    password_hash: await parts.passwords.hash(input.password),
    locale: input.locale ?? 'en',
    disabled_at: 0,
    created_at: parts.clock.now(),
  };
  try {
    return await transact(parts.db, async (tx) => {
      await requireRoom(tx, organisationId, 'agents');
      return toAgent({ id: await insertAgent(tx, row), ...row });
    });
  } catch (error) {
    if (isUniqueViolation(error)) throw new Problem('conflict', 'There is an Agent with this e-mail');
    throw error;
  }
}

/**
 * What an admin may change about an Agent of the same Organisation. Disabling, another role and another password end
 * all its sign-ins. Problems: `not-found`, `weak-password`, `conflict` (the last admin has to stay one).
 */
export async function changeAgent(
  parts: AgentParts,
  organisationId: number,
  agentId: number,
  change: AgentChange,
): Promise<Agent> {
  const before = await findAgent(parts.db, organisationId, agentId);
  if (!before) throw new Problem('not-found');
  if (change.password !== undefined) requireGoodPassword(change.password, before);
  const hash = change.password === undefined ? undefined : await parts.passwords.hash(change.password);

  const { agent, ended } = await transact(parts.db, async (tx) => {
    const admins = await lockAdmins(tx, organisationId);
    const current = await findAgent(tx, organisationId, agentId);
    if (!current) throw new Problem('not-found');
    const steps: Parameters<typeof updateAgent>[3] = {};
    if (change.name !== undefined) steps.name = change.name.trim();
    if (change.locale !== undefined) steps.locale = change.locale;
    if (change.role !== undefined && change.role !== current.role) steps.role = change.role;
    if (change.disabled !== undefined && change.disabled !== (current.disabled_at !== 0)) {
      steps.disabled_at = change.disabled ? parts.clock.now() : 0;
    }
    if (hash !== undefined) steps.password_hash = hash;
    const stepsDown = (steps.role !== undefined && steps.role !== 'admin') || (steps.disabled_at ?? 0) > 0;
    if (stepsDown && admins.length === 1 && admins[0] === agentId) {
      throw new Problem('conflict', 'An Organisation needs an admin');
    }
    await updateAgent(tx, organisationId, agentId, steps);
    const endsSignIns = steps.role !== undefined || steps.disabled_at !== undefined || hash !== undefined;
    if (endsSignIns) await parts.sessions.endAll(agentId, tx);
    return { agent: toAgent({ ...current, ...steps }), ended: endsSignIns };
  });
  if (ended) parts.sessions.announce({ agentId });
  return agent;
}
