import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { SignedIn } from '../../../server/contract/api.ts';
import type { Chat, Message } from '../../../server/contract/wire.ts';
import type { Connection, Feed } from '../link/feed.ts';
import type { Link } from '../link/link.ts';
import { SearchApi } from '../link/search-api.ts';
import type { ListFilter } from './chat-list.ts';
import { Crm } from './crm.ts';
import type { Desk } from './desk.ts';
import { Desks } from './desks.ts';
import { toEntry, type Entry } from './entry.ts';
import { Gather } from './gather.ts';
import { Intake } from './intake.ts';
import type { Keep, KeepTrouble } from './keep.ts';
import { mayBeKnown, remember } from './known.ts';
import { needsLinking } from './linking.ts';
import { Navigation, type Screen } from './navigation.ts';
import { noKeep } from './no-keep.ts';
import { Outbox, type OutgoingExtras } from './outbox.ts';
import { troubleOf, type Trouble } from './pairing.ts';
import { PreferenceBook, type ChoiceStore } from './preferences.ts';
import { followReading } from './reading.ts';
import { Sending } from './sending.ts';
import type { Sharing } from './sharing.ts';
import { ReplyGuard } from './reply-guard.ts';
import { Talk } from './talk.ts';
import type { Timeline } from './timeline.ts';
import { Work } from './work.ts';

export type { Screen } from './navigation.ts';

/** What the model asks of the place it runs in. */
export interface Surroundings {
  now(): number;
  newId(): string;
  /** Where choices are kept. */
  choices?: ChoiceStore | undefined;
  /** Where unsent Messages and drafts of an account survive the tab. */
  keep?(account: string): Promise<Keep>;
}

/** Without its chunk (a new release, a lost connection) this tab is alone and keeps nothing. */
const bringTogether = () => import('./together.ts').catch(() => undefined);

/** State and verbs of every screen. Knows no DOM and no socket. */
export class Model {
  readonly phase = signal<'starting' | 'unreachable' | 'signed-out' | 'ready'>('starting');
  readonly me = signal<SignedIn | null>(null);
  readonly connection = signal<Connection>('reconnecting');
  readonly heardAt = signal(0);
  /** When the server is tried again, ms since 1970; 0 while it answers. */
  readonly retryAt = signal(0);
  /** How many Messages would be lost by the sign-out that was asked for; 0: none was. */
  readonly leaving = signal(0);
  /** What the tabs of this Agent have in common; from sign-in to sign-out. */
  readonly sharing = signal<Sharing | null>(null);
  readonly desks: ReadonlySignal<readonly Desk[]>;
  readonly deskId: Signal<number>;
  readonly screen: Signal<Screen>;
  readonly desk: ReadonlySignal<Desk | undefined>;
  readonly chat: ReadonlySignal<Chat | undefined>;
  /** The Chat on the screen is being read: panel open, tab seen, end of the list in view. */
  readonly isReading = signal(false);
  /** The newest Messages that came in while we listened, for announcements and host events. */
  readonly arrived: ReadonlySignal<readonly Message[]>;
  /** A number that was asked for from outside and could not be opened. */
  readonly wanted: Signal<{ phone: string; trouble: Trouble } | null>;
  readonly trouble: Signal<Trouble | null>;
  readonly outbox: Outbox;
  /** What the Agent chose for this widget. */
  readonly preferences: PreferenceBook;
  readonly talk: Talk;
  readonly work: Work;
  /** Whether somebody else has answered meanwhile. */
  readonly guard = new ReplyGuard();
  /** The CRM around us. */
  readonly crm: Crm;
  #link: Link;
  #feed: Feed | undefined;
  #surroundings: Surroundings;
  #desks: Desks;
  #navigation: Navigation;
  #intake: Intake;
  #sending: Sending;
  #gather = new Gather((inboxId, rows) => this.#intake.put(inboxId, rows));
  #stopReading: () => void;
  #isClosing = false;

  constructor(link: Link, surroundings: Surroundings) {
    this.#link = link;
    this.#surroundings = surroundings;
    const clock = { now: () => surroundings.now(), newId: () => surroundings.newId() };
    const rows = (chatId: number) => this.#desks.find(this.findChat(chatId)?.inboxId ?? 0)?.chats.rows;
    this.preferences = new PreferenceBook(surroundings.choices);
    this.#desks = new Desks({
      api: link.api,
      feed: () => this.#feed,
      me: () => this.me.value?.agent.id,
    });
    this.desks = this.#desks.list;
    this.#navigation = new Navigation({
      api: link.api,
      desks: this.desks,
      isReady: () => this.phase.peek() === 'ready',
      chosen: (inboxId) => this.preferences.set('inboxId', inboxId),
    });
    this.deskId = this.#navigation.deskId;
    this.screen = this.#navigation.screen;
    this.desk = this.#navigation.desk;
    this.chat = this.#navigation.chat;
    this.wanted = this.#navigation.wanted;
    this.#intake = new Intake({
      api: link.api,
      outbox: () => this.outbox,
      talk: () => this.talk,
      work: () => this.work,
      desk: (inboxId) => this.#desks.find(inboxId),
      chat: this.chat,
      screen: this.screen,
      now: clock.now,
    });
    this.arrived = this.#intake.arrived;
    this.outbox = new Outbox({
      api: link.api,
      accept: (row) => this.#desks.find(row.inboxId) && this.#intake.putMessages([row]),
      ...clock,
    });
    this.crm = new Crm({
      links: this.preferences.of('crmLinks'),
      keepLinks: (links) => this.preferences.set('crmLinks', links),
    });
    this.talk = new Talk({
      api: link.api.talk,
      search: new SearchApi(link.api.http),
      messages: (chatId) => this.timeline(chatId).rows,
      chats: rows,
      ...clock,
    });
    this.work = new Work({
      api: link.api.work,
      rows,
      me: () => this.me.value?.agent,
      ...clock,
    });
    const { outbox, talk, work, guard } = this;
    const timeline = (chatId: number): Timeline => this.timeline(chatId);
    this.#sending = new Sending({ api: link.api, outbox, talk, work, guard, timeline });
    this.trouble = this.#sending.trouble;
    link.onSignedOut = () => this.#forget();
    const { chat, isReading, connection } = this;
    const isReady = (): boolean => this.phase.value === 'ready';
    this.#stopReading = followReading({ api: link.api, work, chat, isReading, isReady, connection });
  }

  readonly unread = computed(() => this.desks.value.reduce((sum, desk) => sum + desk.unread.value, 0));
  /** Why unsent Messages live only as long as this tab; `null`: they are kept. */
  readonly keepTrouble = computed<KeepTrouble | null>(() =>
    this.sharing.value ? this.sharing.value.keep.trouble.value : 'off',
  );
  /** Bubbles of a Chat, pending ones last. */
  entries(chatId: number): readonly Entry[] {
    const rows = this.work.between(chatId, this.timeline(chatId));
    const pending = this.outbox.pending.value.filter((one) => one.chatId === chatId);
    if (!pending.length) return rows;
    const known = new Set(rows.map((row) => row.clientId));
    return [...rows, ...pending.filter((one) => !known.has(one.clientId)).map((one) => toEntry(one))];
  }

  timeline(chatId: number): Timeline {
    return this.#intake.timeline(chatId);
  }

  findChat(chatId: number): Chat | undefined {
    return this.#navigation.findChat(chatId);
  }

  /** Begins: with the sign-in the browser still has, or at the sign-in screen. */
  async start(): Promise<void> {
    void bringTogether();
    // A first visit asks nothing: a refusal would stand in the page's console as an error.
    const { auth, again, host } = this.#link.api.http;
    const isVouched = auth === 'bearer' && again !== undefined;
    if (!isVouched && (auth === 'bearer' || !mayBeKnown(this.#surroundings.choices, host))) {
      this.phase.value = 'signed-out';
      return;
    }
    this.phase.value = 'starting';
    try {
      const me = await this.#link.api.me();
      if (me) await this.#enter(me);
      else {
        this.#remember(false);
        this.phase.value = 'signed-out';
      }
    } catch {
      this.phase.value = 'unreachable';
    }
  }

  #remember(isKnown: boolean): void {
    const { auth, host } = this.#link.api.http;
    if (auth === 'cookie') remember(this.#surroundings.choices, host, isKnown);
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

  /** In every tab. While Messages are unsent it asks first (`leaving`), unless one `isSure`: they are given up. */
  async signOut(isSure = false): Promise<void> {
    const unsent = this.outbox.pending.peek().length;
    this.leaving.value = isSure ? 0 : unsent;
    if (unsent && !isSure) return;
    this.sharing.peek()?.tabs.tell('sign-out');
    await this.#signOut();
  }

  async #signOut(): Promise<void> {
    await this.sharing.peek()?.forget();
    try {
      await this.#link.api.signOut();
    } catch {
      // The server forgets us by itself; this page does so now.
    }
    this.#forget();
  }

  /** Reads the Inboxes again: new ones join, the Sessions of known ones are refreshed. */
  async refreshDesks(): Promise<void> {
    await this.#desks.refresh(this.deskId, this.desk);
  }

  /** Makes an Inbox for another number and goes to its linking screen. */
  async connectNumber(name: string): Promise<Trouble | undefined> {
    try {
      const inbox = await this.#link.api.createInbox(name);
      await this.refreshDesks();
      this.sharing.peek()?.tabs.tell('inboxes');
      this.chooseDesk(inbox.id);
      this.screen.value = { name: 'link' };
      return undefined;
    } catch (error) {
      return troubleOf(error);
    }
  }

  chooseDesk(inboxId: number): void {
    this.#navigation.chooseDesk(inboxId);
  }

  /** Cuts the list; the choice stays with the Agent. */
  filterChats(filter: ListFilter): void {
    batch(() => {
      this.#desks.filter(filter);
      this.preferences.set('listFilter', filter);
    });
  }

  show(name: 'chats' | 'contacts' | 'link'): void {
    this.screen.value = { name };
  }

  openChat(chatId: number): void {
    this.#navigation.openChat(chatId);
  }

  /** Opens a Chat at one of its Messages. */
  openMessage(chat: Chat, messageId: number): void {
    batch(() => {
      this.#desks.find(chat.inboxId)?.chats.rows.put([chat]);
      this.openChat(chat.id);
      this.talk.goal.value = { chatId: chat.id, messageId };
    });
  }

  /** Opens the Chat with a number, making it where there is none. Resolves to what went wrong, or nothing. */
  startChat(phone: string): Promise<Trouble | undefined> {
    return this.#navigation.startChat(phone);
  }

  /** From outside: a number in any spelling, or the id of a Chat. Waits for the sign-in if there is none. */
  reach(target: string | number): Promise<void> {
    return this.#navigation.reach(target);
  }

  /** A text alone, or as a file's caption; as the answer to, or the change of, what stands above it. */
  send(chatId: number, body: string, extras: OutgoingExtras = {}): void {
    this.#sending.send(chatId, body, extras);
  }

  /** Texts half written, by Chat. */
  get drafts(): Signal<ReadonlyMap<number, string>> {
    return this.talk.drafts;
  }

  setDraft(chatId: number, text: string): void {
    this.talk.setDraft(chatId, text);
  }

  /** Sends again what failed, or what may not have been sent. */
  retry(entry: Entry): Promise<void> {
    return this.#sending.retry(entry);
  }

  /** Gives up on it. */
  discard(entry: Entry): Promise<void> {
    return this.#sending.discard(entry);
  }

  /** Takes an unsent text back into the composer. */
  rewrite(entry: Entry): Promise<void> {
    return this.#sending.rewrite(entry);
  }

  wake(): void {
    this.#feed?.wake();
    this.sharing.peek()?.wake();
    this.outbox.resume();
  }

  setOnline(isOnline: boolean): void {
    if (!this.#feed && !isOnline) this.connection.value = 'offline';
    this.#feed?.setOnline(isOnline);
    if (isOnline) this.outbox.resume();
  }

  /** The page goes away, maybe to come back from the back-forward cache: another tab takes over. */
  rest(): void {
    this.sharing.peek()?.leave();
  }

  /** The page is back. */
  comeBack(): void {
    this.sharing.peek()?.join();
    this.wake();
  }

  close(): void {
    this.#stopReading();
    this.#isClosing = true;
    this.#forget();
    this.#link.close();
  }

  async #enter(me: SignedIn): Promise<void> {
    // Somebody else: nothing of the one before may stay.
    const { organisation, agent } = this.me.peek() ?? {};
    if (agent && (agent.id !== me.agent.id || organisation?.id !== me.organisation.id)) this.#forget();
    this.sharing.peek()?.[Symbol.dispose]();
    const account = `${this.#link.api.http.host}|${me.organisation.id}|${me.agent.id}`;
    const together = await bringTogether();
    const tabs = together && this.#link.meet(together.Tabs, account);
    const keeping = this.#surroundings.keep?.(account).catch(noKeep) ?? noKeep();
    this.outbox.mayWork = !together;
    this.#feed = this.#link.follow({
      rows: (inboxId, rows) => this.#gather.add(inboxId, rows),
      reset: (inboxId) => {
        this.#gather.flush();
        this.#intake.reset(inboxId);
      },
      replying: (what) => this.work.hear(what),
      connection: (state, heardAt, retryAt) => {
        const was = this.connection.peek();
        batch(() => {
          this.connection.value = state;
          this.heardAt.value = heardAt;
          this.retryAt.value = retryAt;
        });
        if (state === 'live' && was !== 'live') this.outbox.resume();
      },
    });
    await this.refreshDesks();
    const { outbox, talk, work } = this;
    const now = (): number => this.#surroundings.now();
    const sharing = tabs && new together.Sharing({ outbox, talk, work, tabs, keep: await keeping, now });
    tabs?.hear('sign-out', () => void this.#signOut());
    tabs?.hear('inboxes', () => void this.refreshDesks().catch(() => undefined));
    batch(() => {
      this.me.value = me;
      this.sharing.value = sharing ?? null;
      this.preferences.open(account);
      const { listFilter, inboxId } = this.preferences.value.peek();
      this.#desks.filter(listFilter);
      if (this.#desks.find(inboxId)) this.deskId.value = inboxId;
      this.phase.value = 'ready';
      if (needsLinking(this.desk.peek())) this.screen.value = { name: 'link' };
    });
    this.#remember(true);
    sharing?.join();
    await this.#navigation.goOn();
  }

  #forget(): void {
    if (this.phase.peek() === 'signed-out') return;
    if (!this.#isClosing) this.#remember(false);
    // First, or what is forgotten here would be forgotten in what is kept.
    this.sharing.peek()?.[Symbol.dispose]();
    this.#link.unfollow();
    this.#feed = undefined;
    this.#link.api.http.token = null;
    batch(() => {
      this.#desks.clear();
      this.deskId.value = 0;
      this.#gather[Symbol.dispose]();
      this.#intake.clear();
      this.outbox.clear();
      this.talk.clear();
      this.work.clear();
      this.guard.clear();
      this.me.value = null;
      this.sharing.value = null;
      this.leaving.value = 0;
      this.preferences.open('');
      this.screen.value = { name: 'chats' };
      this.phase.value = 'signed-out';
    });
  }
}
