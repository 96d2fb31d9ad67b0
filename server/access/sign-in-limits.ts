import type { Clock } from '../clock.ts';
import { Problem } from '../contract/problem.ts';

/** How many wrong tries a window allows. Windows begin with the first try and end by themselves: no lock-out stays. */
export const signInLimits = {
  windowMs: 15 * 60_000,
  /** One account from one IP. */
  pair: 5,
  /** One IP, over all accounts (spraying). */
  ip: 50,
  /** One account, from all IPs: high enough that a stranger cannot easily shut an Agent out. */
  account: 100,
} as const;

const mostKeys = 50_000;

interface Count {
  tries: number;
  endsAt: number;
}

/**
 * Counts a try before the password is looked at and takes it back when it was right, so twenty guesses at the same
 * time are counted like twenty in a row. Kept in this process.
 */
export class SignInLimits {
  #clock: Clock;
  #counts = new Map<string, Count>();
  #turns = new Map<string, Promise<unknown>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws `too-many-requests`; otherwise gives the way to take the try back. */
  take(account: string, ip: string): { giveBack(): void } {
    const now = this.#clock.now();
    const keys = [
      { key: `pair ${ip} ${account}`, most: signInLimits.pair },
      { key: `ip ${ip}`, most: signInLimits.ip },
      { key: `account ${account}`, most: signInLimits.account },
    ];
    const full = keys.map(({ key, most }) => {
      const count = this.#read(key, now);
      return count && count.tries >= most ? count.endsAt : 0;
    });
    const until = Math.max(...full);
    if (until > 0) {
      const retryAfter = Math.max(1, Math.ceil((until - now) / 1000));
      throw new Problem('too-many-requests', undefined, { retryAfter });
    }
    const counts = keys.map(({ key }) => this.#count(key, now));
    for (const count of counts) count.tries++;
    let taken = true;
    return {
      giveBack: () => {
        if (taken) for (const count of counts) count.tries--;
        taken = false;
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

  #read(key: string, now: number): Count | undefined {
    const count = this.#counts.get(key);
    if (count && count.endsAt > now) return count;
    this.#counts.delete(key);
    return undefined;
  }

  #count(key: string, now: number): Count {
    const known = this.#read(key, now);
    if (known) return known;
    if (this.#counts.size >= mostKeys) this.#makeRoom(now);
    const count = { tries: 0, endsAt: now + signInLimits.windowMs };
    this.#counts.set(key, count);
    return count;
  }

  /** Drops what is over; if nothing is, the oldest tenth that is not full, so that a flood of names frees no guesser. */
  #makeRoom(now: number): void {
    for (const [key, count] of this.#counts) if (count.endsAt <= now) this.#counts.delete(key);
    let excess = this.#counts.size - Math.floor(mostKeys * 0.9);
    for (const [key, count] of this.#counts) {
      if (excess <= 0) return;
      if (count.tries >= signInLimits.pair) continue;
      this.#counts.delete(key);
      excess--;
    }
  }
}
