import { randomInt } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { transact, type Database } from '../../db/database.ts';
import { findAgent, type AgentRow } from '../../db/query/agent.ts';
import {
  countRecovery,
  deleteTotp,
  findTotp,
  insertRecovery,
  replaceTotp,
  takeRecovery,
  takeTotpStep,
} from '../../db/query/totp.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../contract/problem.ts';
import { digest } from '../ids.ts';
import type { Passwords } from './passwords.ts';
import type { Principal } from './principal.ts';
import type { Seal } from './seal.ts';
import type { SignInLimits } from './sign-in-limits.ts';

interface TotpParts {
  db: Database;
  clock: Clock;
  passwords: Passwords;
  limits: SignInLimits;
}

const period = 30;
const recoveryCodes = 10;
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Whether a second factor is asked for, and how many recovery codes are left. */
export async function totpState(
  { db }: TotpParts,
  agentId: number,
): Promise<{ enabled: boolean; recoveryLeft: number }> {
  const row = await findTotp(db, agentId);
  return { enabled: (row?.confirmed_at ?? 0) > 0, recoveryLeft: await countRecovery(db, agentId) };
}

/** A new secret; it counts once it is confirmed. Problems: `wrong-credentials`, `too-many-requests`, `conflict` (there is one). */
export async function enrolTotp(
  parts: TotpParts,
  seal: Seal,
  principal: Principal,
  input: { password: string; ip: string },
): Promise<{ secret: string; uri: string }> {
  const agent = await requirePassword(parts, principal, input);
  if (((await findTotp(parts.db, agent.id))?.confirmed_at ?? 0) > 0) throw new Problem('conflict');
  const secret = new Secret({ size: 20 });
  const sealed = seal.seal(secret.base32, totpPlace(agent));
  await transact(parts.db, (tx) => replaceTotp(tx, agent.id, sealed));
  return { secret: secret.base32, uri: totpOf(secret, agent.email).toString() };
}

/** Proves that the app has the secret. The recovery codes are told this once. Problems: `wrong-credentials`, `not-found`. */
export async function confirmTotp(
  parts: TotpParts,
  seal: Seal,
  principal: Principal,
  input: { code: string; ip: string },
): Promise<{ recoveryCodes: string[] }> {
  const agent = await requireAgent(parts, principal);
  const row = await findTotp(parts.db, agent.id);
  if (!row || row.confirmed_at !== 0) throw new Problem('not-found');
  const taken = await parts.limits.take(agent.email, input.ip);
  const step = stepOf(parts, Secret.fromBase32(seal.open(row.sealed, totpPlace(agent))), input.code);
  if (step === undefined) throw new Problem('wrong-credentials');
  await taken.giveBack();
  const codes = Array.from({ length: recoveryCodes }, recoveryCode);
  await transact(parts.db, async (tx) => {
    if (!(await takeTotpStep(tx, agent.id, step, parts.clock.now()))) throw new Problem('wrong-credentials');
    await insertRecovery(tx, agent.id, codes.map(recoveryDigest));
  });
  return { recoveryCodes: codes };
}

/** Problems: `wrong-credentials`, `too-many-requests`. */
export async function disableTotp(
  parts: TotpParts,
  principal: Principal,
  input: { password: string; ip: string },
): Promise<void> {
  const agent = await requirePassword(parts, principal, input);
  await transact(parts.db, (tx) => deleteTotp(tx, agent.id));
}

/** For somebody who has lost phone and codes. Problems: `not-found`. */
export async function resetTotp(parts: TotpParts, organisationId: number, agentId: number): Promise<void> {
  if (!(await findAgent(parts.db, organisationId, agentId))) throw new Problem('not-found');
  await transact(parts.db, (tx) => deleteTotp(tx, agentId));
}

/**
 * The second half of a sign-in: a code of now (30 s before and after are let through), or a recovery code. Each works
 * once, also when several come at the same time.
 */
export async function passesTotp(
  parts: Pick<TotpParts, 'db' | 'clock'>,
  seal: Seal,
  agent: AgentRow,
  sealed: string,
  code: string,
): Promise<boolean> {
  const text = code.trim().toLowerCase();
  if (!/^\d{6}$/.test(text)) return takeRecovery(parts.db, agent.id, recoveryDigest(text));
  const step = stepOf(parts, Secret.fromBase32(seal.open(sealed, totpPlace(agent))), text);
  return step !== undefined && takeTotpStep(parts.db, agent.id, step);
}

function totpOf(secret: Secret, label: string): TOTP {
  return new TOTP({ issuer: 'Chatdock', label, secret, period, digits: 6, algorithm: 'SHA1' });
}

function stepOf({ clock }: Pick<TotpParts, 'clock'>, secret: Secret, code: string): number | undefined {
  const timestamp = clock.now();
  const delta = totpOf(secret, '').validate({ token: code, timestamp, window: 1 });
  return delta === null ? undefined : Math.floor(timestamp / 1000 / period) + delta;
}

/** Where the secret of a second factor lives, for the house's seal. */
export function totpPlace(agent: Pick<AgentRow, 'id' | 'organisation_id'>) {
  return { table: 'agent_totp', row: agent.id, organisationId: agent.organisation_id };
}

/** 10 letters: 49 bits, behind the limits of signing in. */
function recoveryCode(): string {
  const group = (): string => Array.from({ length: 5 }, () => letters[randomInt(letters.length)]).join('');
  return `${group()}-${group()}`;
}

function recoveryDigest(code: string): string {
  return digest(code.replaceAll(/[^a-z0-9]/g, ''));
}

async function requireAgent({ db }: TotpParts, principal: Principal): Promise<AgentRow> {
  const agent = await findAgent(db, principal.organisationId, principal.agentId);
  if (!agent) throw new Problem('not-signed-in');
  return agent;
}

async function requirePassword(
  parts: TotpParts,
  principal: Principal,
  input: { password: string; ip: string },
): Promise<AgentRow> {
  const agent = await requireAgent(parts, principal);
  const taken = await parts.limits.take(agent.email, input.ip);
  let fits = true;
  try {
    fits = await parts.passwords.verify(agent.password_hash, input.password);
  } finally {
    if (fits) await taken.giveBack();
  }
  if (!fits) throw new Problem('wrong-credentials');
  return agent;
}
