import { effect, untracked, type ReadonlySignal } from '@preact/signals';
import type { Chat, Message } from '../../../server/contract/wire.ts';
import type { Tabs } from '../link/tabs.ts';
import type { Entry } from './entry.ts';
import { isQuiet, type Preferences } from './preferences.ts';

/** A tab that reads a Chat says so this often, ms, and is believed three times as long. */
const sayEvery = 4_000;
/** Not more than one sound in so long, ms, however many Messages come. */
const soundEvery = 1_500;
/** Ids of Messages that are remembered as told. */
const mostTold = 500;

/** What is worth a notification. */
export interface Alert {
  messageId: number;
  chatId: number;
  name: string;
  /** Who has named the Agent in an internal note. */
  mentionedBy?: string;
  /** What was written; null where the Agent wants no texts on the desktop. */
  message: Message | null;
}

export interface AlertsOptions {
  tabs: Tabs;
  arrived: ReadonlySignal<readonly Message[]>;
  /** Internal notes that name the Agent. */
  mentioned?: ReadonlySignal<readonly Entry[]>;
  preferences: ReadonlySignal<Preferences>;
  /** The Chat that is being read in this tab; 0: none. */
  reading: ReadonlySignal<number>;
  /** Whether somebody looks at this tab, at whatever. */
  isWatched: ReadonlySignal<boolean>;
  chat(chatId: number): Chat | undefined;
  me(): number | undefined;
  now(): number;
  /** Shows it outside of the page. */
  notify(alert: Alert): void;
  /** Whether this page may make a sound: not before somebody has touched it. */
  canRing(): boolean;
  ring(): void;
}

/**
 * One sound and one notification for a Message, whatever the number of tabs: the tab that leads decides, knowing what
 * is being read in the others. If it may not make a sound, the first tab that may does.
 */
export class Alerts implements Disposable {
  #options: AlertsOptions;
  /** By tab: what is read there, and until when that is believed. */
  #elsewhere = new Map<string, { chatId: number; isWatched: boolean; until: number }>();
  #told = new Set<number>();
  #rangAt = -Infinity;
  #asked = 0;
  #stops: (() => void)[];
  #saying: ReturnType<typeof setInterval> | undefined;

  constructor(options: AlertsOptions) {
    this.#options = options;
    const { tabs } = options;
    tabs.hear('reading', ({ chatId, isWatched }, from) =>
      this.#elsewhere.set(from, {
        chatId: Number(chatId),
        isWatched: isWatched === true,
        until: options.now() + 3 * sayEvery,
      }),
    );
    tabs.hear('alerted', ({ ids }) => Array.isArray(ids) && ids.forEach((id) => this.#remember(Number(id))));
    // Who may make a sound says so; the first one is let.
    tabs.hear('ring?', ({ id }) => options.canRing() && tabs.tell('may ring', { id }));
    tabs.hear('may ring', ({ id }, from) => {
      if (!tabs.isLeader || Number(id) !== this.#asked) return;
      this.#asked = 0;
      tabs.tell('ring', { tab: from });
    });
    tabs.hear('ring', ({ tab }) => tab === tabs.id && options.ring());
    this.#stops = [
      effect(() => {
        const news = options.arrived.value;
        untracked(() => this.#hearAll(news));
      }),
      effect(() => {
        const news = options.mentioned?.value;
        if (news) untracked(() => this.#hearAll(news));
      }),
      effect(() => {
        clearInterval(this.#saying);
        const told = { chatId: options.reading.value, isWatched: options.isWatched.value };
        tabs.tell('reading', told);
        if (told.isWatched) this.#saying = setInterval(() => tabs.tell('reading', told), sayEvery);
      }),
    ];
  }

  [Symbol.dispose](): void {
    clearInterval(this.#saying);
    this.#stops.forEach((stop) => stop());
  }

  #hearAll(messages: readonly Entry[]): void {
    const { tabs } = this.#options;
    const news = messages.filter(({ id }) => !this.#told.has(id));
    news.forEach(({ id }) => this.#remember(id));
    if (!tabs.isLeader || !news.length) return;
    tabs.tell('alerted', { ids: news.map(({ id }) => id) });
    news.forEach((message) => this.#hear(message));
  }

  #hear(message: Entry): void {
    const { chat: chatOf, preferences } = this.#options;
    const chosen = preferences.peek();
    const chat = chatOf(message.chatId);
    if (!this.#isWorth(message, chat, chosen) || this.#isRead(message.chatId)) return;
    if (chosen.sound !== 'off' && chosen.volume > 0) this.#ring(message.id);
    if (!chosen.notifications || this.#isWatched()) return;
    this.#options.notify({
      messageId: message.id,
      chatId: message.chatId,
      name: chat?.name ?? '',
      ...(message.note ? { mentionedBy: message.note.author.name } : {}),
      message: chosen.preview ? message : null,
    });
  }

  #isWorth(message: Entry, chat: Chat | undefined, chosen: Preferences): boolean {
    const { me, now } = this.#options;
    if (chosen.quietInboxes.includes(message.inboxId)) return false;
    if (isQuiet(chosen.quietHours, new Date(now()))) return false;
    // Who is called by name is called.
    if (!chat || message.note) return true;
    if (chat.archived || chat.mutedUntil > now()) return false;
    return !chosen.onlyMine || chat.assignee === null || chat.assignee.id === me();
  }

  #isRead(chatId: number): boolean {
    return this.#options.reading.peek() === chatId || this.#others().some((one) => one.chatId === chatId);
  }

  #isWatched(): boolean {
    return this.#options.isWatched.peek() || this.#others().some((one) => one.isWatched);
  }

  /** What is believed of the other tabs; one that has crashed is not, after a while. */
  #others(): { chatId: number; isWatched: boolean }[] {
    const now = this.#options.now();
    return Array.from(this.#elsewhere.values()).filter((one) => one.until > now && one.isWatched);
  }

  #ring(id: number): void {
    const now = this.#options.now();
    if (now - this.#rangAt < soundEvery) return;
    this.#rangAt = now;
    if (this.#options.canRing()) return this.#options.ring();
    this.#asked = id;
    this.#options.tabs.tell('ring?', { id });
  }

  #remember(id: number): void {
    this.#told.add(id);
    for (const oldest of this.#told) {
      if (this.#told.size <= mostTold) break;
      this.#told.delete(oldest);
    }
  }
}
