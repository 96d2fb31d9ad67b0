import { computed, signal, type ReadonlySignal } from '@preact/signals';
import type { ChatCounts } from '../../../server/contract/api.ts';
import type { Chat } from '../../../server/contract/wire.ts';
import type { Api } from '../link/api.ts';
import type { Tabs } from '../link/tabs.ts';
import { namesMe } from './chat-list.ts';

/** After a change to a Chat nobody here knew, and after one that was counted here, the server is asked: ms. */
const soon = 2_000;
const late = 30_000;

export type Counts = Omit<ChatCounts, 'inboxId'>;
const none: Counts = {
  all: 0,
  unread: 0,
  mentions: 0,
  mine: 0,
  nobody: 0,
  groups: 0,
  archived: 0,
  messages: 0,
};

/**
 * How many Chats each tab of the lists holds. The lists here are only as long as they were scrolled, so the server
 * counts; what changes meanwhile is counted on here and corrected a little later. Of several tabs one asks for all.
 */
export class Tally implements Disposable {
  /** By Inbox; without a word of the server there is none. */
  readonly byInbox = signal<ReadonlyMap<number, Counts>>(new Map());
  #api: Api;
  #me: () => number | undefined;
  #tabs: Tabs | undefined;
  #due: { at: number; timer: ReturnType<typeof setTimeout> } | undefined;
  /** Goes up with every change that was heard: an answer asked for before it is not the last word. */
  #heard = 0;

  constructor(api: Api, me: () => number | undefined) {
    this.#api = api;
    this.#me = me;
  }

  readonly all: ReadonlySignal<Counts | null> = computed(() => {
    const counts = Array.from(this.byInbox.value.values());
    return counts.length ? counts.reduce((sum, one) => plus(sum, one, 1), none) : null;
  });

  of(inboxId: number): Counts | null {
    return this.byInbox.value.get(inboxId) ?? (this.byInbox.value.size ? none : null);
  }

  /** The other tabs of this Agent. */
  share(tabs: Tabs): void {
    this.#tabs = tabs;
    tabs.hear('counts', ({ list }) => Array.isArray(list) && this.#put(list));
    tabs.hear('counts?', () => tabs.isLeader && this.#ask(soon));
  }

  async read(): Promise<void> {
    const before = this.#heard;
    try {
      const list = await this.#api.chatCounts();
      this.#put(list);
      this.#tabs?.tell('counts', { list });
      if (before !== this.#heard) this.#ask(soon);
    } catch {
      // What is known stays; the next change asks again.
    }
  }

  /** A row of a Chat has come; `old` is what was known of it. */
  hear(inboxId: number, old: Chat | undefined, chat: Chat): void {
    const counts = this.byInbox.peek().get(inboxId);
    if (!old || !counts) {
      this.#heard++;
      if (chat.mergedInto === null) this.#ask(soon);
      return;
    }
    const me = this.#me();
    const next = plus(plus(counts, sharesOf(old, me), -1), sharesOf(chat, me), 1);
    if (Object.entries(next).every(([name, value]) => counts[name as keyof Counts] === value)) return;
    this.#heard++;
    this.byInbox.value = new Map(this.byInbox.peek()).set(inboxId, next);
    this.#ask(late);
  }

  clear(): void {
    clearTimeout(this.#due?.timer);
    this.#due = undefined;
    this.#tabs = undefined;
    this.byInbox.value = new Map();
  }

  [Symbol.dispose](): void {
    this.clear();
  }

  #put(list: readonly ChatCounts[]): void {
    this.byInbox.value = new Map(list.map(({ inboxId, ...counts }) => [inboxId, { ...none, ...counts }]));
  }

  /** In so long, unless it is to happen sooner already. */
  #ask(wait: number): void {
    const at = Date.now() + wait;
    if (this.#due && this.#due.at <= at) return;
    clearTimeout(this.#due?.timer);
    const timer = setTimeout(() => {
      this.#due = undefined;
      if (!this.#tabs || this.#tabs.isLeader) void this.read();
      else if (wait === soon) this.#tabs.tell('counts?');
    }, wait);
    this.#due = { at, timer };
  }
}

function sharesOf(chat: Chat, me: number | undefined): Counts {
  if (chat.mergedInto !== null) return none;
  if (chat.archived) return { ...none, archived: 1 };
  return {
    all: 1,
    unread: Number(chat.unread !== 0),
    mentions: Number(namesMe(chat, me)),
    mine: Number(chat.assignee !== null && chat.assignee.id === me),
    nobody: Number(chat.assignee === null),
    groups: Number(chat.kind === 'group'),
    archived: 0,
    messages: Math.abs(chat.unread),
  };
}

function plus(a: Counts, b: Counts, sign: 1 | -1): Counts {
  const names = Object.keys(none) as (keyof Counts)[];
  return Object.fromEntries(names.map((name) => [name, Math.max(0, a[name] + sign * b[name])])) as Counts;
}
