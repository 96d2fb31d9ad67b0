import { batch, computed, signal } from '@preact/signals';
import type { SignedIn } from '../../server/contract/api.ts';
import { inboxTopic } from '../../server/contract/topic.ts';
import type { Inbox, Push, Session } from '../../server/contract/wire.ts';
import { isInbox, isSession, isSignedIn, isTicket, record, toPush } from '../app/link/decode.ts';
import { ConnectionError, Http, ServerProblem } from '../app/link/http.ts';
import { Line } from '../app/link/line.ts';
import { listOf, reader } from './read.ts';

const pace = { silenceMs: 45_000, joinMs: 10_000, retryFirstMs: 1_000, retryCapMs: 30_000 };
/** How often is asked while there is no socket. */
const pollMs = 2_000;
const mostEvents = 300;

/** One thing that happened, as it was pushed. */
export interface TailEvent {
  id: number;
  at: number;
  inboxId: number;
  seq: number;
  kind: 'session' | 'message' | 'chat' | 'contact' | 'note';
  /** `#12` of its kind, or the state of a Session. */
  what: string;
  row: unknown;
}

export interface Question {
  title: string;
  lead: string;
  /** What the button says. */
  deed: string;
  /** Nothing is lost by it. */
  isSafe?: boolean;
  /** What must be typed first. */
  word?: string;
  answer(isYes: boolean): void;
}

/** What "connect" has made: a session's name and a key, for another backend. */
export interface Made {
  inboxId: number;
  /** `client_…` */
  session: string;
  /** Whole the first time, masked afterwards; null: revoked. */
  apiKey: string | null;
}
export const isMade = reader<Made>({ inboxId: 'number', session: 'string' });

/** `cdk_ab12••••••`: enough to tell two keys apart, of no use to whoever looks over the shoulder. */
export const masked = (key: string): string =>
  key.includes('•') || key.includes('…') ? key : `${key.slice(0, 8)}••••••`;

/** The page's knowledge: who is signed in, the numbers, and what happens to them. One per page. */
export class Admin implements Disposable {
  readonly http: Http;
  readonly me = signal<SignedIn | null | undefined>(undefined);
  readonly inboxes = signal<Inbox[] | undefined>(undefined);
  readonly made = signal<Made[]>([]);
  readonly isLive = signal(false);
  /** The newest last. */
  readonly tail = signal<TailEvent[]>([]);
  readonly question = signal<Question | null>(null);
  /** Said to everybody, and gone after a while. */
  readonly notice = signal<{ text: string; isBad: boolean } | null>(null);
  readonly isAdmin = computed(() => this.me.value?.agent.role === 'admin');
  #line: Line | undefined;
  #followed = new Set<number>();
  #poll: ReturnType<typeof setInterval>;
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;
  #count = 0;

  constructor(host: string) {
    this.http = new Http({ host, auth: 'cookie' });
    this.http.onSignedOut = () => this.#leave();
    // Push is the rule; without a socket the rows are asked for.
    this.#poll = setInterval(() => {
      if (this.me.value && !this.isLive.value && !document.hidden) void this.refresh().catch(() => undefined);
    }, pollMs);
  }

  /** Whether the browser still has a sign-in. */
  async begin(): Promise<void> {
    const answer = await this.http.get('/auth/me').catch(() => undefined);
    if (isSignedIn(answer)) await this.#enter(answer);
    else this.me.value = null;
  }

  async signIn(email: string, password: string, code?: string): Promise<void> {
    const body = { email, password, mode: 'cookie', ...(code ? { code } : {}) };
    const answer = await this.http.post('/auth/sign-in', body);
    if (isSignedIn(answer)) await this.#enter(answer);
  }

  /** Every other sign-in ends; this one goes on under a new token. */
  async changePassword(current: string, next: string): Promise<void> {
    const answer = await this.http.post('/auth/password', { current, next });
    if (isSignedIn(answer)) this.http.csrf = answer.csrf;
  }

  async signOut(): Promise<void> {
    await this.http.post('/auth/sign-out').catch(() => undefined);
    this.#leave();
  }

  /** The numbers as they are now. */
  async refresh(): Promise<void> {
    const list = listOf(await this.http.get('/inboxes'), isInbox);
    const known = this.inboxes.peek() ?? [];
    // A push may have come while the answer was on its way.
    this.inboxes.value = list.map((inbox) => {
      const before = known.find(({ id }) => id === inbox.id);
      return before && before.session.seq > inbox.session.seq ? { ...inbox, session: before.session } : inbox;
    });
    this.#follow();
  }

  /** What has been connected, keys masked. */
  async refreshMade(): Promise<void> {
    this.made.value = listOf(await this.http.get('/connect'), isMade);
  }

  madeFor(inboxId: number): Made | undefined {
    return this.made.value.find((one) => one.inboxId === inboxId);
  }

  /** The state of one number, read afresh. */
  async refreshSession(inboxId: number): Promise<void> {
    const session = await this.http.get(`/inboxes/${inboxId}/session`);
    if (isSession(session)) this.#take(session);
  }

  inbox(inboxId: number): Inbox | undefined {
    return this.inboxes.value?.find(({ id }) => id === inboxId);
  }

  /** Asks before something that cannot be taken back. */
  ask(question: Omit<Question, 'answer'>): Promise<boolean> {
    return new Promise((done) => {
      this.question.value = {
        ...question,
        answer: (isYes) => {
          this.question.value = null;
          done(isYes);
        },
      };
    });
  }

  say(text: string, isBad = false): void {
    clearTimeout(this.#noticeTimer);
    this.notice.value = { text, isBad };
    this.#noticeTimer = setTimeout(() => (this.notice.value = null), isBad ? 8_000 : 4_000);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#poll);
    clearTimeout(this.#noticeTimer);
    this.#line?.[Symbol.dispose]();
    this.http.close();
  }

  async #enter(me: SignedIn): Promise<void> {
    this.http.csrf = me.csrf;
    this.http.token = me.token;
    this.#tellOthers(true);
    this.me.value = me;
    if (me.agent.role === 'agent') return;
    await Promise.all([this.refresh(), this.refreshMade()].map((one) => one.catch(() => undefined)));
  }

  /** The widget and the developers' pages beside us ask who is signed in only where somebody is: `app/model/known.ts`. */
  #tellOthers(isKnown: boolean): void {
    try {
      localStorage.setItem(`chatdock:signed-in:${this.http.host}`, isKnown ? 'yes' : '');
    } catch {
      // Without storage they do not ask.
    }
  }

  #leave(): void {
    this.#line?.[Symbol.dispose]();
    this.#line = undefined;
    this.#followed.clear();
    this.http.csrf = null;
    this.#tellOthers(false);
    batch(() => {
      this.isLive.value = false;
      this.me.value = null;
      this.inboxes.value = undefined;
      this.made.value = [];
      this.tail.value = [];
    });
  }

  #follow(): void {
    const list = this.inboxes.peek() ?? [];
    for (const id of this.#followed) {
      if (list.some((inbox) => inbox.id === id)) continue;
      this.#followed.delete(id);
      this.#line?.unsubscribe(inboxTopic(id));
    }
    const fresh = list.filter(({ id }) => !this.#followed.has(id));
    for (const { id } of fresh) this.#followed.add(id);
    if (!this.#line) {
      if (!fresh.length) return;
      this.#line = new Line(
        fresh.map(({ id }) => inboxTopic(id)),
        {
          api: {
            http: this.http,
            ticket: async () => {
              const answer = await this.http.post('/auth/ticket');
              if (!isTicket(answer)) throw new ConnectionError('no ticket');
              return answer.ticket;
            },
          },
          pace,
          Socket: WebSocket,
          handlers: {
            live: () => {
              this.isLive.value = true;
              void this.refresh().catch(() => undefined);
            },
            event: (payload) => this.#hear(toPush(payload)),
            lost: () => (this.isLive.value = false),
            waiting: () => (this.isLive.value = false),
          },
        },
      );
    } else for (const { id } of fresh) this.#line.subscribe(inboxTopic(id));
  }

  #hear(push: Push | undefined): void {
    if (!push?.rows) return;
    const { inboxId, seq, rows } = push;
    const event = (kind: TailEvent['kind'], what: string, row: unknown): TailEvent => ({
      id: ++this.#count,
      at: Date.now(),
      inboxId,
      seq,
      kind,
      what,
      row,
    });
    const events = [
      ...rows.messages.map((row) => event('message', `#${row.id}`, row)),
      ...rows.chats.map((row) => event('chat', `#${row.id}`, row)),
      ...rows.contacts.map((row) => event('contact', `#${row.id}`, row)),
      ...rows.notes.map((row) => event('note', `#${row.id}`, row)),
      ...(rows.session ? [event('session', rows.session.state, rows.session)] : []),
    ];
    batch(() => {
      if (rows.session) this.#take(rows.session);
      this.tail.value = [...this.tail.peek(), ...events].slice(-mostEvents);
    });
  }

  #take(session: Session): void {
    this.inboxes.value = this.inboxes
      .peek()
      ?.map((inbox) =>
        inbox.id === session.inboxId && session.seq >= inbox.session.seq ? { ...inbox, session } : inbox,
      );
  }
}

/** The code of what went wrong, for `problem_…`. */
export function codeOf(error: unknown): string {
  if (error instanceof ServerProblem) return error.code;
  return error instanceof ConnectionError ? 'no-connection' : 'fault';
}

/** What the server said beside the code, for the person who filled in a form. */
export function detailOf(error: unknown): string {
  const detail = error instanceof ServerProblem ? error.detail : undefined;
  return typeof detail === 'string' ? detail : String(record(error)['detail'] ?? '');
}
