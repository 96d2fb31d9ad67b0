import {
  deleteAgentSession,
  deleteAgentSessionsOf,
  findAgentSession,
  findEndedAgentSessions,
  insertAgentSession,
  listAgentSessions,
  touchAgentSession,
  type AgentSessionRow,
} from '../../db/query/agent.ts';
import { extendAgentSession } from '../../db/query/embed-key.ts';
import { deleteEndedTickets } from '../../db/query/ticket.ts';
import type { Database, Queryable } from '../../db/database.ts';
import { channels, type Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import { digest, newSecret } from '../ids.ts';
import { hiddenInboxes } from '../../db/query/permission.ts';
import { seesAllBut, type Principal, type SignedOut } from './principal.ts';

/** How long a sign-in lives. An open socket or a polling widget counts as use. */
export const lifetimes = {
  /** Without any use. */
  idleMs: 30 * 60_000,
  /** From the sign-in on, used or not. */
  absoluteMs: 12 * 60 * 60_000,
  /** Use is written down at most this often. */
  touchMs: 60_000,
  /** How long an answer of the database is believed, should a notice of the bus be lost. */
  believedMs: 15_000,
  sweepMs: 60_000,
} as const;
export type Lifetimes = { readonly [K in keyof typeof lifetimes]: number };

const mostBelieved = 20_000;

interface Believed {
  principal: Principal;
  until: number;
  expiresAt: number;
  lastSeenAt: number;
}

export interface NewAgentSession {
  agentId: number;
  mode: 'cookie' | 'bearer';
  origin: string;
  userAgent: string;
  /** ms; as long as any sign-in unless said otherwise. */
  lifeMs?: number;
  /** The key of the host page that vouched for the Agent. */
  embedKeyId?: number;
}

/**
 * The sign-ins. A token is 256 random bits and only its SHA-256 is stored; who holds it is remembered for a few
 * seconds, and forgotten at once when the sign-in ends anywhere (bus channel `signed-out`).
 */
export class AgentSessions implements AsyncDisposable {
  #db: Database;
  #clock: Clock;
  #bus: Bus;
  #lifetimes: Lifetimes;
  #believed = new Map<string, Believed>();
  /** Rises with every end of a sign-in: a look-up begun before it is not remembered. */
  #ends = 0;
  #end = new AbortController();
  #unsubscribe: (() => void)[];
  #sweeping: Promise<void>;
  #onFault: (error: unknown) => void;
  #alsoSweep: () => Promise<void>;

  constructor(options: {
    db: Database;
    clock: Clock;
    bus: Bus;
    lifetimes: Lifetimes;
    /** What else of this room is over by age. */
    alsoSweep?(): Promise<void>;
    onFault(error: unknown): void;
  }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#bus = options.bus;
    this.#lifetimes = options.lifetimes;
    this.#onFault = options.onFault;
    this.#alsoSweep = options.alsoSweep ?? (async () => {});
    this.#unsubscribe = [
      this.#bus.subscribe(channels.signedOut, (payload) => {
        if (payload !== null && typeof payload === 'object') this.#forget(payload as Partial<SignedOut>);
      }),
      this.#bus.subscribe(channels.permitted, (payload) => {
        const { organisationId } = (payload ?? {}) as { organisationId?: unknown };
        this.#forgetOrganisation(organisationId);
      }),
    ];
    this.#sweeping = this.#sweepForever();
  }

  /** A new sign-in, always with a new token. `csrf` is for cookie mode only. */
  async start(input: NewAgentSession): Promise<{ token: string; csrf: string | null; expiresAt: number }> {
    const token = newSecret();
    const csrf = input.mode === 'cookie' ? csrfOf(token) : null;
    const now = this.#clock.now();
    const expiresAt = now + (input.lifeMs ?? this.#lifetimes.absoluteMs);
    await insertAgentSession(this.#db, {
      id: digest(token),
      agent_id: input.agentId,
      mode: input.mode,
      csrf: csrf ? digest(csrf) : '',
      origin: input.origin.slice(0, 200),
      user_agent: printable(input.userAgent),
      created_at: now,
      last_seen_at: now,
      expires_at: expiresAt,
      embed_key_id: input.embedKeyId ?? 0,
    });
    return { token, csrf, expiresAt };
  }

  /** Who holds this token; undefined when nobody does (any more). */
  async authenticate(token: string): Promise<Principal | undefined> {
    if (token.length < 20 || token.length > 200) return undefined;
    return this.authenticateId(digest(token));
  }

  /** The same from memory alone; undefined when the database has to be asked. Counts as use. */
  authenticateNow(token: string): Principal | undefined {
    const id = digest(token);
    const known = this.#believed.get(id);
    const now = this.#clock.now();
    if (!known || known.until <= now || this.#isOver(known, now)) return undefined;
    this.#seen(id, known, now);
    return known.principal;
  }

  async authenticateId(id: string): Promise<Principal | undefined> {
    const now = this.#clock.now();
    const known = this.#believed.get(id);
    if (known && known.until > now) {
      if (this.#isOver(known, now)) return undefined;
      this.#seen(id, known, now);
      return known.principal;
    }
    const ends = this.#ends;
    const row = await findAgentSession(this.#db, id);
    if (!row || row.disabled_at !== 0) return undefined;
    const hidden =
      row.role === 'agent' ? await hiddenInboxes(this.#db, row.organisation_id, row.agent_id) : [];
    const found: Believed = {
      principal: Object.freeze({
        agentId: row.agent_id,
        agentSessionId: row.id,
        organisationId: row.organisation_id,
        role: row.role,
        mode: row.mode,
        csrf: row.csrf,
        sees: seesAllBut(hidden),
        scopes: [],
      }),
      until: now + this.#lifetimes.believedMs,
      expiresAt: row.expires_at,
      lastSeenAt: row.last_seen_at,
    };
    if (this.#isOver(found, now)) return undefined;
    if (ends === this.#ends) {
      if (this.#believed.size >= mostBelieved) this.#believed.clear();
      this.#believed.set(id, found);
    }
    this.#seen(id, found, now);
    return found.principal;
  }

  /** The sign-in lasts `lifeMs` from now, or as long as it would have. Undefined when it has ended. */
  async extend(id: string, lifeMs: number): Promise<number | undefined> {
    const row = await findAgentSession(this.#db, id);
    const now = this.#clock.now();
    if (!row || this.#isOver({ expiresAt: row.expires_at, lastSeenAt: row.last_seen_at }, now))
      return undefined;
    const expiresAt = Math.max(
      row.expires_at,
      Math.min(now + lifeMs, row.created_at + this.#lifetimes.absoluteMs),
    );
    await extendAgentSession(this.#db, id, expiresAt);
    const known = this.#believed.get(id);
    if (known) known.expiresAt = expiresAt;
    return expiresAt;
  }

  async list(agentId: number): Promise<AgentSessionRow[]> {
    const now = this.#clock.now();
    const rows = await listAgentSessions(this.#db, agentId);
    return rows.filter(
      (row) => !this.#isOver({ expiresAt: row.expires_at, lastSeenAt: row.last_seen_at }, now),
    );
  }

  /** True when there was such a sign-in of this Agent's. */
  async end(agentId: number, id: string): Promise<boolean> {
    const ended = await deleteAgentSession(this.#db, agentId, id);
    if (ended) this.announce({ agentSessionId: id });
    return ended;
  }

  /** Ends all sign-ins of an Agent. In a transaction of the caller's, who calls {@link announce} after the commit. */
  async endAll(agentId: number, tx: Queryable): Promise<void> {
    await deleteAgentSessionsOf(tx, agentId);
  }

  /** Tells every process that sign-ins have ended: caches and sockets close. */
  announce(notice: SignedOut): void {
    this.#forget(notice);
    this.#bus.publish(channels.signedOut, notice);
  }

  /** Tells every process that Agents of the Organisation see other Inboxes now; `everyone`: of any role. */
  announcePermitted(organisationId: number, everyone = false): void {
    this.#forgetOrganisation(organisationId);
    this.#bus.publish(channels.permitted, everyone ? { organisationId, everyone } : { organisationId });
  }

  /** Deletes what is over and closes the sockets that hang on it. */
  async sweep(): Promise<void> {
    const now = this.#clock.now();
    const over = await findEndedAgentSessions(this.#db, now, now - this.#lifetimes.idleMs, 500);
    for (const row of over) await this.end(row.agent_id, row.id);
    await deleteEndedTickets(this.#db, now);
    await this.#alsoSweep();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#end.abort();
    await this.#sweeping;
    this.#believed.clear();
  }

  #isOver(session: { expiresAt: number; lastSeenAt: number }, now: number): boolean {
    return session.expiresAt <= now || session.lastSeenAt + this.#lifetimes.idleMs <= now;
  }

  /** Writes the use down, now and then and beside the request. */
  #seen(id: string, session: Believed, now: number): void {
    if (now - session.lastSeenAt < this.#lifetimes.touchMs) return;
    session.lastSeenAt = now;
    touchAgentSession(this.#db, id, now).catch(this.#onFault);
  }

  #forget(notice: Partial<{ agentId: number; agentSessionId: string }>): void {
    this.#ends++;
    if (notice.agentSessionId !== undefined) this.#believed.delete(notice.agentSessionId);
    if (notice.agentId === undefined) return;
    for (const [id, known] of this.#believed) {
      if (known.principal.agentId === notice.agentId) this.#believed.delete(id);
    }
  }

  #forgetOrganisation(organisationId: unknown): void {
    this.#ends++;
    for (const [id, known] of this.#believed) {
      if (known.principal.organisationId === organisationId) this.#believed.delete(id);
    }
  }

  async #sweepForever(): Promise<void> {
    const { signal } = this.#end;
    for (;;) {
      await this.#clock.delay(this.#lifetimes.sweepMs, signal);
      if (signal.aborted) return;
      await this.sweep().catch(this.#onFault);
    }
  }
}

/** A foreign header for people to read: one line, no control characters. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200);
}

/** The anti-forgery token of a sign-in: follows from its token, so a page that was reloaded can be told it again. */
export function csrfOf(token: string): string {
  return digest(`chatdock csrf ${token}`);
}
