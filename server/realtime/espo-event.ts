import { toEspoMessage, type EspoEvent } from '../contract/espo.ts';
import type { Message } from '../contract/wire.ts';

/**
 * Turns changed rows into the seed's events: `message_ack` when only the ack has moved since this process last told of
 * the Message, `message` for everything else that such a client can see, nothing when it sees no change
 * (a Delivery's progress, a reaction). What was told is remembered for the last `size` Messages; of one forgotten, or
 * told by another process, a rising ack comes as `message` with the same id, which a client that keeps Messages by id
 * takes as an update.
 */
export class EspoEvents {
  readonly #size: number;
  /** Row id → what was told; the order of a Map is the order of telling. */
  #told = new Map<number, { said: string; ack: number }>();

  constructor(size = 5_000) {
    this.#size = size;
  }

  eventOf(message: Message, chat: string): EspoEvent | undefined {
    if (message.mergedInto !== null) return undefined;
    const data = toEspoMessage(message, chat);
    const said = JSON.stringify({ ...data, ack: undefined, messageId: undefined });
    const before = this.#told.get(message.id);
    if (before?.said === said && before.ack === data.ack) return undefined;
    this.#told.delete(message.id);
    this.#told.set(message.id, { said, ack: data.ack });
    if (this.#told.size > this.#size) {
      const [oldest] = this.#told.keys();
      if (oldest !== undefined) this.#told.delete(oldest);
    }
    const action = before?.said === said ? 'message_ack' : 'message';
    return { action, chatId: chat, timestamp: data.timestamp, data };
  }
}
