import type { Database } from '../../db/database.ts';
import { findAgent, findAgentByEmail, updateAgent } from '../../db/query/agent.ts';
import { findOrganisation } from '../../db/query/organisation.ts';
import { transact } from '../../db/database.ts';
import { Problem } from '../contract/problem.ts';
import type { SignedIn } from '../contract/api.ts';
import { findTotp } from '../../db/query/totp.ts';
import type { Clock } from '../clock.ts';
import type { Seal } from './seal.ts';
import { passesTotp } from './totp.ts';
import type { Log } from '../log.ts';
import type { Audit } from './audit.ts';
import type { AgentSessions } from './agent-sessions.ts';
import { toAgent } from './agents.ts';
import { requireGoodPassword, type Passwords } from './passwords.ts';
import type { Principal } from './principal.ts';
import type { SignInLimits } from './sign-in-limits.ts';

export interface SignInParts {
  db: Database;
  clock: Clock;
  log: Log;
  sessions: AgentSessions;
  passwords: Passwords;
  limits: SignInLimits;
  audit: Audit;
}

/** Where a sign-in comes from. */
export interface Caller {
  ip: string;
  userAgent: string;
  /** Page origin of another site; '' for our own pages and for callers that are no browser. */
  origin: string;
}

export interface SignInInput {
  email: string;
  password: string;
  mode: 'cookie' | 'bearer';
  caller: Caller;
  /** Of the second factor, or a recovery code; where a form has no field for it, behind the password after a blank. */
  code?: string | undefined;
  /** Opens second factors; without it nobody who has one gets in. */
  seal?: Seal;
  /** Whether the Organisation lets its Agents sign in from there; asked only once the password was right. */
  originAllowed(organisationId: number): Promise<boolean>;
}

export interface NewSignIn {
  /** What the caller is told; in cookie mode without the token. */
  answer: SignedIn;
  token: string;
  expiresAt: number;
}

/** Problems: `too-many-requests`, `wrong-credentials` (whatever was wrong), `origin-not-allowed`, `unavailable`. */
export async function signIn(parts: SignInParts, input: SignInInput): Promise<NewSignIn> {
  const email = input.email.trim().toLowerCase();
  const taken = await parts.limits.take(email, input.caller.ip);
  let agent;
  try {
    agent = await findAgentByEmail(parts.db, email);
    const factor = agent && (await findTotp(parts.db, agent.id));
    const { password, code } = factor?.confirmed_at ? splitCode(input) : { ...input, code: undefined };
    let fits = await parts.passwords.verify(agent?.password_hash, password);
    if (fits && agent && agent.disabled_at === 0 && factor?.confirmed_at) {
      if (code === undefined) throw new Problem('code-required');
      fits = input.seal !== undefined && (await passesTotp(parts, input.seal, agent, factor.sealed, code));
    }
    if (!agent || !fits || agent.disabled_at !== 0) {
      parts.log.warn({ ip: input.caller.ip, agentId: agent?.id }, 'sign-in refused');
      if (agent) {
        await parts.audit.record({
          organisationId: agent.organisation_id,
          actor: 'nobody',
          act: 'sign-in.refused',
          subject: `agent:${agent.id}`,
          detail: agent.disabled_at === 0 ? '' : 'disabled',
          ip: input.caller.ip,
        });
      }
      throw new Problem('wrong-credentials');
    }
  } catch (error) {
    // Only a wrong answer counts as a try; a full queue or a database that is away does not.
    if (!(error instanceof Problem && error.code === 'wrong-credentials')) await taken.giveBack();
    throw error;
  }
  await taken.giveBack();
  if (!(await input.originAllowed(agent.organisation_id))) throw new Problem('origin-not-allowed');
  await parts.audit.record({
    organisationId: agent.organisation_id,
    actor: `agent:${agent.id}`,
    act: 'sign-in',
    detail: input.mode,
    ip: input.caller.ip,
  });
  parts.log.info({ agentId: agent.id, mode: input.mode, ip: input.caller.ip }, 'signed in');
  return begin(parts, agent.organisation_id, agent.id, input.mode, input.caller);
}

function splitCode({ password, code }: Pick<SignInInput, 'password' | 'code'>) {
  if (code !== undefined) return { password, code };
  const found = /^(.+) (\d{6})$/s.exec(password);
  return found ? { password: found[1]!, code: found[2]! } : { password, code: undefined };
}

/**
 * Changes the Agent's own password. Ends every sign-in, also the one it came from, and begins a new one in its place.
 * Problems: `wrong-credentials`, `weak-password`, `too-many-requests`.
 */
export async function changePassword(
  parts: SignInParts,
  principal: Principal,
  input: { current: string; next: string; caller: Caller },
): Promise<NewSignIn> {
  const agent = await findAgent(parts.db, principal.organisationId, principal.agentId);
  if (!agent) throw new Problem('not-signed-in');
  const taken = await parts.limits.take(agent.email, input.caller.ip);
  let fits = true;
  try {
    fits = await parts.passwords.verify(agent.password_hash, input.current);
  } finally {
    if (fits) await taken.giveBack();
  }
  if (!fits) throw new Problem('wrong-credentials');
  requireGoodPassword(input.next, agent);
  const hash = await parts.passwords.hash(input.next);
  await transact(parts.db, async (tx) => {
    await updateAgent(tx, agent.organisation_id, agent.id, { password_hash: hash });
    await parts.sessions.endAll(agent.id, tx);
  });
  parts.sessions.announce({ agentId: agent.id });
  parts.log.info({ agentId: agent.id }, 'password changed, all sign-ins ended');
  const mode = principal.mode === 'cookie' ? 'cookie' : 'bearer';
  return begin(parts, agent.organisation_id, agent.id, mode, input.caller);
}

async function begin(
  parts: SignInParts,
  organisationId: number,
  agentId: number,
  mode: 'cookie' | 'bearer',
  caller: Caller,
): Promise<NewSignIn> {
  const [agent, organisation] = await Promise.all([
    findAgent(parts.db, organisationId, agentId),
    findOrganisation(parts.db, organisationId),
  ]);
  if (!agent || !organisation) throw new Problem('wrong-credentials');
  const { token, csrf, expiresAt } = await parts.sessions.start({
    agentId,
    mode,
    origin: caller.origin,
    userAgent: caller.userAgent,
  });
  return {
    answer: {
      agent: toAgent(agent),
      organisation: { id: organisation.id, name: organisation.name },
      token: mode === 'bearer' ? token : null,
      csrf,
    },
    token,
    expiresAt,
  };
}
