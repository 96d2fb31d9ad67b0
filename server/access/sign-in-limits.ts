import { transact, type Database } from '../../db/database.ts';
import { addTry, beginTries, pruneTries, readTries, takeTryBack } from '../../db/query/sign-in-try.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../contract/problem.ts';
import { digest } from '../ids.ts';
import { household } from './household.ts';

/** How many wrong tries a window allows; an IP is a household ({@link household}). Windows begin with the first try and end by themselves: no lock-out stays. */
export const signInLimits = {
  windowMs: 15 * 60_000,
  /** One account from one IP. */
  pair: 5,
  /** One IP, over all accounts (spraying). */
  ip: 50,
  /** One account, from all IPs: high enough that a stranger cannot easily shut an Agent out. */
  account: 100,
} as const;

/** Counts kept at once: an IP makes a hundred at most, so it takes thousands of them to get here. */
const mostCounts = 200_000;

interface Limit {
  id: string;
  most: number;
}

/** A try that has been counted. */
export interface TakenTry {
  /** It was no guess. What cannot be taken back stays counted: that errs on the safe side. */
  giveBack(): Promise<void>;
}

/**
 * Counts a try before the password is looked at and takes it back when it was right, so twenty guesses at the same
 * time are counted like twenty in a row. Kept in the database: processes share it and a restart forgets nothing. Whom a
 * count is of is stored as a digest.
 */
export class SignInLimits {
  #db: Database;
  #clock: Clock;
  #turns = new Map<string, Promise<unknown>>();
  #onFault: (error: unknown) => void;

  constructor(options: { db: Database; clock: Clock; onFault(error: unknown): void }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#onFault = options.onFault;
  }

  /** Throws `too-many-requests`; otherwise gives the way to take the try back. */
  async take(account: string, ip: string): Promise<TakenTry> {
    const from = household(ip);
    const limits: Limit[] = [
      { id: digest(`pair ${from} ${account}`), most: signInLimits.pair },
      { id: digest(`ip ${from}`), most: signInLimits.ip },
      { id: digest(`account ${account}`), most: signInLimits.account },
    ];
    const ids = limits.map(({ id }) => id);
    const now = this.#clock.now();
    const endsAt = now + signInLimits.windowMs;
    const known = await readTries(this.#db, ids);
    // Who is shut out costs one read.
    refuseFull(limits, known, now, 0);
    for (const id of ids) {
      if (!known.some((one) => one.id === id)) await beginTries(this.#db, id, endsAt);
    }
    const counted = await transact(this.#db, async (tx) => {
      await addTry(tx, ids, now, endsAt);
      const counts = await readTries(tx, ids);
      // What many have passed at the same time, as many have counted; those beyond the limit are rolled back here.
      refuseFull(limits, counts, now, 1);
      return counts;
    });
    let taken = true;
    return {
      giveBack: async () => {
        if (!taken) return;
        taken = false;
        try {
          for (const { id, ends_at } of counted) await takeTryBack(this.#db, id, ends_at);
        } catch (error) {
          this.#onFault(error);
        }
      },
    };
  }

  /**
   * Runs one after the other what is tried for this account from this IP. For tries that are as good as always right
   * and many at a time (an office opens its CRM): what is under way then never looks like guessing.
   */
  async inTurn<T>(account: string, ip: string, run: () => Promise<T>): Promise<T> {
    const key = `pair ${ip} ${account}`;
    const before = this.#turns.get(key) ?? Promise.resolve();
    const mine = before.then(run);
    const settled = mine.catch(() => undefined);
    this.#turns.set(key, settled);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(key) === settled) this.#turns.delete(key);
    }
  }

  /** Drops counts that are over; called now and then by the sweep. */
  prune(most = mostCounts): Promise<void> {
    return pruneTries(this.#db, this.#clock.now(), most, signInLimits.pair);
  }
}

/** `own`: how many of the tries are the caller's. */
function refuseFull(
  limits: readonly Limit[],
  counts: readonly { id: string; tries: number; ends_at: number }[],
  now: number,
  own: 0 | 1,
): void {
  const full = limits.map(({ id, most }) => {
    const count = counts.find((one) => one.id === id);
    return count && count.ends_at > now && count.tries - own >= most ? count.ends_at : 0;
  });
  const until = Math.max(...full);
  if (until === 0) return;
  const retryAfter = Math.max(1, Math.ceil((until - now) / 1000));
  throw new Problem('too-many-requests', undefined, { retryAfter });
}
