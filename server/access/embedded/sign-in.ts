import type { EmbedKeyRow } from '../../../db/query/embed-key.ts';
import {
  deleteUsedEmbedTokens,
  findEmbedKeyByKid,
  insertUsedEmbedToken,
  touchEmbedKey,
} from '../../../db/query/embed-key.ts';
import { findAgent, findAgentByEmail, type AgentRow } from '../../../db/query/agent.ts';
import { findOrganisation } from '../../../db/query/organisation.ts';
import { isUniqueViolation } from '../../../db/portable.ts';
import type { SignedIn } from '../../contract/api.ts';
import { Problem } from '../../contract/problem.ts';
import { digest, newSecret } from '../../ids.ts';
import type { Audit } from '../audit.ts';
import { toAgent, type NewAgent } from '../agents.ts';
import type { Principal } from '../principal.ts';
import type { SignInLimits } from '../sign-in-limits.ts';
import type { Caller } from '../sign-in.ts';
import { isOver, openMaterial, type KeyParts } from './keys.ts';
import { badToken, readClaims, readHeader, toKey, toleranceMs, type TokenClaims } from './read-token.ts';

/** How long a sign-in lasts that a host page vouched for; another token makes it last longer. */
export const embeddedLifeMs = 15 * 60_000;

export interface EmbeddedParts extends KeyParts {
  limits: SignInLimits;
  audit: Audit;
  createAgent(organisationId: number, input: NewAgent): Promise<{ id: number }>;
}

/** The token and the page it comes from. */
export interface EmbeddedInput {
  token: string;
  caller: Caller;
  /** Origin of the page that asks, also when it is our own; undefined: the caller is no browser. */
  pageOrigin: string | undefined;
  /** Whether the Organisation lets this page in. */
  originAllowed(organisationId: number): Promise<boolean>;
}

/**
 * Exchanges the host page's token for a sign-in. Problems: `bad-token` (with the reason), `origin-not-allowed`,
 * `too-many-requests`, `not-allowed` (the Agent is disabled).
 */
export async function signInEmbedded(
  parts: EmbeddedParts,
  input: EmbeddedInput,
): Promise<SignedIn & { expiresAt: number }> {
  const { key, claims } = await accept(parts, input);
  const agent = await agentOf(parts, key, claims);
  const organisation = await findOrganisation(parts.db, key.organisation_id);
  if (!organisation) throw badToken('Its key belongs to nobody');
  await parts.audit.record({
    organisationId: key.organisation_id,
    actor: `agent:${agent.id}`,
    act: 'sign-in',
    detail: `vouched for by ${key.kid}`,
    ip: input.caller.ip,
  });
  const { token, expiresAt } = await parts.sessions.start({
    agentId: agent.id,
    mode: 'bearer',
    origin: input.caller.origin,
    userAgent: input.caller.userAgent,
    lifeMs: embeddedLifeMs,
    embedKeyId: key.id,
  });
  parts.log.info({ agentId: agent.id, kid: key.kid, ip: input.caller.ip }, 'signed in by the host page');
  return {
    agent: toAgent(agent),
    organisation: { id: organisation.id, name: organisation.name },
    token,
    csrf: null,
    expiresAt,
  };
}

/** The same sign-in lasts longer; sockets stay. The new token must be for the same Agent. Problems as above. */
export async function renewEmbedded(
  parts: EmbeddedParts,
  principal: Principal,
  input: EmbeddedInput,
): Promise<{ expiresAt: number }> {
  const { key, claims } = await accept(parts, input);
  const agent = await agentOf(parts, key, claims);
  if (agent.id !== principal.agentId || key.organisation_id !== principal.organisationId)
    throw badToken('It is for another Agent than the one signed in');
  const expiresAt = await parts.sessions.extend(principal.agentSessionId, embeddedLifeMs);
  if (expiresAt === undefined) throw new Problem('not-signed-in');
  return { expiresAt };
}

async function accept(
  parts: EmbeddedParts,
  { token, caller, pageOrigin, originAllowed }: EmbeddedInput,
): Promise<{ key: EmbedKeyRow; claims: TokenClaims }> {
  const now = parts.clock.now();
  const account = `embed ${headerName(token)}`;
  const { key, claims } = await parts.limits.inTurn(account, caller.ip, () =>
    verify(parts, token, { account, ip: caller.ip, now }),
  );
  if (pageOrigin === undefined || !claims.origins.includes(pageOrigin))
    throw badToken('origin is not the page it came from');
  if (!(await originAllowed(key.organisation_id))) throw new Problem('origin-not-allowed');
  try {
    await deleteUsedEmbedTokens(parts.db, now);
    await insertUsedEmbedToken(parts.db, digest(`${key.id} ${claims.jti}`), claims.expiresAt + toleranceMs);
  } catch (error) {
    if (isUniqueViolation(error)) throw badToken('It has been used already: jti must be new for every token');
    throw error;
  }
  await touchEmbedKey(parts.db, key.id, now);
  return { key, claims };
}

/** Whose it is and what it says. The same limits as for passwords: what is guessed here is a key's name and a signature. */
async function verify(
  parts: EmbeddedParts,
  token: string,
  { account, ip, now }: { account: string; ip: string; now: number },
): Promise<{ key: EmbedKeyRow; claims: TokenClaims }> {
  const taken = await parts.limits.take(account, ip);
  const { kid, algorithm } = readHeader(token);
  const key = await findEmbedKeyByKid(parts.db, kid);
  if (!key || isOver(key, now)) throw badToken('kid must name a key of yours');
  if (key.algorithm !== algorithm) throw badToken('alg is not what this key is for');
  try {
    const opened = toKey(key.algorithm, openMaterial(parts.seal, key));
    const claims = await readClaims(token, {
      algorithm: key.algorithm,
      key: opened,
      issuer: key.issuer,
      now,
    });
    await taken.giveBack();
    return { key, claims };
  } catch (error) {
    // Wrong times and names are a host's mistakes, not guesses: only a signature that does not match stays counted.
    if (!(error instanceof Problem && error.detail === 'The signature does not match'))
      await taken.giveBack();
    throw error;
  }
}

/** Whom a try is counted for before anything is known: the key it names, when that can be one. */
function headerName(token: string): string {
  try {
    return readHeader(token).kid;
  } catch {
    return 'unreadable';
  }
}

async function agentOf(parts: EmbeddedParts, key: EmbedKeyRow, claims: TokenClaims): Promise<AgentRow> {
  const known = await findAgentByEmail(parts.db, claims.email);
  if (known && known.organisation_id === key.organisation_id) {
    if (known.disabled_at !== 0) throw new Problem('not-allowed', 'This Agent is disabled');
    return known;
  }
  // Whether the e-mail belongs to another Organisation is nobody's business here.
  if (known || key.makes_agents !== 1) throw badToken('No Agent of yours has this e-mail');
  try {
    const { id } = await parts.createAgent(key.organisation_id, {
      email: claims.email,
      name: claims.name ?? claims.email,
      role: 'agent',
      // Nobody knows it: this Agent comes through the host page until an admin gives a password.
      password: newSecret(),
    });
    const made = await findAgent(parts.db, key.organisation_id, id);
    if (made) return made;
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'conflict')) throw error;
    // Two tabs came at once: the other one has made it.
    const other = await findAgentByEmail(parts.db, claims.email);
    if (other?.organisation_id === key.organisation_id && other.disabled_at === 0) return other;
  }
  throw badToken('No Agent of yours has this e-mail');
}
