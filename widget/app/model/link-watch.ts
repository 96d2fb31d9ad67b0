import { effect, signal } from '@preact/signals';
import type { GivenLink } from '../../../server/contract/content.ts';
import { record } from '../link/decode.ts';
import type { Http } from '../link/http.ts';
import type { Talk } from './talk.ts';

/** Nobody is asked about an address that is still being typed: it stands for so long first, ms. */
const settledAfter = 400;
/** Pages remembered. */
const mostKnown = 50;

export interface LinkWatchOptions {
  talk: Talk;
  http: Http;
  chatId: number;
  /** The first address of a page in a text, as it stands there. */
  find(text: string): string | undefined;
}

/** What is known of pages, and which previews an Agent has put away, as long as the page lives. */
interface Memory {
  known: Map<string, GivenLink | null>;
  /** By Chat; until its text is gone. */
  away: Map<number, Set<string>>;
}
const memories = new WeakMap<Talk, Memory>();

/**
 * Finds the address in the text half written in one Chat and has the server look what its page says. What comes stands in
 * `talk.links` and goes with the text; what comes too late does not. It follows the text at once, so that nothing goes
 * with a text that leads elsewhere by then. A text being changed, or a note, has none.
 */
export class LinkWatch implements Disposable {
  readonly shown = signal<GivenLink | null>(null);
  #options: LinkWatchOptions;
  #memory: Memory;
  #address: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;
  #stop: () => void;

  constructor(options: LinkWatchOptions) {
    const { talk, chatId, find } = options;
    this.#options = options;
    this.#memory = memories.get(talk) ?? { known: new Map(), away: new Map() };
    memories.set(talk, this.#memory);
    this.#stop = effect(() => {
      const isEdit = talk.beside.value.get(chatId)?.what === 'edit';
      const text = talk.drafts.value.get(chatId) ?? '';
      if (!text) this.#memory.away.delete(chatId);
      this.#follow(isEdit ? undefined : find(text));
    });
  }

  /** This text goes without it. */
  putAway(): void {
    if (this.#address === undefined) return;
    const { away } = this.#memory;
    const { chatId } = this.#options;
    away.set(chatId, (away.get(chatId) ?? new Set()).add(this.#address));
    this.#show(null);
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#follow(undefined);
  }

  #follow(address: string | undefined): void {
    if (address === this.#address) return;
    this.#address = address;
    clearTimeout(this.#timer);
    this.#asking?.abort();
    const { known, away } = this.#memory;
    const isWanted = address !== undefined && !away.get(this.#options.chatId)?.has(address);
    this.#show((isWanted && known.get(address)) || null);
    if (isWanted && !known.has(address))
      this.#timer = setTimeout(() => void this.#ask(address), settledAfter);
  }

  async #ask(url: string): Promise<void> {
    const { http, chatId } = this.#options;
    const asking = (this.#asking = new AbortController());
    const answer = await http
      .post(`/chats/${chatId}/link-preview`, { url }, asking.signal)
      // Without a preview the text is whole.
      .catch(() => undefined);
    if (asking.signal.aborted || answer === undefined) return;
    const link = readLink(url, record(answer)['link']);
    const { known, away } = this.#memory;
    if (known.size >= mostKnown) known.clear();
    known.set(url, link);
    if (!away.get(chatId)?.has(url)) this.#show(link);
  }

  #show(link: GivenLink | null): void {
    const { talk, chatId } = this.#options;
    if (link) (talk.links ??= new Map()).set(chatId, link);
    else talk.links?.delete(chatId);
    this.shown.value = link;
  }
}

function readLink(url: string, told: unknown): GivenLink | null {
  const { title, description } = record(told);
  const words = {
    ...(typeof title === 'string' && title && { title }),
    ...(typeof description === 'string' && description && { description }),
  };
  return Object.keys(words).length ? { url, ...words } : null;
}
