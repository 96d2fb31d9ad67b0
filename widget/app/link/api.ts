import type { ChatCounts, LinkSession, SignedIn } from '../../../server/contract/api.ts';
import type {
  Changes,
  Chat,
  Contact,
  Inbox,
  Message,
  Position,
  Session,
} from '../../../server/contract/wire.ts';
import {
  isChat,
  isCounts,
  isContact,
  isInbox,
  isMessage,
  isPairing,
  isSession,
  isSignedIn,
  isTicket,
  keep,
  record,
  toChanges,
  toPage,
  type Guard,
  type Page,
  type PairingCode,
} from './decode.ts';
import { ServerProblem, type Http } from './http.ts';
import type { Vouched } from './vouched.ts';
import { TalkApi, type SendExtras } from './talk-api.ts';
import { WorkApi } from './work-api.ts';

export type ChatFilter = 'all' | 'unread' | 'mentions' | 'groups' | 'archived';

/** The routes of the server, one function each. All reject with ConnectionError or ServerProblem. */
export class Api {
  readonly http: Http;
  /** Files, what one does to Messages and Chats. */
  readonly talk: TalkApi;
  /** What Agents do around a Chat. */
  readonly work: WorkApi;
  readonly #vouched: Vouched | undefined;
  constructor(http: Http, vouched?: Vouched) {
    this.http = http;
    this.#vouched = vouched;
    this.talk = new TalkApi(http);
    this.work = new WorkApi(http);
  }

  async signIn(email: string, password: string, code?: string): Promise<SignedIn> {
    return this.#enter(
      await this.http.post('/auth/sign-in', { email, password, code, mode: this.http.auth }),
    );
  }

  /** The sign-in the browser still has (cookie mode), or that the host page vouches for. `undefined`: none. */
  async me(): Promise<SignedIn | undefined> {
    if (this.http.auth === 'bearer' && !this.http.token) return this.#vouched?.exchange();
    try {
      return this.#enter(await this.http.get('/auth/me'));
    } catch (error) {
      if (error instanceof ServerProblem && error.status === 401) return undefined;
      throw error;
    }
  }

  async signOut(): Promise<void> {
    await this.http.post('/auth/sign-out');
    this.http.token = this.http.csrf = null;
  }

  ticket = async (): Promise<string> => must(await this.http.post('/auth/ticket'), isTicket).ticket;

  inboxes = async (): Promise<Inbox[]> => keep(record(await this.http.get('/inboxes'))['list'], isInbox);
  createInbox = async (name: string): Promise<Inbox> =>
    must(await this.http.post('/inboxes', { name }), isInbox);

  session = async (inboxId: number): Promise<Session> =>
    must(await this.http.get(`/inboxes/${inboxId}/session`), isSession);
  linkSession = (inboxId: number, how: LinkSession): Promise<unknown> =>
    this.http.post(`/inboxes/${inboxId}/session/link`, how);
  restartSession = (inboxId: number): Promise<unknown> =>
    this.http.post(`/inboxes/${inboxId}/session/restart`);
  unlinkSession = (inboxId: number): Promise<unknown> => this.http.post(`/inboxes/${inboxId}/session/unlink`);

  /** The code to show; `undefined` while there is none. */
  async pairing(inboxId: number): Promise<PairingCode | undefined> {
    try {
      return must(await this.http.get(`/inboxes/${inboxId}/session/pairing`), isPairing);
    } catch (error) {
      if (error instanceof ServerProblem && error.status === 404) return undefined;
      throw error;
    }
  }

  chats = async (
    inboxId: number,
    query: {
      filter?: ChatFilter;
      assignee?: 'me' | 'none' | null;
      label?: number | null;
      sort?: 'newest' | 'waiting';
      search?: string;
      before?: string | null;
      limit?: number;
    },
    signal?: AbortSignal,
  ): Promise<Page<Chat>> =>
    toPage(await this.http.get(`/inboxes/${inboxId}/chats${search(query)}`, signal), isChat);
  chatCounts = async (): Promise<ChatCounts[]> =>
    keep(record(await this.http.get('/inboxes/counts'))['list'], isCounts);
  startChat = async (inboxId: number, phone: string): Promise<Chat> =>
    must(await this.http.post(`/inboxes/${inboxId}/chats`, { phone }), isChat);
  /** `upTo`: the last Message that was seen; without one, all there are. */
  markRead = (chatId: number, upTo?: number): Promise<unknown> =>
    this.http.post(`/chats/${chatId}/read${upTo ? `?upTo=${upTo}` : ''}`);
  backfill = (chatId: number): Promise<unknown> => this.http.post(`/chats/${chatId}/backfill`);

  messages = async (
    chatId: number,
    query: { before?: string | null; limit?: number },
    signal?: AbortSignal,
  ): Promise<Page<Message>> =>
    toPage(await this.http.get(`/chats/${chatId}/messages${search(query)}`, signal), isMessage);
  send = async (chatId: number, clientId: string, body: string, extras: SendExtras = {}): Promise<Message> =>
    must(await this.http.post(`/chats/${chatId}/messages`, { clientId, body, ...extras }), isMessage);
  retry = (messageId: number): Promise<unknown> => this.http.post(`/messages/${messageId}/retry`);
  discard = (messageId: number): Promise<unknown> => this.http.post(`/messages/${messageId}/discard`);

  contacts = async (
    inboxId: number,
    query: { search?: string; after?: string | null; limit?: number },
    signal?: AbortSignal,
  ): Promise<Page<Contact>> =>
    toPage(await this.http.get(`/inboxes/${inboxId}/contacts${search(query)}`, signal), isContact);

  /** Rows changed since each Inbox's cursor. Empty when nothing is new. */
  async changes(cursors: ReadonlyMap<number, Position>): Promise<Changes[]> {
    const since = Array.from(cursors, ([inboxId, { seq, era }]) => `${inboxId}:${seq}:${era}`).join(',');
    return toChanges(await this.http.get(`/changes?since=${since}`));
  }

  #enter(answer: unknown): SignedIn {
    const signedIn = must(answer, isSignedIn);
    if (signedIn.token) this.http.token = signedIn.token;
    this.http.csrf = signedIn.csrf;
    return signedIn;
  }
}

function must<T>(value: unknown, guard: Guard<T>): T {
  if (!guard(value)) throw new ServerProblem(200, 'fault');
  return value;
}

function search(query: Record<string, string | number | null | undefined>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') parameters.set(name, `${value}`);
  }
  return parameters.size ? `?${parameters}` : '';
}
