import type { Clock } from '../clock.ts';
import type { Address } from '../contract/address.ts';

const everyMs = 60_000;
const mostChats = 5_000;

/** The seed's widget polls a chat every second; the phone is asked for it once a minute at most. */
export class PullPacer {
  #clock: Clock;
  #last = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** True once per Chat and minute. */
  isDue(inboxId: number, address: Address): boolean {
    const key = `${inboxId} ${address}`;
    const now = this.#clock.now();
    if (now - (this.#last.get(key) ?? -Infinity) < everyMs) return false;
    if (this.#last.size >= mostChats) this.#last.clear();
    this.#last.set(key, now);
    return true;
  }
}
