import { batch, signal } from '@preact/signals';
import type { MessageHit } from '../../../server/contract/search.ts';
import type { Contact } from '../../../server/contract/wire.ts';
import type { SearchApi } from '../link/search-api.ts';

/** Messages and people that answer to what is typed above the list, as far as they have been scrolled. */
export class MessageSearch {
  readonly hits = signal<readonly MessageHit[]>([]);
  readonly contacts = signal<readonly Contact[]>([]);
  readonly state = signal<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  #api: SearchApi;
  #inboxId: number | null;
  #text = '';
  #next: string | null = null;
  /** Of the question under way. */
  #asking: AbortController | undefined;

  /** `null`: in all Inboxes. */
  constructor(api: SearchApi, inboxId: number | null) {
    this.#api = api;
    this.#inboxId = inboxId;
  }

  /** Asks anew; what an earlier question still brings is not taken. */
  async ask(text: string): Promise<void> {
    this.#asking?.abort();
    this.#text = text.trim();
    if (!this.#text) return this.clear();
    await this.#read(null);
  }

  /** The next page. */
  async more(): Promise<void> {
    if (this.#next !== null && this.state.peek() === 'ready') await this.#read(this.#next);
  }

  clear(): void {
    this.#asking?.abort();
    batch(() => {
      this.#text = '';
      this.#next = null;
      this.hits.value = [];
      this.contacts.value = [];
      this.state.value = 'idle';
    });
  }

  async #read(before: string | null): Promise<void> {
    const asking = (this.#asking = new AbortController());
    this.state.value = 'loading';
    try {
      const found = await this.#api.find(this.#inboxId, this.#text, before, asking.signal);
      if (asking.signal.aborted) return;
      batch(() => {
        this.hits.value = before === null ? found.messages : [...this.hits.peek(), ...found.messages];
        if (before === null) this.contacts.value = found.contacts;
        this.#next = found.next;
        this.state.value = 'ready';
      });
    } catch {
      if (!asking.signal.aborted) this.state.value = 'failed';
    }
  }
}
