import { transact, type Database } from '../../db/database.ts';
import { listAllowedOrigins, organisationsAllowing, replaceAllowedOrigins } from '../../db/query/origin.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../contract/problem.ts';

const believedMs = 10_000;
const mostBelieved = 1_000;
export const mostOrigins = 50;

/** `https://crm.example[:port]` as a browser sends it; undefined for anything else (`null`, a path, a wildcard). */
export function readOrigin(text: string): string | undefined {
  if (!/^https?:\/\/[^\s/?#@*]+$/i.test(text) || !URL.canParse(text)) return undefined;
  const { origin } = new URL(text);
  // It stands in a policy of ours, where `;` begins another rule and `,` another policy.
  return origin.length <= 200 && /^https?:\/\/(?:[\w.-]+|\[[\da-f:]+\])(?::\d+)?$/.test(origin)
    ? origin
    : undefined;
}

/** Which page origins may embed the widget: an exact list per Organisation, remembered for a few seconds. */
export class AllowedOrigins {
  #db: Database;
  #clock: Clock;
  #known = new Map<string, { organisations: Set<number>; until: number }>();

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Whether any Organisation allows it: all that is known before the sign-in (preflight). */
  async isKnown(origin: string): Promise<boolean> {
    return (await this.#organisations(origin)).size > 0;
  }

  async isAllowed(origin: string, organisationId: number): Promise<boolean> {
    return (await this.#organisations(origin)).has(organisationId);
  }

  /** The same without waiting; undefined when it would have to ask the database. */
  isAllowedNow(origin: string, organisationId: number): boolean | undefined {
    const known = this.#known.get(origin);
    return known && known.until > this.#clock.now() ? known.organisations.has(organisationId) : undefined;
  }

  async list(organisationId: number): Promise<string[]> {
    return listAllowedOrigins(this.#db, organisationId);
  }

  /** Replaces the whole list. Problem `bad-request` when one of them is no origin. */
  async replace(organisationId: number, origins: readonly string[]): Promise<string[]> {
    const read = origins.map((text) => {
      const origin = readOrigin(text.trim());
      if (!origin) throw new Problem('bad-request', 'An origin looks like https://crm.example');
      return origin;
    });
    await transact(this.#db, (tx) => replaceAllowedOrigins(tx, organisationId, [...new Set(read)]));
    this.#known.clear();
    return this.list(organisationId);
  }

  async #organisations(origin: string): Promise<Set<number>> {
    const now = this.#clock.now();
    const known = this.#known.get(origin);
    if (known && known.until > now) return known.organisations;
    if (readOrigin(origin) !== origin) return new Set();
    const organisations = new Set(await organisationsAllowing(this.#db, origin));
    if (this.#known.size >= mostBelieved) this.#known.clear();
    this.#known.set(origin, { organisations, until: now + believedMs });
    return organisations;
  }
}
