import { signal, type Signal } from '@preact/signals';
import type { Http } from '../link/http.ts';
import { PeopleApi } from '../link/people-api.ts';

/** People scrolled past are not asked about: only who is on the screen for so long, ms. */
const rest = 400;
/** As many as one request may name. */
const most = 20;

/** Whether people without a Chat are on WhatsApp: those on the screen are asked about together, each once. */
export class NumberChecks {
  #api: Pick<PeopleApi, 'onWhatsApp'>;
  #inboxId: number;
  #known = new Map<number, Signal<boolean | undefined>>();
  #wanted = new Set<number>();
  #asked = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Pick<PeopleApi, 'onWhatsApp'>, inboxId: number) {
    this.#api = api;
    this.#inboxId = inboxId;
  }

  /** `undefined`: not known. */
  of(contactId: number): Signal<boolean | undefined> {
    let known = this.#known.get(contactId);
    if (!known) this.#known.set(contactId, (known = signal(undefined)));
    return known;
  }

  /** They are shown; the returned function says that they are no more. */
  show(contactId: number): () => void {
    if (this.#asked.has(contactId)) return () => undefined;
    this.#wanted.add(contactId);
    this.#wait();
    return () => void this.#wanted.delete(contactId);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#wanted.clear();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), rest);
  }

  async #ask(): Promise<void> {
    const ids = Array.from(this.#wanted).slice(0, most);
    if (!ids.length) return;
    for (const id of ids) {
      this.#wanted.delete(id);
      this.#asked.add(id);
    }
    if (this.#wanted.size) this.#wait();
    try {
      const answers = await this.#api.onWhatsApp(this.#inboxId, ids);
      for (const [id, isThere] of answers) this.of(id).value = isThere;
      // Asked too much for now: when they are shown again.
      for (const id of ids) if (!answers.has(id)) this.#asked.delete(id);
    } catch {
      for (const id of ids) this.#asked.delete(id);
    }
  }
}

/** Where no engine can tell, nobody is asked. */
export function numberChecks(http: Http, inboxId: number, canTell: boolean): NumberChecks {
  const api = canTell ? new PeopleApi(http) : { onWhatsApp: async () => new Map<number, boolean>() };
  return new NumberChecks(api, inboxId);
}
