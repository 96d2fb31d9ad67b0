import { signal } from '@preact/signals';
import type { Group, TalkApi } from '../link/talk-api.ts';
import { Deeds, type DeedsOptions } from './deeds.ts';
import type { Entry } from './entry.ts';
import { MediaShelf } from './media.ts';

/** "Typing" is told at most this often, ms. */
const typingEvery = 4_000;

/** What stands above the text being written. */
export type Beside = { what: 'reply'; entry: Entry } | { what: 'edit'; entry: Entry; draft: string };

/** The parts of a conversation beside its texts: files, deeds, groups, what is being answered or changed. */
export class Talk {
  readonly media: MediaShelf;
  readonly deeds: Deeds;
  /** By Chat. */
  readonly beside = signal<ReadonlyMap<number, Beside>>(new Map());
  /** A Message to be gone to; whoever shows the Chat goes there and clears it. */
  readonly goal = signal<{ chatId: number; messageId: number } | null>(null);
  readonly groups = signal<ReadonlyMap<number, Group | 'failed'>>(new Map());
  #api: TalkApi;
  #now: () => number;
  #typedAt = new Map<number, number>();

  constructor(options: DeedsOptions) {
    this.#api = options.api;
    this.#now = () => options.now();
    this.media = new MediaShelf(options.api, this.#now);
    this.deeds = new Deeds(options);
  }

  setBeside(chatId: number, beside: Beside | null): void {
    const all = new Map(this.beside.peek());
    if (beside) all.set(chatId, beside);
    else all.delete(chatId);
    this.beside.value = all;
  }

  /** Reads who is in a group; again when asked again. */
  async readGroup(chatId: number): Promise<void> {
    let group: Group | 'failed';
    try {
      group = await this.#api.group(chatId);
    } catch {
      group = 'failed';
    }
    const known = this.groups.peek().get(chatId);
    if (group === 'failed' && known) return;
    this.groups.value = new Map(this.groups.peek()).set(chatId, group);
  }

  /** The Agent is writing; tells WhatsApp once in a while. */
  typing(chatId: number, what: 'typing' | 'recording'): void {
    const now = this.#now();
    if (now - (this.#typedAt.get(chatId) ?? 0) < typingEvery) return;
    this.#typedAt.set(chatId, now);
    this.#api.typing(chatId, what).catch(() => undefined);
  }

  /** The Agent has stopped without sending, or has sent. */
  stopTyping(chatId: number): void {
    if (!this.#typedAt.delete(chatId)) return;
    this.#api.typing(chatId, 'stopped').catch(() => undefined);
  }

  /** A Chat was joined into another. */
  move(from: number, to: number): void {
    const beside = this.beside.peek().get(from);
    if (!beside) return;
    this.setBeside(from, null);
    if (!this.beside.peek().has(to)) this.setBeside(to, beside);
  }

  clear(): void {
    this.media.clear();
    this.beside.value = new Map();
    this.goal.value = null;
    this.groups.value = new Map();
    this.#typedAt.clear();
    this.deeds.refused.value = null;
  }
}
