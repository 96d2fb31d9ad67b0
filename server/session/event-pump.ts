import type { Clock } from '../clock.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { Problem } from '../contract/problem.ts';
import type { Log } from '../log.ts';

export type Receive = (inboxId: number, events: EngineEvent[], source: 'engine' | 'history') => Promise<void>;

const largestPage = 100;
const mostWaiting = 20_000;

/**
 * Hands an engine's facts to `receive` in the order they happened, also while the database is away. Beyond 20,000
 * waiting facts the oldest that are no state reports are let go: the next catch-up brings them back.
 */
export class EventPump {
  #inboxId: number;
  #receive: Receive;
  #clock: Clock;
  #log: Log;
  #signal: AbortSignal;
  #waiting: EngineEvent[] = [];
  #running: Promise<void> | undefined;

  constructor(options: { inboxId: number; receive: Receive; clock: Clock; log: Log; signal: AbortSignal }) {
    this.#inboxId = options.inboxId;
    this.#receive = options.receive;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#signal = options.signal;
  }

  push(events: readonly EngineEvent[]): void {
    this.#waiting.push(...events);
    if (this.#waiting.length > mostWaiting) {
      const before = this.#waiting.length;
      const states = this.#waiting.filter((event) => event.kind === 'session-state');
      const facts = this.#waiting.filter((event) => event.kind !== 'session-state');
      this.#waiting = [...facts.slice(-mostWaiting / 2), ...states];
      this.#log.warn(
        { inboxId: this.#inboxId, dropped: before - this.#waiting.length },
        'too many facts wait',
      );
    }
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  /** Resolves when everything pushed so far has been handed over (or the pump has ended). */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const page = this.#waiting.slice(0, largestPage);
      try {
        await this.#receive(this.#inboxId, page, 'engine');
      } catch (error) {
        if (error instanceof Problem && error.code === 'unavailable' && !this.#signal.aborted) {
          await this.#clock.delay(1_000, this.#signal);
          continue;
        }
        this.#log.error(
          { err: error, inboxId: this.#inboxId, facts: page.length },
          'facts could not be received',
        );
      }
      this.#waiting.splice(0, page.length);
    }
  }
}
