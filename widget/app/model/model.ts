import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import type { Chat, Contact, Message } from '../../../server/contract/wire.ts';
import type { Link } from '../link/link.ts';
import type { Http } from '../link/http.ts';
import { SearchApi } from '../link/search-api.ts';
import type { ListDesk } from './all-desks.ts';
import type { ListFilter, ListSort } from './chat-list.ts';
import { CrmSeat } from './crm-seat.ts';
import type { Desk } from './desk.ts';
import { Desks } from './desks.ts';
import { withPending } from './entries.ts';
import type { Entry } from './entry.ts';
import { Intake } from './intake.ts';
import type { KeepTrouble } from './keep.ts';
import { Navigation, type Screen } from './navigation.ts';
import { Outbox, type OutgoingExtras } from './outbox.ts';
import { troubleOf, type Trouble } from './pairing.ts';
import { PreferenceBook, undoMs } from './preferences.ts';
import { Presences } from './presences.ts';
import { followReading } from './reading.ts';
import { Sending } from './sending.ts';
import { ReplyGuard } from './reply-guard.ts';
import { Stay, type Surroundings } from './stay.ts';
import { Talk } from './talk.ts';
import type { Timeline } from './timeline.ts';
import { Work } from './work.ts';

export type { Screen } from './navigation.ts';
export type { Surroundings } from './stay.ts';

/** State and verbs of every screen. Knows no DOM and no socket. */
export class Model {
  readonly phase: Stay['phase'];
  readonly me: Stay['me'];
  readonly connection: Stay['connection'];
  readonly heardAt: Stay['heardAt'];
  readonly retryAt: Stay['retryAt'];
  readonly leaving: Stay['leaving'];
  readonly sharing: Stay['sharing'];
  readonly desks: ReadonlySignal<readonly Desk[]>;
  readonly deskId: Signal<number>;
  readonly isMerged: Signal<boolean>;
  /** The Chats of all numbers as one list. */
  readonly all: ListDesk;
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
  /** What customers are doing. */
  readonly presences: Presences;
  /** The CRM around us. */
  readonly crm: CrmSeat;
  /** For what comes later with questions of its own. */
  readonly http: Http;
  #link: Link;
  #stay: Stay;
  #desks: Desks;
  #navigation: Navigation;
  #intake: Intake;
  #sending: Sending;
  #stopReading: () => void;

  constructor(link: Link, surroundings: Surroundings) {
    this.#link = link;
    this.http = link.api.http;
    const clock = { now: () => surroundings.now(), newId: () => surroundings.newId() };
    const isHeard = (): boolean => ['live', 'polling'].includes(this.connection.peek());
    const rows = (chatId: number) => this.#desks.find(this.findChat(chatId)?.inboxId ?? 0)?.chats.rows;
    this.presences = new Presences(clock.now);
    this.preferences = new PreferenceBook(surroundings.choices);
    this.#desks = new Desks({
      api: link.api,
      feed: () => this.#stay.feed,
      me: () => this.me.value?.agent.id,
    });
    this.desks = this.#desks.list;
    this.#navigation = new Navigation({
      api: link.api,
      desks: this.desks,
      isReady: () => this.phase.peek() === 'ready',
      chosen: (inboxId, allNumbers) => this.preferences.change({ inboxId, allNumbers }),
    });
    this.deskId = this.#navigation.deskId;
    this.isMerged = this.#navigation.isMerged;
    this.all = this.#desks.all;
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
      holdMs: () => (this.preferences.value.peek().undoSend ? undoMs : 0),
      ...clock,
    });
    this.crm = new CrmSeat({
      links: this.preferences.of('crmLinks'),
      keepLinks: (links) => this.preferences.set('crmLinks', links),
      api: link.api.work,
      now: clock.now,
    });
    this.talk = new Talk({
      api: link.api.talk,
      search: new SearchApi(link.api.http),
      messages: (chatId) => this.timeline(chatId).rows,
      chats: rows,
      isHeard,
      ...clock,
      tellsTyping: () => this.preferences.value.peek().tellsTyping,
    });
    this.work = new Work({
      api: link.api.work,
      rows,
      me: () => this.me.value?.agent,
      isHeard,
      ...clock,
    });
    const { outbox, talk, work, guard, presences } = this;
    const timeline = (chatId: number): Timeline => this.timeline(chatId);
    this.#sending = new Sending({ api: link.api, outbox, talk, work, guard, timeline });
    this.trouble = this.#sending.trouble;
    const { preferences } = this;
    this.#stay = new Stay({
      link,
      surroundings,
      outbox,
      talk,
      work,
      preferences,
      intake: this.#intake,
      desks: this.#desks,
      navigation: this.#navigation,
      presences,
      forget: () => {
        guard.clear();
        presences.clear();
        this.crm.forget();
      },
    });
    const { phase, me, connection, heardAt, retryAt, leaving, sharing } = this.#stay;
    this.phase = phase;
    this.me = me;
    this.connection = connection;
    this.heardAt = heardAt;
    this.retryAt = retryAt;
    this.leaving = leaving;
    this.sharing = sharing;
    const { chat, isReading } = this;
    const isReady = (): boolean => this.phase.value === 'ready';
    const reader = { isReading, isReady, me: () => this.me.peek()?.agent.id };
    this.#stopReading = followReading({ api: link.api, work, chat, timeline, ...reader, connection });
  }

  readonly unread = computed(() => this.desks.value.reduce((sum, desk) => sum + desk.unread.value, 0));
  /** Why unsent Messages live only as long as this tab; `null`: they are kept. */
  readonly keepTrouble = computed<KeepTrouble | null>(() =>
    this.sharing.value ? this.sharing.value.keep.trouble.value : 'off',
  );
  /** Bubbles of a Chat, pending ones last. */
  entries(chatId: number): readonly Entry[] {
    return withPending(this.work.between(chatId, this.timeline(chatId)), this.outbox.pending.value, chatId);
  }

  timeline(chatId: number): Timeline {
    return this.#intake.timeline(chatId);
  }

  findChat(chatId: number): Chat | undefined {
    return this.#navigation.findChat(chatId);
  }

  /** Begins: with the sign-in the browser still has, or at the sign-in screen. */
  start(): Promise<void> {
    return this.#stay.start();
  }

  /** Resolves to what went wrong, or nothing. */
  /** `code`: of the authenticator app or for recovery, once the server has asked for it (`code-required`). */
  signIn(email: string, password: string, code?: string): Promise<Trouble | undefined> {
    return this.#stay.signIn(email, password, code);
  }

  /** In every tab. While Messages are unsent it asks first (`leaving`), unless one `isSure`: they are given up. */
  signOut(isSure = false): Promise<void> {
    return this.#stay.signOut(isSure);
  }

  /** Reads the Inboxes again: new ones join, the Sessions of known ones are refreshed. */
  refreshDesks(): Promise<void> {
    return this.#stay.refreshDesks();
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

  /** The list of all numbers. */
  chooseAll(): void {
    this.#navigation.chooseAll();
  }

  /** Another number for new Chats; the screen stays. */
  writeFrom(inboxId: number): void {
    this.#navigation.writeFrom(inboxId);
  }

  /** Cuts the list; the choice stays with the Agent. */
  filterChats(filter: ListFilter): void {
    batch(() => {
      this.#desks.filter(filter);
      this.preferences.set('listFilter', filter);
    });
  }

  /** What the server said of a person: shown in the list of people, and on the Chat before its own row comes. */
  putContact(row: Contact): void {
    this.#desks.find(row.inboxId)?.contacts.rows.put([row]);
  }

  /** The order of the list; the choice stays with the Agent. */
  sortChats(sort: ListSort): void {
    batch(() => {
      this.#desks.sort(sort);
      this.preferences.set('listSort', sort);
    });
  }

  show(name: 'chats' | 'contacts' | 'link'): void {
    this.screen.value = { name };
  }

  /** The linking screen of a number. */
  linkPhone(inboxId: number): void {
    batch(() => {
      this.deskId.value = inboxId;
      this.screen.value = { name: 'link' };
    });
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
    this.#stay.wake();
  }

  setOnline(isOnline: boolean): void {
    this.#stay.setOnline(isOnline);
  }

  /** The page goes away, maybe to come back from the back-forward cache: another tab takes over. */
  rest(): void {
    this.#stay.rest();
  }

  /** The page is back. */
  comeBack(): void {
    this.#stay.comeBack();
  }

  close(): void {
    this.#stopReading();
    this.#desks[Symbol.dispose]();
    this.#stay[Symbol.dispose]();
  }
}
