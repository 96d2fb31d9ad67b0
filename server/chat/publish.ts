import type { Database } from '../../db/database.ts';
import { channels, type Bus, type BusPush } from '../bus/bus.ts';
import type { Capabilities } from '../contract/capability.ts';
import type { ChangedRows, Position, Push } from '../contract/wire.ts';
import type { Log } from '../log.ts';
import { rowsOfSeq, rowsOfTurn } from './changes.ts';
import type { TurnResult } from './take-turn.ts';
import type { WrittenRows } from './turn.ts';
import { mayHaveFile } from './wire-rows.ts';

/** Beyond this (about, in characters of JSON) a push only says that there is something to be fetched. */
const largestPush = 256_000;

/**
 * Publishes a {@link Push} for every committed number of an Inbox, in order, after the commit and off its path. What is
 * published may be lost: rows are in the database, and a client sees a missing number.
 */
export class Publisher implements AsyncDisposable {
  #db: Database;
  #bus: Bus;
  #log: Log;
  #capabilitiesOf: (engine: string) => Capabilities;
  #isHeard: (inboxId: number) => boolean;
  #last = new Map<number, Promise<void>>();

  constructor(options: {
    db: Database;
    bus: Bus;
    log: Log;
    capabilitiesOf: (engine: string) => Capabilities;
    /** Whether anybody listens to what happens in an Inbox; if not, a push only says that something has. */
    isHeard?: ((inboxId: number) => boolean) | undefined;
  }) {
    this.#db = options.db;
    this.#bus = options.bus;
    this.#log = options.log;
    this.#capabilitiesOf = options.capabilitiesOf;
    this.#isHeard = options.isHeard ?? (() => true);
  }

  announce(inboxId: number, { from, to, era, rows }: TurnResult<unknown>): void {
    if (from > to) return;
    if (from === to && rows && !this.#last.has(inboxId) && !this.#isWanted(inboxId, rows)) {
      this.#bus.publish(channels.push, {
        inboxId,
        seq: from,
        era,
        rows: null,
        files: false,
      } satisfies BusPush);
      return;
    }
    const published = (this.#last.get(inboxId) ?? Promise.resolve()).then(async () => {
      for (let seq = from; seq <= to; seq++)
        await this.#publish(inboxId, { seq, era }, from === to ? rows : undefined);
    });
    this.#last.set(inboxId, published);
    void published.then(() => {
      if (this.#last.get(inboxId) === published) this.#last.delete(inboxId);
    });
  }

  /** What came with a file wakes who fetches files. */
  #isWanted(inboxId: number, rows: WrittenRows): boolean {
    return this.#isHeard(inboxId) || rows.messages.some(mayHaveFile);
  }

  async #publish(inboxId: number, { seq, era }: Position, written: WrittenRows | undefined): Promise<void> {
    let push: Push = { inboxId, seq, era, rows: null };
    try {
      const rows = written
        ? await rowsOfTurn(this.#db, this.#capabilitiesOf, inboxId, written)
        : await rowsOfSeq(this.#db, this.#capabilitiesOf, inboxId, seq);
      if (weigh(rows) <= largestPush) push = { inboxId, seq, era, rows };
    } catch (error) {
      this.#log.warn({ inboxId, seq, error }, 'a push goes out without its rows');
    }
    this.#bus.publish(channels.push, push);
  }

  /** Resolves when what has been announced is published. */
  async settled(): Promise<void> {
    while (this.#last.size > 0) await Promise.all(this.#last.values());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.settled();
  }
}

/** About how long the rows are as JSON: without writing it, since the Bus will. */
function weigh({ chats, messages, contacts, notes }: ChangedRows): number {
  let weight = 500 * (chats.length + messages.length + contacts.length);
  for (const message of messages) {
    weight += message.body.length + 100 * message.reactions.length + (message.media?.thumbnail?.length ?? 0);
    for (const { option, voters } of message.votes ?? []) weight += 50 + option.length + 80 * voters.length;
  }
  for (const note of notes) weight += 300 + note.body.length;
  for (const chat of chats) weight += chat.last?.body.length ?? 0;
  return weight;
}
