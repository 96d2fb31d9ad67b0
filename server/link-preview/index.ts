import type { Clock } from '../clock.ts';
import { Problem } from '../contract/problem.ts';
import { webAddress } from '../contract/web-address.ts';
import type { Log } from '../log.ts';
import { ForbiddenAddress } from '../webhook/remote-request.ts';
import { fetchPage, type FetchOptions } from './fetch-page.ts';
import { Pace } from './pace.ts';
import type { PageWords } from './read-head.ts';

export type { PageWords } from './read-head.ts';

export interface LinkPreviewOptions extends Pick<FetchOptions, 'lookup' | 'trusted'> {
  clock: Clock;
  log: Log;
  isOn: boolean;
}

export interface LinkPreviews extends AsyncDisposable {
  /** The operator's word. */
  readonly isOn: boolean;
  /**
   * What the page says of itself; `undefined` where nothing is to be had. `address` as it stands in a text. Problems:
   * `not-supported` where the operator has switched it off, `too-many-requests`.
   */
  look(who: Asker, address: string): Promise<PageWords | undefined>;
}

/** On whose word a page is asked for. */
export interface Asker {
  organisationId: number;
  agentId: number;
}

/** What was found is good for so long, ms, and that there was nothing for so long. */
const keepMs = { found: 10 * 60_000, nothing: 60_000 };
const mostKept = 500;
/** Pages being read in this process. */
const mostAtOnce = 16;

interface Kept {
  until: number;
  words: Promise<PageWords | undefined>;
}

/** Reads what pages say of themselves, for previews of links in what Agents write. */
export function createLinkPreviews(options: LinkPreviewOptions): LinkPreviews {
  return new PreviewRoom(options);
}

class PreviewRoom implements LinkPreviews {
  readonly isOn: boolean;
  #options: LinkPreviewOptions;
  #pace: Pace;
  /** By Organisation and address: whoever else wrote to somebody else about a page is not to be learnt from its speed. */
  #kept = new Map<string, Kept>();
  #busy = new Set<Promise<unknown>>();
  #ending = new AbortController();

  constructor(options: LinkPreviewOptions) {
    this.isOn = options.isOn;
    this.#options = options;
    this.#pace = new Pace();
  }

  async look(who: Asker, address: string): Promise<PageWords | undefined> {
    if (!this.isOn) throw new Problem('not-supported');
    const url = webAddress(address);
    if (url === undefined || this.#ending.signal.aborted) return undefined;
    const now = this.#options.clock.now();
    // What stands behind the # is never sent.
    const key = `${who.organisationId} ${url.replace(/#.*$/s, '')}`;
    const known = this.#kept.get(key);
    if (known && known.until > now) return known.words;
    if (this.#busy.size >= mostAtOnce || !this.#pace.take(who, now)) throw new Problem('too-many-requests');
    const words = this.#read(who, url, key);
    this.#keep(key, { until: now + keepMs.found, words });
    this.#busy.add(words);
    void words.finally(() => this.#busy.delete(words));
    return words;
  }

  /** Never rejects. */
  async #read(who: Asker, url: string, key: string): Promise<PageWords | undefined> {
    const { clock, log, lookup, trusted = [] } = this.#options;
    let words: PageWords | undefined;
    try {
      words = await fetchPage(url, { clock, lookup, trusted, signal: this.#ending.signal });
    } catch (error) {
      // Who is asked for is what somebody wrote: it stands in no log.
      if (error instanceof ForbiddenAddress)
        log.warn({ ...who, what: error.message }, 'an address in a text is not to be spoken to');
    }
    const entry = this.#kept.get(key);
    if (!words && entry) entry.until = clock.now() + keepMs.nothing;
    return words;
  }

  #keep(key: string, entry: Kept): void {
    this.#kept.delete(key);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < mostKept) break;
      this.#kept.delete(oldest);
    }
    this.#kept.set(key, entry);
  }

  /** Ends what is being read. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await Promise.allSettled(this.#busy);
    this.#kept.clear();
  }
}
