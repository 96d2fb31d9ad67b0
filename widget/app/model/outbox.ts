import { signal } from '@preact/signals';
import type { ProblemCode } from '../../../server/contract/problem.ts';
import type { Message } from '../../../server/contract/wire.ts';
import type { Api } from '../link/api.ts';
import { ServerProblem } from '../link/http.ts';

/** A text on its way to the server: shown at once, gone when the row with its client id is here. */
export interface Outgoing {
  clientId: string;
  chatId: number;
  body: string;
  at: number;
  /** `waiting`: the server cannot be reached; it goes by itself when it can. */
  state: 'sending' | 'waiting' | 'failed';
  code: ProblemCode | null;
}

export interface OutboxOptions {
  api: Api;
  /** Takes the row the server answered with. */
  accept(row: Message): void;
  now(): number;
  newId(): string;
  /** ms until an unreachable server is tried again. */
  retryMs?: number;
}

/**
 * Sends one text at a time per Chat, in the order they were written. The client id is made once, so trying again can
 * never send twice.
 */
export class Outbox {
  readonly pending = signal<readonly Outgoing[]>([]);
  #options: OutboxOptions;
  #busy = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  send(chatId: number, body: string): void {
    const { now, newId } = this.#options;
    const outgoing: Outgoing = { clientId: newId(), chatId, body, at: now(), state: 'sending', code: null };
    this.pending.value = [...this.pending.peek(), outgoing];
    void this.#work(chatId);
  }

  /** Tries a failed one again. */
  retry(clientId: string): void {
    const outgoing = this.#change(clientId, { state: 'sending', code: null });
    if (outgoing) void this.#work(outgoing.chatId);
  }

  discard(clientId: string): void {
    this.pending.value = this.pending.peek().filter((one) => one.clientId !== clientId);
  }

  /** Rows have come in: those that are ours need no pending bubble any more. */
  settle(rows: readonly Message[]): void {
    const seen = new Set(rows.map((row) => row.clientId));
    const left = this.pending.peek().filter((one) => !seen.has(one.clientId));
    if (left.length < this.pending.peek().length) this.pending.value = left;
  }

  /** The chat was joined into another one. */
  move(from: number, to: number): void {
    if (!this.pending.peek().some((one) => one.chatId === from)) return;
    this.pending.value = this.pending
      .peek()
      .map((one) => (one.chatId === from ? { ...one, chatId: to } : one));
  }

  /** The connection is back. */
  resume(): void {
    clearTimeout(this.#timer);
    for (const chatId of new Set(this.pending.peek().map((one) => one.chatId))) void this.#work(chatId);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.pending.value = [];
  }

  async #work(chatId: number): Promise<void> {
    if (this.#busy.has(chatId)) return;
    this.#busy.add(chatId);
    try {
      for (let next = this.#next(chatId); next; next = this.#next(chatId)) {
        try {
          const row = await this.#options.api.send(chatId, next.clientId, next.body);
          this.#options.accept(row);
          this.discard(next.clientId);
        } catch (error) {
          if (
            error instanceof ServerProblem &&
            error.code !== 'unavailable' &&
            error.code !== 'too-many-requests'
          ) {
            this.#change(next.clientId, { state: 'failed', code: error.code });
          } else {
            this.#change(next.clientId, { state: 'waiting' });
            clearTimeout(this.#timer);
            this.#timer = setTimeout(() => this.resume(), this.#options.retryMs ?? 3_000);
            return;
          }
        }
      }
    } finally {
      this.#busy.delete(chatId);
    }
  }

  #next(chatId: number): Outgoing | undefined {
    return this.pending.peek().find((one) => one.chatId === chatId && one.state !== 'failed');
  }

  #change(clientId: string, change: Partial<Outgoing>): Outgoing | undefined {
    this.pending.value = this.pending
      .peek()
      .map((one) => (one.clientId === clientId ? { ...one, ...change } : one));
    return this.pending.peek().find((one) => one.clientId === clientId);
  }
}
