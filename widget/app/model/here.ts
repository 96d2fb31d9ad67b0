import { replyingMs } from '../../../server/contract/replying-ms.ts';
import { viewingMs } from '../../../server/contract/viewing-ms.ts';
import type { Colleague, Replying, Viewing, WorkApi } from '../link/work-api.ts';
import { Passing } from './passing.ts';

/** The colleagues are told at most this often, ms. */
const replyingEvery = 3_000;

export interface HereOptions {
  api: WorkApi;
  me(): Colleague | undefined;
  /** Whether the server can be reached. */
  isHeard(): boolean;
  now(): number;
}

/** What colleagues are doing at Chats now, and what they are told of us. Courtesies: nothing is caught up on. */
export class Here {
  #options: HereOptions;
  #replying: Passing<Replying>;
  #viewing: Passing<Viewing>;
  #saidAt = new Map<number, number>();

  constructor(options: HereOptions) {
    this.#options = options;
    this.#replying = new Passing<Replying>(options.now, isSame);
    this.#viewing = new Passing<Viewing>(options.now, isSame);
  }

  /** The Agent is writing an answer: the colleagues are told once in a while. */
  typing(chatId: number): void {
    const now = this.#options.now();
    if (!this.#options.isHeard() || now - (this.#saidAt.get(chatId) ?? 0) < replyingEvery) return;
    this.#saidAt.set(chatId, now);
    this.#options.api.sayReplying(chatId, true).catch(() => undefined);
  }

  stopTyping(chatId: number): void {
    if (!this.#saidAt.delete(chatId) || !this.#options.isHeard()) return;
    this.#options.api.sayReplying(chatId, false).catch(() => undefined);
  }

  /** The Agent has a Chat before their eyes; who else has is told in answer. */
  async look(chatId: number): Promise<void> {
    if (!this.#options.isHeard()) return;
    try {
      for (const one of await this.#options.api.sayViewing(chatId)) this.hear(one);
    } catch {
      // It is said again.
    }
  }

  lookAway(chatId: number): void {
    if (this.#options.isHeard()) this.#options.api.leaveViewing(chatId);
  }

  /** A colleague was heard of; believed for some seconds. */
  hear(what: Replying | Viewing): void {
    if (what.agent.id === this.#options.me()?.id) return;
    if ('isViewing' in what) this.#viewing.hear(what, what.isViewing ? viewingMs : 0);
    else this.#replying.hear(what, what.isReplying ? replyingMs : 0);
  }

  /** For those without a socket. */
  async askReplying(inboxId: number): Promise<void> {
    try {
      for (const one of await this.#options.api.replying(inboxId)) this.hear(one);
    } catch {
      // The next question comes.
    }
  }

  replyingIn(chatId: number): string[] {
    return this.#replying.list.filter((what) => what.chatId === chatId).map(({ agent }) => agent.name);
  }

  /** Colleagues who have the Chat before their eyes. */
  viewersOf(chatId: number): Colleague[] {
    return this.#viewing.list.filter((what) => what.chatId === chatId).map(({ agent }) => agent);
  }

  clear(): void {
    this.#saidAt.clear();
    this.#replying.clear();
    this.#viewing.clear();
  }
}

function isSame(a: Replying | Viewing, b: Replying | Viewing): boolean {
  return a.chatId === b.chatId && a.agent.id === b.agent.id;
}
