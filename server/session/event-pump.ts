import type { Clock } from '../clock.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { Problem } from '../contract/problem.ts';
import type { Log } from '../log.ts';
import { steadily, type Receive } from './steadily.ts';

const largestPage = 100;
export const mostWaiting = 20_000;

/**
 * Hands an engine's facts to `receive` in the order they happened, also while the database is away. Beyond 20,000
 * waiting facts the oldest that are no state reports are let go: the next catch-up brings them back. After `signal`
 * ends it tries once more and then lets go of what it holds.
 */
export class EventPump {
  #inboxId: number;
  #receive: Receive;
  #log: Log;
  #waiting: EngineEvent[] = [];
  #running: Promise<void> | undefined;
  #giving: Promise<void> = Promise.resolve();
  /** How many facts were pushed, have been dealt with, and were let go. */
  #pushed = 0;
  #done = 0;
  #letGo = 0;

  constructor(options: { inboxId: number; receive: Receive; clock: Clock; log: Log; signal: AbortSignal }) {
    this.#inboxId = options.inboxId;
    this.#receive = steadily(options.receive, options.clock, options.signal);
    this.#log = options.log;
  }

  push(events: readonly EngineEvent[]): void {
    if (events.length === 0) return;
    for (const event of events) this.#waiting.push(event);
    this.#pushed += events.length;
    if (this.#waiting.length > mostWaiting) this.#trim();
    this.#running ??= this.#run();
  }

  /** Resolves when everything pushed so far has been handed over (or the pump has ended). */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Resolves when everything pushed so far is stored. Rejects (`unavailable`) when facts were let go meanwhile. */
  async stored(): Promise<void> {
    const { goal, letGo } = { goal: this.#pushed, letGo: this.#letGo };
    while (this.#done < goal) await this.#giving;
    if (this.#letGo !== letGo) throw new Problem('unavailable');
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const page = this.#waiting.splice(0, largestPage);
      this.#giving = this.#give(page).then(() => void (this.#done += page.length));
      await this.#giving;
    }
    // In the same breath as the look at what waits: a push in between would lie there until the next one.
    this.#running = undefined;
  }

  async #give(page: EngineEvent[]): Promise<void> {
    try {
      await this.#receive(this.#inboxId, page, 'engine');
    } catch (error) {
      const fields = { err: error, inboxId: this.#inboxId };
      if (error instanceof Problem && error.code === 'unavailable') {
        const behind = this.#waiting.splice(0).length;
        const facts = page.length + behind;
        this.#letGo += facts;
        this.#done += behind;
        this.#log.warn({ ...fields, facts }, 'ended before the database came back');
      } else if (page.length > 1) {
        // One fact that cannot be stored must not take its neighbours along.
        for (const event of page) await this.#give([event]);
      } else {
        this.#log.error({ ...fields, kind: page[0]?.kind }, 'a fact could not be received');
      }
    }
  }

  /** Halves what waits, so that it is not done again for each of the next facts. */
  #trim(): void {
    const before = this.#waiting.length;
    let tooMany = before - mostWaiting / 2;
    this.#waiting = this.#waiting.filter((event) => event.kind === 'session-state' || tooMany-- <= 0);
    const dropped = before - this.#waiting.length;
    this.#letGo += dropped;
    this.#done += dropped;
    this.#log.warn({ inboxId: this.#inboxId, dropped }, 'too many facts wait');
  }
}
