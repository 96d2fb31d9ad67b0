import { signal, type Signal } from '@preact/signals';
import type { Http } from '../link/http.ts';
import { PeopleApi } from '../link/people-api.ts';

/** As many as one request may name. */
const most = 50;
/** A few kilobytes each; the longest unused is forgotten. */
const mostKept = 400;
/** What could not be had is tried again when it is shown so much later, ms. */
const restMs = 60_000;

export type PictureSize = 'small' | 'large';

interface Kept {
  blob: Signal<Blob | undefined>;
  /** Under way, or tried lately. */
  askedAt: number;
}

/**
 * Profile pictures as bytes, by their number: another picture has another number, so each is fetched once. Those wanted
 * at the same time are asked for together. One that cannot be had is no trouble: there are letters.
 */
export class Pictures {
  #api: Pick<PeopleApi, 'pictureUrls'>;
  #fetch: (url: string) => Promise<Response>;
  #now: () => number;
  #kept = new Map<string, Kept>();
  #wanted = new Map<string, { id: number; size: PictureSize }>();
  #isComing = false;

  constructor(
    api: Pick<PeopleApi, 'pictureUrls'>,
    fetch: (url: string) => Promise<Response>,
    now: () => number = Date.now,
  ) {
    this.#api = api;
    this.#fetch = fetch;
    this.#now = now;
  }

  /** `undefined` until it is here. Asks for it. */
  of(id: number, size: PictureSize): Signal<Blob | undefined> {
    const key = `${size} ${id}`;
    const kept = this.#kept.get(key) ?? { blob: signal<Blob | undefined>(undefined), askedAt: -Infinity };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) break;
      this.#kept.delete(oldest);
    }
    if (!kept.blob.peek() && kept.askedAt + restMs < this.#now()) {
      kept.askedAt = this.#now();
      this.#wanted.set(key, { id, size });
      this.#soon();
    }
    return kept.blob;
  }

  #soon(): void {
    if (this.#isComing) return;
    this.#isComing = true;
    setTimeout(() => void this.#ask(), 20);
  }

  async #ask(): Promise<void> {
    this.#isComing = false;
    const wanted = Array.from(this.#wanted).slice(0, most);
    for (const [key] of wanted) this.#wanted.delete(key);
    if (this.#wanted.size) this.#soon();
    try {
      const urls = await this.#api.pictureUrls(Array.from(new Set(wanted.map(([, { id }]) => id))));
      await Promise.all(wanted.map(([key, { id, size }]) => this.#bring(key, urls.get(id)?.[size])));
    } catch {
      // Shown again later they are asked for again.
    }
  }

  async #bring(key: string, url: string | undefined): Promise<void> {
    const answer = url === undefined ? undefined : await this.#fetch(url);
    const kept = this.#kept.get(key);
    if (answer?.ok && kept) kept.blob.value = await answer.blob();
  }
}

const shelves = new WeakMap<Http, Pictures>();

/** Those of a server, as one who is signed in there may see them. */
export function picturesOf(http: Http): Pictures {
  let shelf = shelves.get(http);
  // Neither cookies nor a referrer: the address is the permission.
  const bring = (url: string): Promise<Response> =>
    fetch(url, { credentials: 'omit', referrerPolicy: 'no-referrer' });
  if (!shelf) shelves.set(http, (shelf = new Pictures(new PeopleApi(http), bring)));
  return shelf;
}
