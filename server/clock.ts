/** Time as a port: production reads the system, tests turn the hands themselves. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`; at once (without error) when `signal` aborts. */
  delay(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  delay: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', end, { once: true });
    }),
};

/** A clock for tests: `advance` moves time and wakes who waited, in order. */
export class ManualClock implements Clock {
  #now: number;
  #waiting: { at: number; wake: () => void }[] = [];
  constructor(start = 1_795_000_000_000) {
    this.#now = start;
  }
  now(): number {
    return this.#now;
  }
  delay(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const entry = { at: this.#now + ms, wake: resolve };
      this.#waiting.push(entry);
      signal?.addEventListener(
        'abort',
        () => {
          this.#waiting = this.#waiting.filter((other) => other !== entry);
          resolve();
        },
        { once: true },
      );
    });
  }
  /** How many wait: lets a test know that the code under test has gone to sleep. */
  get waiting(): number {
    return this.#waiting.length;
  }
  /** Whether somebody sleeps until exactly `ms` from now. */
  isAwaited(ms: number): boolean {
    return this.#waiting.some(({ at }) => at === this.#now + ms);
  }
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#waiting.filter((entry) => entry.at <= until).toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#waiting = this.#waiting.filter((entry) => entry !== next);
      this.#now = Math.max(this.#now, next.at);
      next.wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = until;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
