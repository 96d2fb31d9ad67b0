import { batch, computed, signal } from '@preact/signals';
import type { Message } from '../../../server/contract/wire.ts';
import type { Api } from '../link/api.ts';
import { Rows } from './rows.ts';

/** How far back, in pages, a jump looks. */
const pagesToJump = 10;

/** The Messages of one Chat, from the newest back as far as they have been scrolled. Pending sends are not here. */
export class Timeline {
  readonly state = signal<'loading' | 'ready' | 'failed'>('loading');
  readonly isLoadingOlder = signal(false);
  /** Whether the server's own store has been read to its first Message. */
  readonly isAtStart = signal(false);
  /** Older ones are being asked of the phone. */
  readonly backfill = signal<'idle' | 'asked' | 'done' | 'failed'>('idle');
  readonly chatId: number;
  readonly rows = new Rows<Message>();
  #api: Api;
  #next: string | null = null;
  /** The page further back that is being read. */
  #turning: Promise<void> | undefined;
  /** Rows before this moment wait for their page, or there would be a hole above them. */
  #from = -Infinity;

  constructor(api: Api, chatId: number) {
    this.#api = api;
    this.chatId = chatId;
  }

  readonly list = computed(() => this.rows.values().toSorted((a, b) => a.at - b.at || a.id - b.id));

  /** Reads the newest page; again after a reset or a failure. */
  async load(): Promise<void> {
    this.state.value = 'loading';
    try {
      const page = await this.#api.messages(this.chatId, { limit: 50 });
      batch(() => {
        this.rows.put(page.list);
        this.#turned(page);
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
    try {
      const page = await this.#api.messages(this.chatId, { limit: 50, before: this.#next });
      batch(() => {
        this.rows.put(page.list);
        this.#turned(page);
      });
    } catch {
      // Scrolling up again asks again.
    }
    this.isLoadingOlder.value = false;
  }

  /** By WhatsApp's bare id. */
  find(messageId: string): Message | undefined {
    return this.list.value.find((row) => row.messageId === messageId);
  }

  /**
   * Makes sure that a Message is among the rows, for a jump to it: the page around it, or else page after page back.
   * `false`: it could not be had.
   */
  async reach(messageId: number): Promise<boolean> {
    if (this.rows.get(messageId)) return true;
    for (let pages = 0; pages < pagesToJump && !this.isAtStart.peek(); pages++) {
      const before = this.#next;
      await this.older();
      if (this.rows.get(messageId)) return true;
      if (this.#next === before) break;
    }
    return false;
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
      rows.filter((row) => row.at >= this.#from || row.mergedInto !== null || this.rows.get(row.id)),
    );
  }

  #turned(page: { list: Message[]; next: string | null }): void {
    this.#next = page.next;
    this.isAtStart.value = page.next === null;
    this.#from = page.next === null ? -Infinity : Math.min(...page.list.map((row) => row.at));
  }
}
