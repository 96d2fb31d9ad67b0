import { transact, type Database, type Queryable } from '../../db/database.ts';
import {
  countApiKeys,
  findApiKey,
  findApiKeyByDigest,
  findApiKeyById,
  insertApiKey,
  listApiKeys,
  updateApiKey,
  type ApiKeyRow,
} from '../../db/query/api-key.ts';
import { listInboxRows } from '../../db/query/inbox.ts';
import { channels, type Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { apiScopes, type ApiKeyView, type ApiScope, type NewApiKey } from '../contract/access.ts';
import { Problem } from '../contract/problem.ts';
import { digest, newSecret } from '../ids.ts';
import { seesOnly, type Principal } from './principal.ts';

const prefix = 'cdk_';
const keyLength = prefix.length + 43;
const believedMs = 15_000;
const mostBelieved = 5_000;
/** Use is written down at most this often. */
const touchMs = 60_000;
export const mostApiKeys = 100;

/** A text of that shape is looked for among the keys and nowhere else; no sign-in token is as long. */
export function looksLikeApiKey(token: string): boolean {
  return token.length === keyLength && token.startsWith(prefix);
}

interface Believed {
  principal: Principal;
  until: number;
  expiresAt: number;
}

/**
 * Keys of other backends. 256 random bits; told once, stored as SHA-256. Who holds one is remembered for a few seconds and
 * forgotten everywhere at once when it is revoked.
 */
export class ApiKeys implements Disposable {
  #db: Database;
  #clock: Clock;
  #bus: Bus;
  #believed = new Map<string, Believed>();
  #touched = new Map<number, number>();
  #ends = 0;
  #unsubscribe: () => void;
  #onFault: (error: unknown) => void;

  constructor(options: { db: Database; clock: Clock; bus: Bus; onFault(error: unknown): void }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#bus = options.bus;
    this.#onFault = options.onFault;
    this.#unsubscribe = options.bus.subscribe(channels.signedOut, (payload) => this.#forget(payload));
  }

  /** Undefined: unknown, revoked or too old. */
  async authenticate(token: string): Promise<Principal | undefined> {
    const id = digest(token);
    const now = this.#clock.now();
    const known = this.#believed.get(id);
    if (known && known.until > now) {
      if (known.expiresAt !== 0 && known.expiresAt <= now) return undefined;
      this.#use(known.principal, now);
      return known.principal;
    }
    const ends = this.#ends;
    const row = await findApiKeyByDigest(this.#db, id);
    if (!row || isOver(row, now)) return undefined;
    const principal = toPrincipal(row);
    if (ends === this.#ends) {
      if (this.#believed.size >= mostBelieved) this.#believed.clear();
      this.#believed.set(id, { principal, until: now + believedMs, expiresAt: row.expires_at });
    }
    this.#use(principal, now);
    return principal;
  }

  /** The same by `Principal.agentSessionId`; always of the database. */
  async authenticateId(sessionId: string): Promise<Principal | undefined> {
    const row = await findApiKeyById(this.#db, Number(sessionId.slice('key:'.length)));
    return row && !isOver(row, this.#clock.now()) ? toPrincipal(row) : undefined;
  }

  async list(organisationId: number): Promise<ApiKeyView[]> {
    return (await listApiKeys(this.#db, organisationId)).map(toView);
  }

  /** The key's text is told this once. Problems: `not-found` (an Inbox of somebody else), `conflict` (too many). */
  create(
    organisationId: number,
    input: NewApiKey & { createdBy: number },
  ): Promise<ApiKeyView & { key: string }> {
    return transact(this.#db, (tx) => this.createIn(tx, organisationId, input));
  }

  /** As {@link create}, in a transaction of the caller's. */
  async createIn(
    tx: Queryable,
    organisationId: number,
    input: NewApiKey & { createdBy: number },
  ): Promise<ApiKeyView & { key: string }> {
    const now = this.#clock.now();
    if (input.expiresAt !== 0 && input.expiresAt <= now) throw new Problem('bad-request', 'body expiresAt');
    // What concerns the whole Organisation cannot be held to some of its Inboxes.
    const isWide = input.scopes.some((scope) => scope === 'webhooks:manage' || scope === 'audit:read');
    if (isWide && input.inboxIds) throw new Problem('bad-request', 'These scopes are for all Inboxes');
    if ((await countApiKeys(tx, organisationId)) >= mostApiKeys) {
      throw new Problem('conflict', `At most ${mostApiKeys} keys`);
    }
    if (input.inboxIds) {
      const own = new Set((await listInboxRows(tx, organisationId)).map((row) => row.id));
      if (input.inboxIds.some((inboxId) => !own.has(inboxId))) throw new Problem('not-found');
    }
    const made = newApiKey();
    const row = {
      organisation_id: organisationId,
      name: input.name,
      masked: made.masked,
      digest: made.digest,
      scopes: input.scopes.join(' '),
      inboxes: input.inboxIds && JSON.stringify(input.inboxIds),
      created_by: input.createdBy,
      created_at: now,
      last_used_at: 0,
      expires_at: input.expiresAt,
      revoked_at: 0,
    };
    return { ...toView({ id: await insertApiKey(tx, row), ...row }), key: made.key };
  }

  /** At once, everywhere. Problems: `not-found`. */
  async revoke(organisationId: number, id: number): Promise<void> {
    const row = await findApiKey(this.#db, organisationId, id);
    if (!row) throw new Problem('not-found');
    if (row.revoked_at === 0) await updateApiKey(this.#db, id, { revoked_at: this.#clock.now() });
    const notice = { agentSessionId: sessionIdOf(id) };
    this.#forget(notice);
    this.#bus.publish(channels.signedOut, notice);
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    this.#believed.clear();
  }

  #use(principal: Principal, now: number): void {
    const id = Number(principal.agentSessionId.slice('key:'.length));
    if (now - (this.#touched.get(id) ?? -Infinity) < touchMs) return;
    if (this.#touched.size >= mostBelieved) this.#touched.clear();
    this.#touched.set(id, now);
    updateApiKey(this.#db, id, { last_used_at: now }).catch(this.#onFault);
  }

  #forget(notice: unknown): void {
    if (notice === null || typeof notice !== 'object' || !('agentSessionId' in notice)) return;
    const { agentSessionId } = notice;
    if (typeof agentSessionId !== 'string' || !agentSessionId.startsWith('key:')) return;
    this.#ends++;
    for (const [id, { principal }] of this.#believed)
      if (principal.agentSessionId === agentSessionId) this.#believed.delete(id);
  }
}

/** A new key's text, what is stored of it, and what people are shown of it afterwards. */
export function newApiKey(): { key: string; digest: string; masked: string } {
  const key = `${prefix}${newSecret()}`;
  return { key, digest: digest(key), masked: `${key.slice(0, 8)}******` };
}

function sessionIdOf(id: number): string {
  return `key:${id}`;
}

function isOver(row: ApiKeyRow, now: number): boolean {
  return row.revoked_at !== 0 || (row.expires_at !== 0 && row.expires_at <= now);
}

function toPrincipal(row: ApiKeyRow): Principal {
  return Object.freeze({
    agentId: 0,
    agentSessionId: sessionIdOf(row.id),
    organisationId: row.organisation_id,
    role: 'agent' as const,
    mode: 'key' as const,
    csrf: '',
    sees: seesOnly(readInboxes(row)),
    scopes: readScopes(row),
  });
}

function readInboxes(row: ApiKeyRow): number[] | null {
  return row.inboxes === null ? null : (JSON.parse(row.inboxes) as number[]);
}

/** Words that are no scope (any more) permit nothing. */
function readScopes(row: ApiKeyRow): ApiScope[] {
  const words = new Set(row.scopes.split(' '));
  return apiScopes.filter((scope) => words.has(scope));
}

function toView(row: ApiKeyRow): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    masked: row.masked.replaceAll('*', '•'),
    scopes: readScopes(row),
    inboxIds: readInboxes(row),
    createdBy: row.created_by,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
