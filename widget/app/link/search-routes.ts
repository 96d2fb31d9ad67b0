import type { MessageHit } from '../../../server/contract/search.ts';
import type { Contact, Message } from '../../../server/contract/wire.ts';
import { isChat, isContact, isMessage, keep, record, toPage, type Page } from './decode.ts';
import type { Http } from './http.ts';

/** What was found beside the Chats. */
export interface Found {
  /** Without a Chat among the found. */
  contacts: Contact[];
  messages: MessageHit[];
  next: string | null;
  /** In one Chat, with the first page: how many there are; 1000 means so many or more. */
  total: number | null;
}

/** A page out of the middle of a Chat. */
export interface MiddlePage extends Page<Message> {
  /** Leads on to what follows; null: it ends with the newest. */
  newer: string | null;
}

/** The routes of {@link SearchApi}. */
export class SearchRoutes {
  #http: Http;
  constructor(http: Http) {
    this.#http = http;
  }

  /** `null`: in all Inboxes. */
  async find(
    inboxId: number | null,
    text: string,
    before: string | null,
    signal?: AbortSignal,
  ): Promise<Found> {
    const query = new URLSearchParams({
      q: text.slice(0, 500),
      in: 'contacts,messages',
      ...(inboxId === null ? {} : { inboxId: `${inboxId}` }),
    });
    return this.#found(query, before, signal);
  }

  /** Messages of one Chat, as many at once as there may be: they are counted on the screen. */
  inChat(chatId: number, text: string, before: string | null, signal?: AbortSignal): Promise<Found> {
    const query = new URLSearchParams({
      q: text.slice(0, 500),
      in: 'messages',
      chatId: `${chatId}`,
      limit: '100',
    });
    return this.#found(query, before, signal);
  }

  async #found(query: URLSearchParams, before: string | null, signal?: AbortSignal): Promise<Found> {
    if (before) query.set('before', before);
    const found = record(await this.#http.get(`/search?${query}`, signal));
    return {
      contacts: keep(found['contacts'], isContact),
      messages: keep(found['messages'], isHit),
      next: typeof found['next'] === 'string' ? found['next'] : null,
      total: typeof found['total'] === 'number' ? found['total'] : null,
    };
  }

  around = (chatId: number, messageId: number): Promise<MiddlePage> =>
    this.#page(chatId, new URLSearchParams({ limit: '50', around: `${messageId}` }));

  /** From a moment on, ms, with a little before; the newest if nothing was written since. */
  from = (chatId: number, moment: number): Promise<MiddlePage> =>
    this.#page(chatId, new URLSearchParams({ limit: '50', from: `${moment}` }));

  after = (chatId: number, newer: string): Promise<MiddlePage> =>
    this.#page(chatId, new URLSearchParams({ limit: '50', after: newer }));

  async #page(chatId: number, query: URLSearchParams): Promise<MiddlePage> {
    const page = await this.#http.get(`/chats/${chatId}/messages?${query}`);
    const { newer } = record(page);
    return { ...toPage(page, isMessage), newer: typeof newer === 'string' ? newer : null };
  }
}

function isHit(value: unknown): value is MessageHit {
  const { message, chat, snippet, highlights } = record(value);
  return (
    isMessage(message) &&
    isChat(chat) &&
    typeof snippet === 'string' &&
    Array.isArray(highlights) &&
    highlights.every((place) => Array.isArray(place) && place.length === 2)
  );
}
