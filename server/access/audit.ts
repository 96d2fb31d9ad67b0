import { transact, type Database, type Tx } from '../../db/database.ts';
import { isUniqueViolation } from '../../db/portable.ts';
import { listAgents } from '../../db/query/agent.ts';
import { listApiKeys } from '../../db/query/api-key.ts';
import {
  findAuditHead,
  findOldIntents,
  insertAudit,
  insertIntent,
  pageAudit,
  takeAuditTurn,
  takeIntent,
  walkAudit,
  type AuditRow,
} from '../../db/query/audit.ts';
import type { Clock } from '../clock.ts';
import type { AuditEntry } from '../contract/access.ts';
import { Problem } from '../contract/problem.ts';
import { digest, newSecret } from '../ids.ts';
import type { Principal } from './principal.ts';

/** What somebody did. No secrets and no words of Messages: it is kept for good. */
export interface Act {
  organisationId: number;
  /** `agent:1`, `key:2`, `link`, `operator`, `nobody`. */
  actor: string;
  /** `api-key.create` */
  act: string;
  /** Whom or what it concerned: `agent:3`, `inbox:4`, an e-mail. */
  subject?: string;
  detail?: string;
  ip?: string;
}

/** What has begun so long ago does not end any more. */
export const longestActMs = 5 * 60_000;
/** One visit to a page that only shows. */
const oneLookMs = 60 * 60_000;

export function actorOf(principal: Principal): string {
  return principal.mode === 'key' ? principal.agentSessionId : `agent:${principal.agentId}`;
}

/**
 * The append-only log of an Organisation. Each entry holds the hash of the one before, so none can be changed, taken out
 * or put in between unseen; whoever keeps a copy of the head's hash also sees a cut tail or a chain written anew.
 */
export class Audit {
  #db: Database;
  #clock: Clock;

  constructor(options: { db: Database; clock: Clock }) {
    this.#db = options.db;
    this.#clock = options.clock;
  }

  /** Writes down what has not happened yet, or cannot fail any more. */
  async record(act: Act): Promise<void> {
    await this.#inTurn((tx) => this.#write(tx, act));
  }

  /**
   * Runs an act and writes it down, so that neither a crash nor a database that goes away between the two loses it: what
   * has begun is kept first, and what is found begun and not ended is entered by {@link recover} with its outcome unknown.
   * Without a place to keep it the act does not begin. A refusal (Problem) leaves no entry. `told`: what only its result
   * can tell.
   */
  async around<T>(act: Act, run: () => Promise<T>, told?: (value: T) => Partial<Act>): Promise<T> {
    const id = newSecret();
    await insertIntent(this.#db, { id, at: this.#clock.now(), act: JSON.stringify(act) });
    let value: T;
    try {
      value = await run();
    } catch (error) {
      // What has failed otherwise may have happened all the same.
      if (error instanceof Problem) await takeIntent(this.#db, id);
      else await this.#settle(id, unknown(act));
      throw error;
    }
    await this.#settle(id, { ...act, ...told?.(value) });
    return value;
  }

  /** {@link around} for what is only looked at: once an hour for each actor and address, not with every page of it. */
  async aroundLook<T>(act: Act, run: () => Promise<T>): Promise<T> {
    const since = this.#clock.now() - oneLookMs;
    const of = { act: act.act, actor: act.actor.slice(0, 40), since, limit: 50 };
    const entered = await pageAudit(this.#db, act.organisationId, of);
    const isKnown = entered.some(({ ip, subject }) => ip === ipOf(act) && subject === text(act.subject, 200));
    return isKnown ? run() : this.around(act, run);
  }

  /** Enters what was begun long ago and never ended: its process is gone, or could not reach the database. */
  async recover(): Promise<void> {
    const rows = await findOldIntents(this.#db, this.#clock.now() - longestActMs, 100);
    for (const row of rows) await this.#settle(row.id, unknown(JSON.parse(row.act) as Act));
  }

  /** Once: somebody else may have entered it meanwhile. */
  async #settle(id: string, act: Act): Promise<void> {
    await this.#inTurn(async (tx) => {
      if (await takeIntent(tx, id)) await this.#write(tx, act);
    });
  }

  async #inTurn(work: (tx: Tx) => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await transact(this.#db, work);
      } catch (error) {
        // Two wrote the very first entry.
        if (attempt >= 5 || !isUniqueViolation(error)) throw error;
      }
    }
  }

  /** Writers of one Organisation take turns at the row of its head, so numbers have no gap and hashes one order. */
  async #write(tx: Tx, act: Act): Promise<void> {
    const turn = await takeAuditTurn(tx, act.organisationId);
    const entry = {
      organisation_id: act.organisationId,
      number: turn.number,
      at: this.#clock.now(),
      actor: act.actor.slice(0, 40),
      act: act.act,
      subject: text(act.subject, 200),
      detail: text(act.detail, 400),
      ip: ipOf(act),
      previous: turn.previous,
    };
    await insertAudit(tx, { ...entry, hash: hashOf(entry) });
  }

  /** Newest first; `next` is given back as `before`. */
  async page(
    organisationId: number,
    query: Omit<Parameters<typeof pageAudit>[2], 'limit'> & { limit?: number | undefined },
  ): Promise<{ list: AuditEntry[]; next: number | null }> {
    const limit = query.limit ?? 50;
    const [rows, agents, keys] = await Promise.all([
      pageAudit(this.#db, organisationId, { ...query, limit: limit + 1 }),
      listAgents(this.#db, organisationId),
      listApiKeys(this.#db, organisationId),
    ]);
    const names = new Map<string, string>([
      ...agents.map((agent) => [`agent:${agent.id}`, agent.name] as const),
      ...keys.map((key) => [`key:${key.id}`, key.name] as const),
    ]);
    const shown = rows.slice(0, limit);
    return {
      list: shown.map(({ number, at, actor, act, subject, detail, ip, hash }) => ({
        number,
        at,
        actor,
        actorName: names.get(actor) ?? '',
        act,
        subject,
        detail,
        ip,
        hash,
      })),
      next: rows.length > limit ? shown.at(-1)!.number : null,
    };
  }

  /** Computes the whole chain anew. */
  async check(
    organisationId: number,
  ): Promise<{ whole: boolean; entries: number; brokenAt: number | null; head: string }> {
    // Read first: entries written meanwhile are checked too, and none of those before is missed.
    const head = await findAuditHead(this.#db, organisationId);
    let previous = '';
    let number = 0;
    for (;;) {
      const rows = await walkAudit(this.#db, organisationId, number, 500);
      for (const row of rows) {
        const follows = row.number === number + 1 && row.previous === previous && row.hash === hashOf(row);
        if (!follows) return { whole: false, entries: number, brokenAt: number + 1, head: previous };
        number = row.number;
        previous = row.hash;
        if (number === head?.number && previous !== head.hash) {
          return { whole: false, entries: number, brokenAt: number, head: previous };
        }
      }
      if (rows.length < 500) break;
    }
    const isCut = number < (head?.number ?? 0);
    return { whole: !isCut, entries: number, brokenAt: isCut ? number + 1 : null, head: previous };
  }
}

function unknown(act: Act): Act {
  return { ...act, detail: `outcome unknown ${act.detail ?? ''}`.trim() };
}

const ipOf = (act: Act): string => (act.ip ?? '').slice(0, 64);

/** Nothing that is stored in one way and read back in another, or the chain would look broken. */
function text(given: string | undefined, most: number): string {
  return (given ?? '').slice(0, most).toWellFormed();
}

/** Over every column, in an order and spelling of their own. */
function hashOf(row: Omit<AuditRow, 'hash'>): string {
  const { organisation_id, number, at, actor, act, subject, detail, ip, previous } = row;
  return digest(JSON.stringify([previous, organisation_id, number, at, actor, act, subject, detail, ip]));
}
