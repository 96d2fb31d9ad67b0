import { transact, type Database } from '../../db/database.ts';
import { countNumberChecks, readNumberChecks, writeNumberChecks } from '../../db/query/number-check.ts';
import type { Clock } from '../clock.ts';
import type { EngineSession, FoundNumber } from '../engine/engine.ts';
import type { Log } from '../log.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
/** How long an answer holds: people join, and seldom leave. */
const holdsMs = { yes: 30 * day, no: 3 * day };
/** Questions of one number to WhatsApp: who asks about thousands is taken for a spammer. */
export const mostNumbers = { inOneQuestion: 20, aMinute: 40, aDay: 600 };
const longestMs = 45_000;

/** Whether a number is on WhatsApp; `undefined`: not known now. */
export type NumberChecks = ReadonlyMap<string, boolean>;

/**
 * Answers from what is known, and asks WhatsApp about the rest: in one question, of one Session one at a time, and no more
 * than is seemly. Who came too late for that asks again when the contact is shown again.
 */
export class NumberChecker {
  #db: Database;
  #clock: Clock;
  #log: Log;
  #live: (inboxId: number) => EngineSession | undefined;
  #turns = new Map<number, Promise<unknown>>();

  constructor(options: {
    db: Database;
    clock: Clock;
    log: Log;
    live: (inboxId: number) => EngineSession | undefined;
  }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#live = options.live;
  }

  /** `digits`: international, at most {@link mostNumbers.inOneQuestion}. Those that are not known now are left out. */
  async check(inboxId: number, digits: readonly string[]): Promise<NumberChecks> {
    const before = this.#turns.get(inboxId) ?? Promise.resolve();
    const turn = before.then(() => this.#check(inboxId, digits.slice(0, mostNumbers.inOneQuestion)));
    const settled = turn.catch(() => undefined);
    this.#turns.set(inboxId, settled);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(inboxId) === settled) this.#turns.delete(inboxId);
    }
  }

  async #check(inboxId: number, digits: readonly string[]): Promise<NumberChecks> {
    const now = this.#clock.now();
    const known = new Map<string, boolean>();
    for (const row of await readNumberChecks(this.#db, inboxId, digits)) {
      const isThere = row.is_there === 1;
      if (now - row.checked_at < holdsMs[isThere ? 'yes' : 'no']) known.set(row.phone, isThere);
    }
    const unknown = [...new Set(digits)].filter((one) => !known.has(one));
    const asked = unknown.slice(0, await this.#room(inboxId, now));
    const found = asked.length > 0 ? await this.#ask(inboxId, asked) : undefined;
    if (!found) return known;
    const there = new Set(found.map((one) => one.digits));
    for (const one of asked) known.set(one, there.has(one));
    const rows = asked.map((phone) => ({
      inbox_id: inboxId,
      phone,
      is_there: Number(there.has(phone)),
      checked_at: now,
    }));
    await transact(this.#db, (tx) => writeNumberChecks(tx, rows));
    return known;
  }

  /** How many more may be asked about now. Counted in the database: it holds for all processes, and after a restart. */
  async #room(inboxId: number, now: number): Promise<number> {
    if (!this.#live(inboxId)?.findNumbers) return 0;
    const [lately, today] = [
      await countNumberChecks(this.#db, inboxId, now - minute),
      await countNumberChecks(this.#db, inboxId, now - day),
    ];
    return Math.max(0, Math.min(mostNumbers.aMinute - lately, mostNumbers.aDay - today));
  }

  async #ask(inboxId: number, digits: readonly string[]): Promise<FoundNumber[] | undefined> {
    try {
      return await this.#live(inboxId)?.findNumbers?.(digits, AbortSignal.timeout(longestMs));
    } catch (error) {
      this.#log.info({ inboxId, err: error }, 'numbers could not be looked up');
      return undefined;
    }
  }
}
