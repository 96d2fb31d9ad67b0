import { batch, computed, signal } from '@preact/signals';
import type { Message } from '../../../server/contract/wire.ts';
import type { Api } from '../link/api.ts';
import { SearchApi } from '../link/search-api.ts';
import type { MiddlePage } from '../link/search-routes.ts';
import { Rows } from './rows.ts';

/**
 * The Messages of one Chat without a hole: from the newest back as far as they have been scrolled, or, after a jump far back,
 * a stretch out of the middle. Pending sends are not here.
 */
export class Timeline {
  readonly state = signal<'loading' | 'ready' | 'failed'>('loading');
  readonly isLoadingOlder = signal(false);
  /** How often in a row a page further back, or further on, could not be had. */
  readonly misses = signal(0);
  /** Whether the server's own store has been read to its first Message. */
  readonly isAtStart = signal(false);
  /** Whether it goes up to the newest Message: not after a jump far back. */
  readonly isAtNewest = signal(true);
  /** Older ones are being asked of the phone. */
  readonly backfill = signal<'idle' | 'asked' | 'done' | 'failed'>('idle');
  readonly chatId: number;
  readonly rows = new Rows<Message>();
  #api: Api;
  #next: string | null = null;
  /** The page further back that is being read. */
  #turning: Promise<void> | undefined;
  #middle: SearchApi;
  #newer: string | null = null;
  /** Rows outside of these moments wait for their page, or there would be a hole before them. */
  #stretch = signal({ from: -Infinity, until: Infinity });
  #isLoadingNewer = false;

  constructor(api: Api, chatId: number) {
    this.#api = api;
    this.#middle = new SearchApi(api.http);
    this.chatId = chatId;
  }

  readonly list = computed(() => {
    const { from, until } = this.#stretch.value;
    return this.rows
      .values()
      .filter((row) => row.at >= from && row.at <= until)
      .toSorted((a, b) => a.at - b.at || a.id - b.id);
  });

  /** Reads the newest page; again after a reset or a failure, and to come back from a jump. */
  async load(): Promise<void> {
    this.state.value = 'loading';
    try {
      const page = await this.#api.messages(this.chatId, { limit: 50 });
      batch(() => {
        this.rows.put(page.list);
        this.#turned(page);
        this.#ends(null, page.list);
        this.state.value = 'ready';
      });
    } catch {
      this.state.value = 'failed';
    }
  }

  /** Reads one page further back; asked again meanwhile, it is the same page. */
  older(): Promise<void> {
    if (this.isAtStart.peek() || this.state.peek() !== 'ready') return Promise.resolve();
    return (this.#turning ??= this.#turnBack().finally(() => (this.#turning = undefined)));
  }

  async #turnBack(): Promise<void> {
    this.isLoadingOlder.value = true;
    const before = this.#next;
    try {
      const page = await this.#api.messages(this.chatId, { limit: 50, before });
      // A jump has led elsewhere meanwhile.
      if (this.#next === before)
        batch(() => {
          this.rows.put(page.list);
          this.#turned(page);
        });
      this.misses.value = 0;
    } catch {
      // Whoever shows the list asks again.
      this.misses.value++;
    }
    this.isLoadingOlder.value = false;
  }

  /** By WhatsApp's bare id. */
  find(messageId: string): Message | undefined {
    return this.list.value.find((row) => row.messageId === messageId);
  }

  /** Reads one page further on, after a jump far back. */
  async newer(): Promise<void> {
    const after = this.#newer;
    if (after === null || this.#isLoadingNewer) return;
    this.#isLoadingNewer = true;
    try {
      const page = await this.#middle.after(this.chatId, after);
      // Gone back to the newest meanwhile.
      if (this.#newer === after) this.#show(page);
      this.misses.value = 0;
    } catch {
      this.misses.value++;
    }
    this.#isLoadingNewer = false;
  }

  /** Makes sure that a Message is among the rows, for a jump to it: by the page around it. `false`: it is not there. */
  async reach(messageId: number): Promise<boolean> {
    const isShown = (): boolean => this.list.peek().some((row) => row.id === messageId);
    if (isShown()) return true;
    let page: MiddlePage;
    try {
      page = await this.#middle.around(this.chatId, messageId);
    } catch {
      return false;
    }
    this.#jump(page);
    return isShown();
  }

  /** The first Message from a moment on, ms, or the newest; its page is read if need be. `undefined`: there is none. */
  async reachMoment(moment: number): Promise<number | undefined> {
    const first = (list: readonly Message[]): Message | undefined => list.find((row) => row.at >= moment);
    const known = this.list.peek();
    const isCovered = this.isAtStart.peek() || (known[0]?.at ?? Infinity) < moment;
    const here = isCovered ? first(known) : undefined;
    if (here) return here.id;
    try {
      const page = await this.#middle.from(this.chatId, moment);
      this.#jump(page);
      return (first(page.list) ?? page.list.at(-1))?.id;
    } catch {
      return undefined;
    }
  }

  /** The page is shown: with what is there if it reaches on to it, else in its place. */
  #jump(page: MiddlePage): void {
    const last = page.list.at(-1);
    const reachesOn = last && this.list.peek().some((row) => row.id === last.id);
    batch(() => {
      this.#turned(page);
      if (reachesOn) this.rows.put(page.list);
      else this.#show(page);
    });
  }

  /** The page becomes the end of what is shown. */
  #show(page: MiddlePage): void {
    batch(() => {
      this.rows.put(page.list);
      this.#ends(page.newer, page.list);
    });
  }

  #ends(newer: string | null, list: readonly Message[]): void {
    this.#newer = newer;
    this.isAtNewest.value = newer === null;
    const until = newer === null ? Infinity : Math.max(...list.map((row) => row.at));
    this.#stretch.value = { ...this.#stretch.peek(), until };
  }

  /** Asks the phone for what the server does not have. The rows come as changes, like everything. */
  async fromPhone(): Promise<void> {
    if (this.backfill.peek() === 'asked') return;
    this.backfill.value = 'asked';
    try {
      await this.#api.backfill(this.chatId);
      this.backfill.value = 'done';
    } catch {
      this.backfill.value = 'failed';
    }
  }

  put(rows: readonly Message[]): Message[] {
    return this.rows.put(
      rows.filter(
        (row) => row.at >= this.#stretch.peek().from || row.mergedInto !== null || this.rows.get(row.id),
      ),
    );
  }

  #turned(page: { list: Message[]; next: string | null }): void {
    this.#next = page.next;
    this.isAtStart.value = page.next === null;
    const from = page.next === null ? -Infinity : Math.min(...page.list.map((row) => row.at));
    this.#stretch.value = { ...this.#stretch.peek(), from };
  }
}
