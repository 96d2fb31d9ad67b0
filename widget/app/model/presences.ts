import { signal } from '@preact/signals';
import type { Presence } from '../../../server/contract/presence.ts';
import { typingMs } from '../../../server/contract/typing-ms.ts';
import type { Message } from '../../../server/contract/wire.ts';

/** What is shown of it: silence and absence are not. */
export type Doing = 'typing' | 'recording' | 'online';

interface Told {
  doing: Doing;
  until: number;
}

/** What the other sides of Chats are doing, as far as their sources tell. In memory only; it passes by itself. */
export class Presences {
  #now: () => number;
  #told = signal<ReadonlyMap<number, Told>>(new Map());
  #seen = signal<ReadonlyMap<number, number>>(new Map());
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  hear({ chatId, presence, lastSeen }: Presence): void {
    // Who comes, or hides it, was seen at no time that is known.
    if (presence === 'online' || presence === 'offline') this.#see(chatId, lastSeen);
    if (presence === 'paused') {
      // Still there, if it was known to be.
      if (this.#told.peek().get(chatId)?.doing !== 'online') this.#set(chatId, undefined);
    } else if (presence === 'typing' || presence === 'recording') {
      this.#set(chatId, { doing: presence, until: this.#now() + typingMs });
    } else this.#set(chatId, presence === 'online' ? { doing: presence, until: Infinity } : undefined);
  }

  /** What was being written has come. */
  arrived(messages: readonly Message[]): void {
    for (const { chatId, fromMe } of messages) {
      const doing = this.#told.peek().get(chatId)?.doing;
      if (!fromMe && doing && doing !== 'online') this.#set(chatId, undefined);
    }
  }

  in(chatId: number): Doing | undefined {
    return this.#told.value.get(chatId)?.doing;
  }

  /** When somebody who is not there now was there last, ms; undefined where nobody tells. */
  lastSeen(chatId: number): number | undefined {
    return this.#seen.value.get(chatId);
  }

  clear(): void {
    clearTimeout(this.#timer);
    if (this.#seen.peek().size > 0) this.#seen.value = new Map();
    if (this.#told.peek().size > 0) this.#told.value = new Map();
  }

  #see(chatId: number, at: number | undefined): void {
    const all = new Map(this.#seen.peek());
    if (at) all.set(chatId, at);
    else if (!all.delete(chatId)) return;
    this.#seen.value = all;
  }

  #set(chatId: number, told: Told | undefined): void {
    const all = new Map(this.#told.peek());
    if (told) all.set(chatId, told);
    else if (!all.delete(chatId)) return;
    this.#told.value = all;
    this.#passLater();
  }

  #passLater(): void {
    clearTimeout(this.#timer);
    const next = Math.min(...[...this.#told.peek().values()].map(({ until }) => until));
    if (next === Infinity) return;
    this.#timer = setTimeout(
      () => {
        const now = this.#now();
        this.#told.value = new Map([...this.#told.peek()].filter(([, { until }]) => until > now));
        this.#passLater();
      },
      Math.max(0, next - this.#now()),
    );
  }
}
