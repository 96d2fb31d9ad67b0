import { batch, computed, signal } from '@preact/signals';
import type { SearchApi } from '../link/search-api.ts';

/** A Message to be gone to. */
export interface Goal {
  chatId: number;
  messageId: number;
  /** It is looked at from elsewhere (a search field), where the focus stays. */
  keepsFocus?: boolean;
}

/** What answers to a search inside one Chat: the newest first, one of them being looked at. */
export class ChatSearch {
  /** The Chat that is searched; null: the field is closed. */
  readonly chatId = signal<number | null>(null);
  readonly text = signal('');
  readonly hits = signal<readonly number[]>([]);
  /** Place of the hit looked at; -1: none. */
  readonly at = signal(-1);
  readonly state = signal<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  /** Whether older hits are still to be read. */
  readonly hasMore = signal(false);
  /** How many there are, where the server has counted; 1000 means so many or more. */
  readonly total = signal<number | null>(null);
  readonly #api: SearchApi;
  readonly #go: (goal: Goal) => void;
  #next: string | null = null;
  #asking: AbortController | undefined;

  constructor(api: SearchApi, go: (goal: Goal) => void) {
    this.#api = api;
    this.#go = go;
  }

  /** The Message looked at. */
  readonly hit = computed(() => this.hits.value[this.at.value] ?? null);

  open(chatId: number): void {
    if (this.chatId.peek() === chatId) return;
    this.close();
    this.chatId.value = chatId;
  }

  close(): void {
    batch(() => {
      this.chatId.value = null;
      this.text.value = '';
      this.#empty();
    });
  }

  /** What is typed; {@link ask} asks for it. */
  type(text: string): void {
    batch(() => {
      this.text.value = text;
      if (text.trim()) this.state.value = 'loading';
      else this.#empty();
    });
  }

  /** Asks anew and goes to the newest hit; what an earlier question still brings is not taken. */
  async ask(): Promise<void> {
    this.#asking?.abort();
    if (!this.text.peek().trim()) return;
    await this.#read(null);
  }

  /**
   * To the hit before (older) or after (newer); from the oldest read on to what is not read yet, from the newest to what
   * was written since it was asked.
   */
  async step(towards: 'older' | 'newer'): Promise<void> {
    if (towards === 'newer' && this.at.peek() <= 0) return this.#readNewer();
    const at = this.at.peek() + (towards === 'older' ? 1 : -1);
    if (at >= this.hits.peek().length && this.#next !== null && this.state.peek() === 'ready')
      await this.#read(this.#next);
    this.#look(Math.max(0, Math.min(this.hits.peek().length - 1, at)));
  }

  async #readNewer(): Promise<void> {
    const newest = this.hits.peek()[0];
    if (newest === undefined || this.state.peek() !== 'ready') return;
    await this.#read(null);
    // The one that came right after the one looked at; without any, that one again.
    this.#look(Math.max(0, this.hits.peek().indexOf(newest) - 1));
  }

  #look(at: number): void {
    const messageId = this.hits.peek()[at];
    const chatId = this.chatId.peek();
    if (messageId === undefined || chatId === null) return;
    batch(() => {
      this.at.value = at;
      this.#go({ chatId, messageId, keepsFocus: true });
    });
  }

  #empty(): void {
    this.#asking?.abort();
    this.#next = null;
    this.hits.value = [];
    this.total.value = null;
    this.at.value = -1;
    this.hasMore.value = false;
    this.state.value = 'idle';
  }

  async #read(before: string | null): Promise<void> {
    const chatId = this.chatId.peek();
    if (chatId === null) return;
    const asking = (this.#asking = new AbortController());
    this.state.value = 'loading';
    try {
      const found = await this.#api.inChat(chatId, this.text.peek().trim(), before, asking.signal);
      if (asking.signal.aborted) return;
      const ids = found.messages.map(({ message }) => message.id);
      batch(() => {
        this.hits.value = before === null ? ids : [...this.hits.peek(), ...ids];
        this.#next = found.next;
        this.hasMore.value = found.next !== null;
        if (before === null) this.total.value = found.total;
        this.state.value = 'ready';
        if (before === null) this.at.value = -1;
      });
      if (before === null) this.#look(0);
    } catch {
      if (!asking.signal.aborted) this.state.value = 'failed';
    }
  }
}
