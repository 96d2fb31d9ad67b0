import type { WorldClock } from './clock.ts';

/** A world's clock for tests: nothing happens until `advance`. */
export class ManualWorldClock implements WorldClock {
  #now = 1_795_000_000_000;
  #waiting: { at: number; act: () => void }[] = [];
  now(): number {
    return this.#now;
  }
  after(ms: number, act: () => void): () => void {
    const entry = { at: this.#now + ms, act };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
    };
  }
  /** Moves on, and lets happen what was due, in order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#waiting.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#waiting = this.#waiting.filter((entry) => entry !== next);
      this.#now = next.at;
      next.act();
    }
    this.#now = until;
  }
}
