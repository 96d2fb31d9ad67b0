import { batch, computed, effect, signal, type Signal } from '@preact/signals';
import type { SignedIn } from '../../../server/contract/api.ts';
import type { ChangedRows, Chat, Message } from '../../../server/contract/wire.ts';
import type { Connection, Feed } from '../link/feed.ts';
import type { Link } from '../link/link.ts';
import { SearchApi } from '../link/search-api.ts';
import { Arrivals } from './arrivals.ts';
import { Desk } from './desk.ts';
import { toEntry, toQuoted, type Entry } from './entry.ts';
import { needsLinking } from './linking.ts';
import { Outbox, type OutgoingExtras } from './outbox.ts';
import { troubleOf, type Trouble } from './pairing.ts';
import { PreferenceBook, type ChoiceStore } from './preferences.ts';
import { Talk } from './talk.ts';
import { Timeline } from './timeline.ts';
import { Work } from './work.ts';

export type Screen =
  | { name: 'chats' }
  /** `openedAs`: the Chat this screen was opened for, where it has since been joined into `chatId`. */
  | { name: 'chat'; chatId: number; openedAs?: number }
  | { name: 'contacts' }
  | { name: 'link' };

/** What the model asks of the place it runs in. */
export interface Surroundings {
  now(): number;
  newId(): string;
  /** Where choices are kept. */
  choices?: ChoiceStore | undefined;
}

/** State and verbs of every screen. Knows no DOM and no socket. */
export class Model {
  readonly phase = signal<'starting' | 'unreachable' | 'signed-out' | 'ready'>('starting');
  readonly me = signal<SignedIn | null>(null);
  readonly connection = signal<Connection>('reconnecting');
  readonly heardAt = signal(0);
  readonly desks = signal<readonly Desk[]>([]);
  readonly deskId = signal(0);
  readonly screen = signal<Screen>({ name: 'chats' });
  /** The Chat on the screen is being read: panel open, tab seen, end of the list in view. */
  readonly isReading = signal(false);
  /** The newest Messages that came in while we listened, for announcements and host events. */
  readonly arrived = signal<readonly Message[]>([]);
  /** A number that was asked for from outside and could not be opened. */
  readonly wanted = signal<{ phone: string; trouble: Trouble } | null>(null);
  readonly trouble = signal<Trouble | null>(null);
  readonly outbox: Outbox;
  /** What the Agent chose for this widget. */
  readonly preferences: PreferenceBook;
  readonly talk: Talk;
  readonly work: Work;
  #link: Link;
  #feed: Feed | undefined;
  #surroundings: Surroundings;
  #timelines = new Map<number, Timeline>();
  #timelineVersion = signal(0);
  #arrivals = new Arrivals();
  #intent: string | number | undefined;
  #stops: (() => void)[] = [];

  constructor(link: Link, surroundings: Surroundings) {
    this.#link = link;
    this.#surroundings = surroundings;
    this.preferences = new PreferenceBook(surroundings.choices);
    this.outbox = new Outbox({
      api: link.api,
      accept: (row) => this.#desk(row.inboxId) && this.#putMessages([row]),
      now: () => surroundings.now(),
      newId: () => surroundings.newId(),
    });
    this.talk = new Talk({
      api: link.api.talk,
      search: new SearchApi(link.api.http),
      messages: (chatId) => this.timeline(chatId).rows,
      chats: (chatId) => this.#desk(this.findChat(chatId)?.inboxId ?? 0)?.chats.rows,
      now: () => surroundings.now(),
      newId: () => surroundings.newId(),
    });
    this.work = new Work({
      api: link.api.work,
      rows: (chatId) => this.#desk(this.findChat(chatId)?.inboxId ?? 0)?.chats.rows,
      me: () => this.me.value?.agent,
      now: () => surroundings.now(),
      newId: () => surroundings.newId(),
    });
    link.onSignedOut = () => this.#forget();
    this.#stops.push(
      effect(() => this.#markRead()),
      effect(() => this.#askReplying()),
    );
  }

  readonly desk = computed(() => this.desks.value.find((desk) => desk.id === this.deskId.value));
  readonly unread = computed(() => this.desks.value.reduce((sum, desk) => sum + desk.unread.value, 0));
  readonly chat = computed(() => {
    const screen = this.screen.value;
    return screen.name === 'chat' ? this.findChat(screen.chatId) : undefined;
  });

  readonly #openInbox = computed(() => this.chat.value?.inboxId);

  /** Bubbles of a Chat, pending ones last. */
  entries(chatId: number): readonly Entry[] {
    const rows = this.work.between(chatId, this.timeline(chatId));
    const pending = this.outbox.pending.value.filter((one) => one.chatId === chatId);
    if (!pending.length) return rows;
    const known = new Set(rows.map((row) => row.clientId));
    return [...rows, ...pending.filter((one) => !known.has(one.clientId)).map((one) => toEntry(one))];
  }

  timeline(chatId: number): Timeline {
    let timeline = this.#timelines.get(chatId);
    if (!timeline) {
      timeline = new Timeline(this.#link.api, chatId);
      this.#timelines.set(chatId, timeline);
      void timeline.load();
    }
    void this.#timelineVersion.value;
    return timeline;
  }

  findChat(chatId: number): Chat | undefined {
    for (const desk of this.desks.value) {
      const chat = desk.chats.rows.get(chatId);
      if (chat) return chat;
    }
    return undefined;
  }

  /** Begins: with the sign-in the browser still has, or at the sign-in screen. */
  async start(): Promise<void> {
    if (this.#link.api.http.auth === 'bearer') {
      this.phase.value = 'signed-out';
      return;
    }
    this.phase.value = 'starting';
    try {
      const me = await this.#link.api.me();
      if (me) await this.#enter(me);
      else this.phase.value = 'signed-out';
    } catch {
      this.phase.value = 'unreachable';
    }
  }

  /** Resolves to what went wrong, or nothing. */
  async signIn(email: string, password: string): Promise<Trouble | undefined> {
    try {
      await this.#enter(await this.#link.api.signIn(email, password));
      return undefined;
    } catch (error) {
      return troubleOf(error);
    }
  }

  async signOut(): Promise<void> {
    try {
      await this.#link.api.signOut();
    } catch {
      // The server forgets us by itself; this page does so now.
    }
    this.#forget();
  }

  /** Reads the Inboxes again: new ones join, the Sessions of known ones are refreshed. */
  async refreshDesks(): Promise<void> {
    const inboxes = await this.#link.api.inboxes();
    batch(() => {
      const known = new Map(this.desks.peek().map((desk) => [desk.id, desk]));
      this.desks.value = inboxes.map(
        (inbox) => known.get(inbox.id) ?? new Desk(this.#link.api, inbox, () => this.me.value?.agent.id),
      );
      for (const inbox of inboxes) {
        known.get(inbox.id)?.putSession(inbox.session);
        this.#feed?.watch(inbox.id, inbox.seq);
        known.delete(inbox.id);
      }
      for (const gone of known.values()) {
        this.#feed?.unwatch(gone.id);
        gone.close();
      }
      if (!this.desk.peek()) this.deskId.value = inboxes[0]?.id ?? 0;
    });
  }

  /** Makes an Inbox for another number and goes to its linking screen. */
  async connectNumber(name: string): Promise<Trouble | undefined> {
    try {
      const inbox = await this.#link.api.createInbox(name);
      await this.refreshDesks();
      this.chooseDesk(inbox.id);
      this.screen.value = { name: 'link' };
      return undefined;
    } catch (error) {
      return troubleOf(error);
    }
  }

  chooseDesk(inboxId: number): void {
    batch(() => {
      this.deskId.value = inboxId;
      this.screen.value = { name: needsLinking(this.desk.peek()) ? 'link' : 'chats' };
    });
  }

  show(name: 'chats' | 'contacts' | 'link'): void {
    this.screen.value = { name };
  }

  openChat(chatId: number): void {
    const chat = this.findChat(chatId);
    batch(() => {
      if (chat) this.deskId.value = chat.inboxId;
      this.screen.value = { name: 'chat', chatId: chat?.id ?? chatId };
    });
  }

  /** Opens a Chat at one of its Messages. */
  openMessage(chat: Chat, messageId: number): void {
    batch(() => {
      this.#desk(chat.inboxId)?.chats.rows.put([chat]);
      this.openChat(chat.id);
      this.talk.goal.value = { chatId: chat.id, messageId };
    });
  }

  /** Opens the Chat with a number, making it where there is none. Resolves to what went wrong, or nothing. */
  async startChat(phone: string): Promise<Trouble | undefined> {
    const desk = this.desk.peek();
    if (!desk) return 'not-found';
    try {
      const chat = await this.#link.api.startChat(desk.id, phone);
      desk.chats.rows.put([chat]);
      this.openChat(chat.id);
      return undefined;
    } catch (error) {
      return troubleOf(error);
    }
  }

  /** From outside: a number in any spelling, or the id of a Chat. Waits for the sign-in if there is none. */
  async reach(target: string | number): Promise<void> {
    if (this.phase.peek() !== 'ready') {
      this.#intent = target;
      return;
    }
    if (typeof target === 'number' && this.findChat(target)) return this.openChat(target);
    const phone = `${target}`.replace(/@.*$/, '');
    const trouble = await this.startChat(phone);
    if (!trouble) return;
    batch(() => {
      this.wanted.value = { phone, trouble };
      this.screen.value = { name: 'contacts' };
    });
  }

  /** A text alone, or as a file's caption; as the answer to, or the change of, what stands above it. */
  send(chatId: number, body: string, extras: OutgoingExtras = {}): void {
    const text = body.trim();
    if (!text && !extras.file) return;
    batch(() => {
      const beside = this.talk.beside.peek().get(chatId);
      if (beside?.what === 'edit' && !extras.file) return void this.talk.edit(chatId, beside, text);
      const quoted = beside?.what === 'reply' ? toQuoted(beside.entry) : undefined;
      const named = this.talk.name(chatId, text);
      if (!extras.file) this.setDraft(chatId, '');
      if (beside?.what === 'reply') this.talk.setBeside(chatId, null);
      this.talk.stopTyping(chatId);
      this.work.stopTyping(chatId);
      this.outbox.send(chatId, named.body, {
        ...extras,
        ...(quoted ? { quoted } : {}),
        ...(named.mentions.length ? { mentions: named.mentions } : {}),
      });
    });
  }

  /** Texts half written, by Chat. */
  get drafts(): Signal<ReadonlyMap<number, string>> {
    return this.talk.drafts;
  }

  setDraft(chatId: number, text: string): void {
    this.talk.setDraft(chatId, text);
  }

  /** Sends again what failed, or what may not have been sent. */
  async retry(entry: Entry): Promise<void> {
    if (entry.outgoing) this.outbox.retry(entry.outgoing.clientId);
    else await this.#act(() => this.#link.api.retry(entry.id));
  }

  /** Gives up on it. */
  async discard(entry: Entry): Promise<void> {
    if (entry.outgoing) this.outbox.discard(entry.outgoing.clientId);
    else await this.#act(() => this.#link.api.discard(entry.id));
  }

  wake(): void {
    this.#feed?.wake();
    this.outbox.resume();
  }

  setOnline(isOnline: boolean): void {
    if (!this.#feed && !isOnline) this.connection.value = 'offline';
    this.#feed?.setOnline(isOnline);
    if (isOnline) this.outbox.resume();
  }

  close(): void {
    this.#stops.forEach((stop) => stop());
    this.#forget();
    this.#link.close();
  }

  async #enter(me: SignedIn): Promise<void> {
    this.#feed = this.#link.follow({
      rows: (inboxId, rows) => this.#put(inboxId, rows),
      reset: (inboxId) => this.#reset(inboxId),
      replying: (what) => this.work.hear(what),
      connection: (state, heardAt) => {
        const was = this.connection.peek();
        batch(() => {
          this.connection.value = state;
          this.heardAt.value = heardAt;
        });
        if (state === 'live' && was !== 'live') this.outbox.resume();
      },
    });
    await this.refreshDesks();
    batch(() => {
      this.me.value = me;
      this.preferences.open(`${this.#link.api.http.host}|${me.organisation.id}|${me.agent.id}`);
      this.phase.value = 'ready';
      if (needsLinking(this.desk.peek())) this.screen.value = { name: 'link' };
    });
    const intent = this.#intent;
    this.#intent = undefined;
    if (intent !== undefined) await this.reach(intent);
  }

  #forget(): void {
    if (this.phase.peek() === 'signed-out') return;
    this.#link.unfollow();
    this.#feed = undefined;
    this.#link.api.http.token = null;
    batch(() => {
      this.desks.peek().forEach((desk) => desk.close());
      this.desks.value = [];
      this.deskId.value = 0;
      this.#timelines.clear();
      this.outbox.clear();
      this.talk.clear();
      this.work.clear();
      this.#arrivals.clear();
      this.me.value = null;
      this.preferences.open('');
      this.screen.value = { name: 'chats' };
      this.phase.value = 'signed-out';
    });
  }

  #put(inboxId: number, rows: ChangedRows): void {
    const desk = this.#desk(inboxId);
    if (!desk) return;
    batch(() => {
      desk.put(rows);
      this.#putMessages(rows.messages);
      this.work.putNotes(rows.notes);
      for (const { id, mergedInto } of rows.chats)
        if (mergedInto !== null) this.#joined(id, desk.chats.rows.resolve(id));
    });
  }

  #putMessages(rows: readonly Message[]): void {
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
      this.outbox.settle(rows);
      const fresh = this.#arrivals.fresh(news, known, this.#surroundings.now());
      if (fresh.length) this.arrived.value = fresh;
    });
  }

  /** A Chat was joined into another: an open screen, a draft and pending sends move along. */
  #joined(from: number, to: number): void {
    this.outbox.move(from, to);
    const screen = this.screen.peek();
    const isOpen = screen.name === 'chat' && screen.chatId === from;
    this.talk.move(from, to, isOpen);
    this.work.move(from, to);
    this.#timelines.delete(from);
    if (isOpen) this.screen.value = { name: 'chat', chatId: to, openedAs: screen.openedAs ?? from };
  }

  #reset(inboxId: number): void {
    const desk = this.#desk(inboxId);
    if (!desk) return;
    const open = this.chat.peek();
    batch(() => {
      this.work.forget(this.#timelines.keys());
      for (const [chatId] of this.#timelines) {
        if (desk.chats.rows.get(chatId)) this.#timelines.delete(chatId);
      }
      desk.reset();
      if (open?.inboxId === inboxId) desk.chats.rows.put([open]);
      this.#timelineVersion.value++;
    });
    void desk.chats.more();
    void this.#link.api.session(inboxId).then(
      (session) => (desk.session.value = session),
      () => undefined,
    );
  }

  #markRead(): void {
    const chat = this.chat.value;
    if (!this.isReading.value || !chat || chat.unread === 0 || this.phase.value !== 'ready') return;
    this.#link.api.markRead(chat.id).catch(() => undefined);
  }

  /** Without a socket, who else writes in the open Chat is asked for. */
  #askReplying(): (() => void) | undefined {
    const inboxId = this.#openInbox.value;
    if (inboxId === undefined || this.connection.value !== 'polling') return undefined;
    const asking = setInterval(() => void this.work.askReplying(inboxId), 3_000);
    return () => clearInterval(asking);
  }

  async #act(action: () => Promise<unknown>): Promise<void> {
    this.trouble.value = null;
    try {
      await action();
    } catch (error) {
      this.trouble.value = troubleOf(error);
    }
  }

  #desk(inboxId: number): Desk | undefined {
    return this.desks.peek().find((desk) => desk.id === inboxId);
  }
}
