import { Refusal } from './refusal.ts';
import type { Message, Wid, WorldState } from './shapes.ts';

/** All messages of a world, in the order they came into it. */
export class Ledger {
  #state: WorldState;
  #byId: Map<string, Message>;
  constructor(state: WorldState) {
    this.#state = state;
    this.#byId = new Map(state.messages.map((message) => [message.id, message]));
  }

  /** Gives the message its number and keeps it. */
  add(message: Message): void {
    message.n = (this.#state.messages.at(-1)?.n ?? 0) + 1;
    this.#state.messages.push(message);
    this.#byId.set(message.id, message);
  }
  remove(message: Message): void {
    this.#state.messages = this.#state.messages.filter((other) => other !== message);
    this.#byId.delete(message.id);
  }
  get(id: string): Message | undefined {
    return this.#byId.get(id);
  }
  /** By bare id or by key. Throws Refusal `unknown-message`. */
  find(reference: string): Message {
    const message =
      this.#byId.get(reference) ?? this.#state.messages.find((message) => message.key === reference);
    if (!message) throw new Refusal('unknown-message', `no message ${reference}`);
    return message;
  }
  /** Oldest first. */
  of(chat: Wid): Message[] {
    return this.#state.messages
      .filter((message) => message.chat === chat)
      .toSorted((a, b) => a.t - b.t || a.n - b.n);
  }
}
