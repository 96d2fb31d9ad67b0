import { batch, signal } from '@preact/signals';
import type { SignedIn } from '../../../server/contract/api.ts';
import type { Inbox } from '../../../server/contract/wire.ts';
import type { Connection, Feed } from '../link/feed.ts';
import type { Link } from '../link/link.ts';
import type { Desks } from './desks.ts';
import { Gather } from './gather.ts';
import type { Intake } from './intake.ts';
import type { Keep } from './keep.ts';
import { mayBeKnown, remember } from './known.ts';
import { needsLinking } from './linking.ts';
import type { Navigation } from './navigation.ts';
import { noKeep } from './no-keep.ts';
import type { Outbox } from './outbox.ts';
import { troubleOf, type Trouble } from './pairing.ts';
import type { ChoiceStore, PreferenceBook } from './preferences.ts';
import type { Presences } from './presences.ts';
import type { Sharing } from './sharing.ts';
import type { Talk } from './talk.ts';
import type { Work } from './work.ts';

/** What the model asks of the place it runs in. */
export interface Surroundings {
  now(): number;
  newId(): string;
  /** Where choices are kept. */
  choices?: ChoiceStore | undefined;
  /** Where unsent Messages and drafts of an account survive the tab. */
  keep?(account: string): Promise<Keep>;
}

/** What is filled while somebody is here, and emptied when they leave. */
export interface StayParts {
  link: Link;
  surroundings: Surroundings;
  outbox: Outbox;
  talk: Talk;
  work: Work;
  preferences: PreferenceBook;
  intake: Intake;
  desks: Desks;
  navigation: Navigation;
  presences: Presences;
  /** What else is to be forgotten with them. */
  forget(): void;
}

/** How long the Chat that was asked for may take, ms, until the list is shown meanwhile. */
const patienceMs = 400;

/** Without its chunk (a new release, a lost connection) this tab is alone and keeps nothing. */
const bringTogether = () => import('./together.ts').catch(() => undefined);

/** An Agent's stay: who is here, from sign-in to sign-out, and whether the server is heard meanwhile. */
export class Stay implements Disposable {
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
  /** What is heard from the server; from sign-in to sign-out. */
  feed: Feed | undefined;
  #parts: StayParts;
  #gather: Gather;
  #isClosing = false;

  constructor(parts: StayParts) {
    this.#parts = parts;
    this.#gather = new Gather((inboxId, rows) => parts.intake.put(inboxId, rows));
    parts.link.onSignedOut = () => this.#forget();
  }

  /** Begins: with the sign-in the browser still has, or at the sign-in screen. */
  async start(): Promise<void> {
    void bringTogether();
    // A first visit asks nothing: a refusal would stand in the page's console as an error.
    const { auth, again, host, token } = this.#parts.link.api.http;
    const isVouched = auth === 'bearer' && (again !== undefined || token !== null);
    if (!isVouched && (auth === 'bearer' || !mayBeKnown(this.#parts.surroundings.choices, host))) {
      this.phase.value = 'signed-out';
      return;
    }
    this.phase.value = 'starting';
    // Who has signed in here before mostly still is: both questions at once save the way there and back.
    const inboxes = auth === 'cookie' ? this.#parts.link.api.inboxes() : undefined;
    inboxes?.catch(() => undefined);
    try {
      const me = await this.#parts.link.api.me();
      if (me) await this.#enter(me, inboxes);
      else {
        this.#remember(false);
        this.phase.value = 'signed-out';
      }
    } catch {
      this.phase.value = 'unreachable';
    }
  }

  #remember(isKnown: boolean): void {
    const { auth, host } = this.#parts.link.api.http;
    if (auth === 'cookie') remember(this.#parts.surroundings.choices, host, isKnown);
  }

  /** Resolves to what went wrong, or nothing. */
  async signIn(email: string, password: string, code?: string): Promise<Trouble | undefined> {
    try {
      await this.#enter(await this.#parts.link.api.signIn(email, password, code));
      return undefined;
    } catch (error) {
      return troubleOf(error);
    }
  }

  /** In every tab. While Messages are unsent it asks first (`leaving`), unless one `isSure`: they are given up. */
  async signOut(isSure = false): Promise<void> {
    const unsent = this.#parts.outbox.pending.peek().length;
    this.leaving.value = isSure ? 0 : unsent;
    if (unsent && !isSure) return;
    this.sharing.peek()?.tabs.tell('sign-out');
    await this.#signOut();
  }

  async #signOut(): Promise<void> {
    await this.sharing.peek()?.forget();
    try {
      await this.#parts.link.api.signOut();
    } catch {
      // The server forgets us by itself; this page does so now.
    }
    this.#forget();
  }

  /** Reads the Inboxes again: new ones join, the Sessions of known ones are refreshed. */
  async refreshDesks(): Promise<void> {
    const { desks, navigation } = this.#parts;
    const { screen, chat, deskId, desk } = navigation;
    const open = chat.peek()?.inboxId ?? deskId.peek();
    await desks.refresh(deskId, desk);
    // What was being looked at was of a number that is not there any more.
    if (screen.peek().name !== 'chats' && !desks.find(open)) screen.value = { name: 'chats' };
  }

  wake(): void {
    this.feed?.wake();
    this.sharing.peek()?.wake();
    this.#parts.outbox.resume();
  }

  setOnline(isOnline: boolean): void {
    if (!this.feed && !isOnline) this.connection.value = 'offline';
    this.feed?.setOnline(isOnline);
    if (isOnline) this.#parts.outbox.resume();
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

  [Symbol.dispose](): void {
    this.#isClosing = true;
    this.#forget();
    this.#parts.link.close();
  }

  async #enter(me: SignedIn, inboxes?: Promise<readonly Inbox[]>): Promise<void> {
    const { link, surroundings, outbox, talk, work, preferences, intake, desks, navigation, presences } =
      this.#parts;
    // Somebody else: nothing of the one before may stay.
    const { organisation, agent } = this.me.peek() ?? {};
    if (agent && (agent.id !== me.agent.id || organisation?.id !== me.organisation.id)) this.#forget();
    this.sharing.peek()?.[Symbol.dispose]();
    const account = `${link.api.http.host}|${me.organisation.id}|${me.agent.id}`;
    const together = await bringTogether();
    const tabs = together && link.meet(together.Tabs, account);
    const keeping = surroundings.keep?.(account).catch(noKeep) ?? noKeep();
    outbox.mayWork = !together;
    this.feed = link.follow({
      rows: (inboxId, rows) => {
        presences.arrived(rows.messages);
        this.#gather.add(inboxId, rows);
      },
      reset: (inboxId) => {
        this.#gather.flush();
        intake.reset(inboxId);
      },
      gone: () => {
        const known = desks.list.peek().length;
        void this.refreshDesks().then(
          () => {
            // If nothing has gone, the next look comes with the usual pauses.
            if (desks.list.peek().length === known) return;
            this.sharing.peek()?.tabs.tell('inboxes');
            this.feed?.wake();
          },
          () => undefined,
        );
      },
      replying: (what) => work.here.hear(what),
      presence: (what) => presences.hear(what),
      connection: (state, heardAt, retryAt) => {
        const was = this.connection.peek();
        batch(() => {
          this.connection.value = state;
          this.heardAt.value = heardAt;
          this.retryAt.value = retryAt;
        });
        if (state === 'live' && was !== 'live') outbox.resume();
        // Who has gone meanwhile is told to nobody.
        if (state !== 'live') presences.clear();
      },
    });
    await desks.refresh(navigation.deskId, navigation.desk, inboxes);
    const now = (): number => surroundings.now();
    const sharing = tabs && new together.Sharing({ outbox, talk, work, tabs, keep: await keeping, now });
    if (tabs) desks.tally.share(tabs);
    tabs?.hear('sign-out', () => void this.#signOut());
    tabs?.hear('inboxes', () => void this.refreshDesks().catch(() => undefined));
    batch(() => {
      this.me.value = me;
      this.sharing.value = sharing ?? null;
      preferences.open(account);
      const { listFilter, listSort, inboxId, allNumbers } = preferences.value.peek();
      desks.filter(listFilter);
      desks.sort(listSort);
      if (desks.find(inboxId)) navigation.deskId.value = inboxId;
      navigation.isMerged.value = allNumbers && desks.list.peek().length > 1;
    });
    // Whoever asked for a Chat sees that, and no list before it; unless it takes long.
    if (this.phase.peek() === 'starting' && navigation.isAwaited) {
      await Promise.race([navigation.goOn(), new Promise((done) => setTimeout(done, patienceMs))]);
      if (this.me.peek() !== me) return;
    }
    batch(() => {
      this.phase.value = 'ready';
      const isElsewhere = navigation.screen.peek().name !== 'chats' || navigation.isMerged.peek();
      if (!isElsewhere && needsLinking(navigation.desk.peek())) navigation.screen.value = { name: 'link' };
    });
    this.#remember(true);
    sharing?.join();
    await navigation.goOn();
  }

  #forget(): void {
    if (this.phase.peek() === 'signed-out') return;
    if (!this.#isClosing) this.#remember(false);
    const { link, outbox, talk, work, preferences, intake, desks, navigation } = this.#parts;
    // First, or what is forgotten here would be forgotten in what is kept.
    this.sharing.peek()?.[Symbol.dispose]();
    link.unfollow();
    this.feed = undefined;
    link.api.http.token = null;
    batch(() => {
      desks.clear();
      navigation.deskId.value = 0;
      navigation.isMerged.value = false;
      this.#gather[Symbol.dispose]();
      intake.clear();
      outbox.clear();
      talk.clear();
      work.clear();
      this.#parts.forget();
      this.me.value = null;
      this.sharing.value = null;
      this.leaving.value = 0;
      preferences.open('');
      navigation.screen.value = { name: 'chats' };
      this.phase.value = 'signed-out';
    });
  }
}
