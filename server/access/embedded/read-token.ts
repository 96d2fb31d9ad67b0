import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { Problem } from '../../contract/problem.ts';

/** Whom the token is for. A token of the same key for another service is of no use here. */
export const audience = 'chatdock';
/** The longest a token may have to live when it comes. */
export const longestLifeMs = 15 * 60_000;
/** How far the host's clock may be off. */
export const toleranceMs = 30_000;

const algorithms = ['HS256', 'RS256'] as const;
export type EmbedAlgorithm = (typeof algorithms)[number];
const kidShape = /^ck_[A-Za-z0-9_-]{16}$/;
const ownTypes = new Set(['', 'jwt', 'chatdock+jwt']);

/** What a token says before anything of it is believed: which of our keys it claims to be signed with, and how. */
export interface TokenHeader {
  kid: string;
  algorithm: EmbedAlgorithm;
}

/** What a token says, once signature, audience, issuer and times were right. */
export interface TokenClaims {
  /** E-mail of the Agent, lower case. */
  email: string;
  name: string | undefined;
  /** Page origins it may be used from. */
  origins: readonly string[];
  /** Names this one token. */
  jti: string;
  /** ms. */
  expiresAt: number;
}

/** Why a token is refused, for the developer of the host page. Never what was in it. */
export function badToken(reason: string): Problem {
  return new Problem('bad-token', reason);
}

/**
 * Reads the header. Only three fields may be there: whoever names a key by address (`jku`, `x5u`), brings one along
 * (`jwk`, `x5c`) or changes the rules (`crit`, `b64`, `zip`) is refused, and nothing is fetched. Problem `bad-token`.
 */
export function readHeader(token: string): TokenHeader {
  if (token.length > 4_096 || token.split('.').length !== 3) throw badToken('It is no signed token (JWS)');
  let header: Record<string, unknown>;
  try {
    header = decodeProtectedHeader(token) as Record<string, unknown>;
  } catch {
    throw badToken('Its header cannot be read');
  }
  const { alg, kid, typ = '', ...others } = header;
  if (Object.keys(others).length > 0) throw badToken('Its header may hold alg, kid and typ only');
  const algorithm = algorithms.find((name) => name === alg);
  if (!algorithm) throw badToken('alg must be HS256 or RS256');
  if (typeof kid !== 'string' || !kidShape.test(kid)) throw badToken('kid must name a key of yours');
  if (typeof typ !== 'string' || !ownTypes.has(typ.toLowerCase()))
    throw badToken('typ must be JWT or chatdock+jwt');
  return { kid, algorithm };
}

/** Secret or public key as `jose` takes it. The kind of object follows from the key's own algorithm alone. */
export function toKey(algorithm: EmbedAlgorithm, material: string): KeyObject {
  return algorithm === 'HS256'
    ? createSecretKey(Buffer.from(material, 'base64url'))
    : createPublicKey(material);
}

/** Checks signature, audience, issuer and times with this one key. Problem `bad-token`. */
export async function readClaims(
  token: string,
  options: { algorithm: EmbedAlgorithm; key: KeyObject; issuer: string; now: number },
): Promise<TokenClaims> {
  const { algorithm, key, issuer, now } = options;
  let payload: JWTPayload;
  try {
    ({ payload } = await jwtVerify(token, key, {
      algorithms: [algorithm],
      audience,
      issuer,
      currentDate: new Date(now),
      clockTolerance: toleranceMs / 1_000,
      requiredClaims: ['exp', 'jti'],
    }));
  } catch (error) {
    throw badToken(reasonOf(error));
  }
  const expiresAt = Number(payload.exp) * 1_000;
  if (expiresAt > now + longestLifeMs + toleranceMs) throw badToken('exp must be at most 15 minutes away');
  if (payload.iat !== undefined && payload.iat * 1_000 > now + toleranceMs)
    throw badToken('iat is in the future: check the clock');
  const jti = payload.jti;
  if (typeof jti !== 'string' || jti.length < 8 || jti.length > 200)
    throw badToken('jti must be 8 to 200 characters, new for every token');
  const email = payload['email'] ?? payload.sub;
  if (typeof email !== 'string' || !/^[^\s@]{1,64}@[^\s@]{1,189}$/.test(email))
    throw badToken('email (or sub) must be the Agent’s e-mail');
  const { origin, name } = payload as { origin?: unknown; name?: unknown };
  const origins = (Array.isArray(origin) ? origin : [origin]) as unknown[];
  if (!origins.length || !origins.every((one) => typeof one === 'string'))
    throw badToken('origin must be the origin of the page, like https://crm.example');
  return {
    email: email.toLowerCase(),
    name: typeof name === 'string' && name.trim() ? name.trim().slice(0, 120) : undefined,
    origins: origins as string[],
    jti,
    expiresAt,
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'It has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return (
      {
        aud: `aud must be ${audience}`,
        iss: 'iss is not what this key was set up with',
        nbf: 'nbf is in the future: check the clock',
        exp: 'exp is missing',
        jti: 'jti is missing',
      }[error.claim] ?? 'A claim is missing or wrong'
    );
  }
  return 'The signature does not match';
}
