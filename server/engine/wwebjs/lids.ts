import type { Address } from '../../contract/address.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import type { Client } from './client.ts';
import { decodePair } from './decode.ts';
import { within } from './time-limit.ts';

const betweenMs = 3_000;
const againAfterMs = 600_000;

/**
 * Finds the phone behind a LID-only sender: once each, slowly (asking often is what spammers do), and again only
 * ten minutes after an answer of "hidden".
 */
export class Lids {
  #client: Client;
  #tell: (event: EngineEvent) => void;
  #asked = new Map<Address, number>();
  #queue: Address[] = [];
  #busy = false;

  constructor(client: Client, tell: (event: EngineEvent) => void) {
    this.#client = client;
    this.#tell = tell;
  }

  want(lid: Address): void {
    const asked = this.#asked.get(lid);
    if (asked !== undefined && Date.now() - asked < againAfterMs) return;
    if (this.#asked.size > 5_000) this.#asked.clear();
    this.#asked.set(lid, Date.now());
    if (this.#queue.length < 500) this.#queue.push(lid);
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let lid = this.#queue.shift(); lid !== undefined; lid = this.#queue.shift()) {
      const pair = await this.ask(lid).catch(() => undefined);
      if (pair) {
        this.#asked.set(lid, Number.MAX_SAFE_INTEGER);
        this.#tell(pair);
      }
      await new Promise((resolve) => setTimeout(resolve, betweenMs).unref());
    }
    this.#busy = false;
  }

  /** Both Addresses of a person known by one. */
  async ask(address: Address): Promise<EngineEvent | undefined> {
    const asked = this.#client.getContactLidAndPhone([address]);
    const [found] = await within(20_000, 'asking for both addresses', asked);
    return decodePair([address, found?.lid, found?.pn]);
  }
}
