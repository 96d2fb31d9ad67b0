import type { AuthenticationCreds } from 'baileys';
import { firstLine } from '../../engine-child/trouble.ts';
import type { Awaited } from './awaited.ts';
import type { Journal } from './journal.ts';
import type { Notices } from './notices.ts';
import type { WASocket } from './socket.ts';
import { within } from './time-limit.ts';

/** Between two looks, and how long one thing may take to be read, ms. */
const lookMs = 60_000;
const readMs = 120_000;

export interface LeftoversOptions {
  journal: Pick<Journal, 'left' | 'failed' | 'told'>;
  notices: Pick<Notices, 'giveUp'>;
  awaited: Pick<Awaited, 'look'>;
  /** Undefined while there is none. */
  link():
    { socket: Pick<WASocket, 'upsertMessage' | 'signalRepository'>; creds: AuthenticationCreds } | undefined;
  log(text: string): void;
  /** Something is missing for good. */
  missing(text: string): void;
}

/**
 * Hands on once more what was opened and has not come out (a file of history that could not be fetched), each in its own
 * time, and puts down what nothing will come of. One look at a time.
 */
export class Leftovers {
  #options: LeftoversOptions;
  #looking: NodeJS.Timeout | undefined;
  #isUnderWay = false;

  constructor(options: LeftoversOptions) {
    this.#options = options;
  }

  keepLooking(): void {
    this.rest();
    this.#looking = setInterval(() => this.look(), lookMs).unref();
  }
  rest(): void {
    clearInterval(this.#looking);
  }

  look(): void {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    void this.handOn(Date.now())
      .catch((error: unknown) => this.#options.log(`what was left: ${firstLine(error)}`))
      .finally(() => (this.#isUnderWay = false));
  }
  async handOn(now: number): Promise<void> {
    const { journal, notices, awaited, link, log, missing } = this.#options;
    const found = link();
    if (!found) return;
    const { socket, creds } = found;
    const { messages, givenUp } = await journal.left(creds, socket.signalRepository, now);
    for (const { messageId, tries, problem } of givenUp) {
      notices.giveUp(messageId);
      journal.told(messageId);
      missing(`Part of what the phone sent could not be read in ${tries} tries: ${problem || 'no answer'}`);
    }
    for (const message of messages)
      await within(readMs, 'reading it', socket.upsertMessage(message, 'append')).catch((error: unknown) => {
        log(`what was left: ${firstLine(error)}`);
        journal.failed(message.key.id ?? '', firstLine(error));
      });
    await awaited.look(now);
  }
}
