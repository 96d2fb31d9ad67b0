import { batch, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { ChangedRows, Chat, Message } from '../../../server/contract/wire.ts';
import type { Api } from '../link/api.ts';
import { Arrivals } from './arrivals.ts';
import type { Desk } from './desk.ts';
import { nextTask } from './next-task.ts';
import type { Screen } from './navigation.ts';
import type { Outbox } from './outbox.ts';
import type { Talk } from './talk.ts';
import { Timeline } from './timeline.ts';
import type { Work } from './work.ts';

export interface IntakeOptions {
  api: Api;
  outbox(): Outbox;
  talk(): Talk;
  work(): Work;
  desk(inboxId: number): Desk | undefined;
  chat: ReadonlySignal<Chat | undefined>;
  screen: Signal<Screen>;
  now(): number;
}

/** Where rows go that come in, by whatever way: lists, Timelines, pending Messages, announcements. */
export class Intake {
  /** The newest Messages that came in while we listened. */
  readonly arrived = signal<readonly Message[]>([]);
  #options: IntakeOptions;
  #timelines = new Map<number, Timeline>();
  #timelineVersion = signal(0);
  #arrivals = new Arrivals();
  #news: readonly Message[] = [];

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  timeline(chatId: number): Timeline {
    let timeline = this.#timelines.get(chatId);
    if (!timeline) {
      timeline = new Timeline(this.#options.api, chatId);
      this.#timelines.set(chatId, timeline);
      void timeline.load();
    }
    void this.#timelineVersion.value;
    return timeline;
  }

  put(inboxId: number, rows: ChangedRows): void {
    const desk = this.#options.desk(inboxId);
    if (!desk) return;
    batch(() => {
      desk.put(rows);
      this.putMessages(rows.messages);
      this.#options.work().putNotes(rows.notes);
      this.#options.work().news.hear(rows.notes);
      for (const { id, mergedInto } of rows.chats)
        if (mergedInto !== null) this.#joined(id, desk.chats.rows.resolve(id));
    });
  }

  putMessages(rows: readonly Message[]): void {
    batch(() => {
      const news: Message[] = [];
      const known = this.#arrivals.known(rows, Array.from(this.#timelines.values()));
      for (const row of rows) {
        const timeline = this.#timelines.get(row.chatId);
        // A Message may move to another Chat (two were joined): the old place must not keep it.
        for (const other of this.#timelines.values()) {
          if (other !== timeline && other.rows.get(row.id)) other.rows.put([{ ...row, mergedInto: row.id }]);
        }
        if (timeline) news.push(...timeline.put([row]));
        else news.push(row);
      }
      this.#options.outbox().settle(rows);
      const fresh = this.#arrivals.fresh(news, known, this.#options.now());
      if (fresh.length) this.#announce(fresh);
    });
  }

  /** The cursor of an Inbox could not be served: what is known of it is read afresh. */
  reset(inboxId: number): void {
    const { api, chat, desk: deskOf, work } = this.#options;
    const desk = deskOf(inboxId);
    if (!desk) return;
    const open = chat.peek();
    batch(() => {
      work().forget(this.#timelines.keys());
      for (const [chatId] of this.#timelines) {
        if (desk.chats.rows.get(chatId)) this.#timelines.delete(chatId);
      }
      desk.reset();
      // Whatever is read of it is newer: the numbers may have begun anew.
      if (open?.inboxId === inboxId) desk.chats.rows.put([{ ...open, seq: -1 }]);
      this.#timelineVersion.value++;
    });
    void desk.chats.more();
    void api.session(inboxId).then(
      (session) => (desk.session.value = session),
      () => undefined,
    );
  }

  clear(): void {
    this.#timelines.clear();
    this.#news = [];
    this.#arrivals.clear();
  }

  /** Sounds, the page's listeners and screen readers come after the rows: in a task of their own. */
  #announce(fresh: readonly Message[]): void {
    const isFirst = !this.#news.length;
    this.#news = [...this.#news, ...fresh];
    if (!isFirst) return;
    nextTask(() => {
      const news = this.#news;
      this.#news = [];
      if (news.length) this.arrived.value = news;
    });
  }

  /** A Chat was joined into another: an open screen, a draft and pending sends move along. */
  #joined(from: number, to: number): void {
    const { outbox, talk, work, screen } = this.#options;
    outbox().move(from, to);
    const shown = screen.peek();
    const isOpen = shown.name === 'chat' && shown.chatId === from;
    talk().move(from, to, isOpen);
    work().move(from, to);
    this.#timelines.delete(from);
    if (isOpen) screen.value = { name: 'chat', chatId: to, openedAs: shown.openedAs ?? from };
  }
}
