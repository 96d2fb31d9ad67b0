import { signal, type Signal } from '@preact/signals';
import type { MediaUrls, TalkApi } from '../link/talk-api.ts';

export type { MediaUrls } from '../link/talk-api.ts';

/** Addresses are asked for anew this long, ms, before they end. */
const early = 30_000;
/** As many as one request may name. */
const most = 50;

/** Addresses of files by the file's id: those wanted at the same time are asked for together. */
export class MediaShelf {
  #api: TalkApi;
  #now: () => number;
  #urls = new Map<number, Signal<MediaUrls | 'failed' | undefined>>();
  #wanted = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: TalkApi, now: () => number) {
    this.#api = api;
    this.#now = now;
  }

  /** `undefined` until it is known. */
  of(id: number): Signal<MediaUrls | 'failed' | undefined> {
    let urls = this.#urls.get(id);
    if (!urls) this.#urls.set(id, (urls = signal(undefined)));
    return urls;
  }

  /** Has the address brought, where there is none that is good for a while. */
  want(id: number): void {
    const known = this.of(id).peek();
    if (typeof known === 'object' && known.expiresAt - early > this.#now()) return;
    this.renew(id);
  }

  /** Has it brought anew: the old one did not work. */
  renew(id: number): void {
    this.#wanted.add(id);
    this.#timer ??= setTimeout(() => void this.#ask(), 10);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wanted.clear();
    this.#urls.clear();
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    const ids = Array.from(this.#wanted).slice(0, most);
    ids.forEach((id) => this.#wanted.delete(id));
    if (this.#wanted.size) this.#timer = setTimeout(() => void this.#ask(), 10);
    let urls = new Map<number, MediaUrls>();
    try {
      urls = await this.#api.mediaUrls(ids);
    } catch {
      // Each of them is told that it failed; showing it again asks again.
    }
    for (const id of ids) this.of(id).value = urls.get(id) ?? 'failed';
  }
}
