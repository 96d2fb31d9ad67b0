import { createPublicKey, randomBytes, type JsonWebKey, type KeyObject } from 'node:crypto';
import { transact, type Database } from '../../../db/database.ts';
import {
  agentSessionsOfEmbedKey,
  endEmbedKey,
  findEmbedKey,
  insertEmbedKey,
  listEmbedKeys,
  type EmbedKeyRow,
} from '../../../db/query/embed-key.ts';
import type { Clock } from '../../clock.ts';
import { Problem } from '../../contract/problem.ts';
import { newSecret } from '../../ids.ts';
import type { Log } from '../../log.ts';
import type { AgentSessions } from '../agent-sessions.ts';
import type { Seal } from '../seal.ts';
import type { EmbedAlgorithm } from './read-token.ts';

/** How long the old key is good beside its successor. */
export const rotationMs = 24 * 60 * 60_000;
export const mostEmbedKeys = 20;

export interface KeyParts {
  db: Database;
  clock: Clock;
  log: Log;
  sessions: AgentSessions;
  seal: Seal;
}

/** A key as admins see it. */
export interface EmbedKeyView {
  id: number;
  kid: string;
  name: string;
  algorithm: EmbedAlgorithm;
  issuer: string;
  makesAgents: boolean;
  createdAt: number;
  lastUsedAt: number;
  /** ms; 0 = until revoked. */
  endsAt: number;
}
export interface NewEmbedKey {
  name: string;
  algorithm: EmbedAlgorithm;
  issuer: string;
  makesAgents: boolean;
  /** RS256: the public key, PEM (SPKI) or JWK as text. */
  publicKey?: string | undefined;
}
/** `secret` (HS256, base64url of 32 bytes) is told this once. */
export type MadeEmbedKey = EmbedKeyView & { secret: string | null };

/** Problems: `bad-request` (no usable public key), `conflict` (too many keys). */
export async function createEmbedKey(
  parts: KeyParts,
  organisationId: number,
  input: NewEmbedKey,
): Promise<MadeEmbedKey> {
  const { db, clock, seal } = parts;
  if ((await listEmbedKeys(db, organisationId, clock.now())).length >= mostEmbedKeys)
    throw new Problem('conflict', `An Organisation has at most ${mostEmbedKeys} keys`);
  const kid = `ck_${randomBytes(12).toString('base64url')}`;
  const secret = input.algorithm === 'HS256' ? newSecret() : null;
  const row = {
    organisation_id: organisationId,
    kid,
    name: input.name,
    algorithm: input.algorithm,
    material:
      secret === null
        ? readPublicKey(input.publicKey ?? '')
        : seal.seal(secret, embedKeyPlace(kid, organisationId)),
    issuer: input.issuer,
    makes_agents: input.makesAgents ? 1 : 0,
    created_at: clock.now(),
    last_used_at: 0,
    ends_at: 0,
  };
  const id = await insertEmbedKey(db, row);
  parts.log.info({ organisationId, kid, algorithm: input.algorithm }, 'embed key made');
  return { ...toView({ id, ...row }), secret };
}

export async function embedKeysOf(parts: KeyParts, organisationId: number): Promise<EmbedKeyView[]> {
  return (await listEmbedKeys(parts.db, organisationId, parts.clock.now())).map(toView);
}

/** Makes a successor with the same rules; the old key stays good for a day. Problems: `not-found`, `bad-request`. */
export async function rotateEmbedKey(
  parts: KeyParts,
  organisationId: number,
  id: number,
  publicKey: string | undefined,
): Promise<MadeEmbedKey> {
  const old = await liveKey(parts, organisationId, id);
  const made = await createEmbedKey(parts, organisationId, {
    name: old.name,
    algorithm: old.algorithm,
    issuer: old.issuer,
    makesAgents: old.makes_agents === 1,
    publicKey,
  });
  const until = parts.clock.now() + rotationMs;
  await endEmbedKey(parts.db, id, old.ends_at === 0 ? until : Math.min(old.ends_at, until));
  parts.log.info({ organisationId, kid: old.kid, successor: made.kid }, 'embed key rotated');
  return made;
}

/** Ends the key at once, and every sign-in it has opened. Problem `not-found`. */
export async function revokeEmbedKey(parts: KeyParts, organisationId: number, id: number): Promise<void> {
  const key = await liveKey(parts, organisationId, id);
  const opened = await transact(parts.db, async (tx) => {
    await endEmbedKey(tx, id, parts.clock.now());
    return agentSessionsOfEmbedKey(tx, id);
  });
  for (const one of opened) await parts.sessions.end(one.agent_id, one.id);
  parts.log.info({ organisationId, kid: key.kid, ended: opened.length }, 'embed key revoked');
}

/** The secret or public key of a row, in the clear. Throws `SealBroken` when the seal's key is not here. */
export function openMaterial(seal: Seal, row: EmbedKeyRow): string {
  return row.algorithm === 'HS256'
    ? seal.open(row.material, embedKeyPlace(row.kid, row.organisation_id))
    : row.material;
}

export function isOver(row: Pick<EmbedKeyRow, 'ends_at'>, now: number): boolean {
  return row.ends_at !== 0 && row.ends_at <= now;
}

async function liveKey({ db, clock }: KeyParts, organisationId: number, id: number): Promise<EmbedKeyRow> {
  const row = await findEmbedKey(db, organisationId, id);
  if (!row || isOver(row, clock.now())) throw new Problem('not-found');
  return row;
}

/** An RSA public key of 2048 bits or more, as PEM. A private key is refused: it must not leave the CRM. */
function readPublicKey(text: string): string {
  let key: KeyObject;
  try {
    if (/PRIVATE KEY/.test(text)) throw new Error('private');
    const jwk = text.trim().startsWith('{') ? (JSON.parse(text) as JsonWebKey) : undefined;
    if (jwk && 'd' in jwk) throw new Error('private');
    key = jwk ? createPublicKey({ key: jwk, format: 'jwk' }) : createPublicKey(text);
  } catch {
    throw new Problem('bad-request', 'publicKey must be an RSA public key, as PEM or JWK');
  }
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2_048)
    throw new Problem('bad-request', 'publicKey must be an RSA key of 2048 bits or more');
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** Where the secret of a key lives, for the house's seal. */
export function embedKeyPlace(kid: string, organisationId: number) {
  return { table: 'embed_key', row: kid, organisationId };
}

function toView(row: EmbedKeyRow): EmbedKeyView {
  return {
    id: row.id,
    kid: row.kid,
    name: row.name,
    algorithm: row.algorithm,
    issuer: row.issuer,
    makesAgents: row.makes_agents === 1,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    endsAt: row.ends_at,
  };
}
