import type { Contact, Message } from '../../../server/contract/wire.ts';
import { isContact, isMessage, keep, record, toPage, type Page } from './decode.ts';
import type { Http } from './http.ts';

export type SharedKind = 'media' | 'documents' | 'links';

/** People: what was shared with them, blocking, whether they are on WhatsApp. Comes with the screens that ask for it. */
export class PeopleApi {
  #http: Http;
  constructor(http: Http) {
    this.#http = http;
  }

  /** Newest first. A page may be short, or empty, before the end. */
  shared = async (chatId: number, kind: SharedKind, before: string | null): Promise<Page<Message>> => {
    const from = before === null ? '' : `&before=${encodeURIComponent(before)}`;
    return toPage(await this.#http.get(`/chats/${chatId}/shared?kind=${kind}${from}`), isMessage);
  };

  async block(contactId: number, blocked: boolean): Promise<Contact | undefined> {
    const row = await this.#http.post(`/contacts/${contactId}/block`, { blocked });
    return isContact(row) ? row : undefined;
  }

  /** Where profile pictures lie, by picture: the square one of lists, and the one to be looked at. */
  async pictureUrls(ids: readonly number[]): Promise<Map<number, { small: string; large: string }>> {
    const urls = record(record(await this.#http.get(`/pictures/urls?ids=${ids.join(',')}`))['urls']);
    const found = new Map<number, { small: string; large: string }>();
    for (const [id, value] of Object.entries(urls)) {
      const { small, large } = record(value);
      if (typeof small === 'string' && typeof large === 'string')
        found.set(Number(id), { small: this.#http.host + small, large: this.#http.host + large });
    }
    return found;
  }

  /** By Contact; those of whom it is not known now are left out. */
  async onWhatsApp(inboxId: number, contactIds: readonly number[]): Promise<Map<number, boolean>> {
    const answer = record(await this.#http.post(`/inboxes/${inboxId}/number-checks`, { contactIds }));
    const rows = keep(answer['list'], isCheck);
    return new Map(rows.map((row) => [row.contactId, row.onWhatsApp]));
  }
}

function isCheck(value: unknown): value is { contactId: number; onWhatsApp: boolean } {
  const { contactId, onWhatsApp } = record(value);
  return typeof contactId === 'number' && typeof onWhatsApp === 'boolean';
}
