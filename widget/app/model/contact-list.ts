import { batch, computed, signal } from '@preact/signals';
import type { Contact } from '../../../server/contract/wire.ts';
import type { Api } from '../link/api.ts';
import { Rows } from './rows.ts';

interface Query {
  next: string | null;
  state: 'idle' | 'loading' | 'ready' | 'failed';
  found: Set<number>;
}

/** The people of one Inbox by name, as far as they have been scrolled, under a search. */
export class ContactList {
  readonly search = signal('');
  readonly rows = new Rows<Contact>();
  #api: Api;
  #inboxId: number;
  #queries = new Map<string, Query>();
  #version = signal(0);

  constructor(api: Api, inboxId: number) {
    this.#api = api;
    this.#inboxId = inboxId;
  }

  readonly list = computed(() => {
    void this.#version.value;
    const search = this.search.value.trim().toLocaleLowerCase();
    const digits = search.replace(/\D/g, '');
    const found = this.#queries.get(search)?.found;
    return this.rows
      .values()
      .filter(
        (row) =>
          !row.isMe &&
          (!search ||
            found?.has(row.id) ||
            row.name.toLocaleLowerCase().includes(search) ||
            (digits.length > 2 && (row.phone ?? '').includes(digits))),
      )
      .toSorted((a, b) => rank(a) - rank(b) || nameOf(a).localeCompare(nameOf(b)) || a.id - b.id);
  });

  readonly state = computed(() => {
    void this.#version.value;
    return this.#queries.get(this.search.value.trim().toLocaleLowerCase())?.state ?? 'idle';
  });

  async more(): Promise<void> {
    const key = this.search.peek().trim().toLocaleLowerCase();
    let query = this.#queries.get(key);
    if (query?.state === 'loading' || (query?.state === 'ready' && query.next === null)) return;
    if (!query) this.#queries.set(key, (query = { next: null, state: 'idle', found: new Set() }));
    const asked = query;
    asked.state = 'loading';
    this.#version.value++;
    try {
      const page = await this.#api.contacts(this.#inboxId, { search: key, after: asked.next, limit: 100 });
      batch(() => {
        this.rows.put(page.list);
        page.list.forEach((row) => asked.found.add(row.id));
        asked.next = page.next;
        asked.state = 'ready';
        this.#version.value++;
      });
    } catch {
      asked.state = 'failed';
      this.#version.value++;
    }
  }

  reset(): void {
    this.rows.clear();
    this.#queries.clear();
    this.#version.value++;
  }
}

/** What a person is called here; a number where there is no name, '' where WhatsApp hides that too. */
export function nameOf(contact: Contact): string {
  return contact.name || contact.pushName || (contact.phone ? `+${contact.phone}` : '');
}

/** People by name first, then bare numbers, then those of whom nothing is known. */
function rank(contact: Contact): number {
  return contact.name || contact.pushName ? 0 : contact.phone ? 1 : 2;
}
