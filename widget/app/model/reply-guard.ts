import { signal } from '@preact/signals';
import type { Chat, Message } from '../../../server/contract/wire.ts';

/** What was answered by somebody else while an answer was being written. */
export interface Clash {
  chatId: number;
  /** The newest such Message. */
  message: Message;
}

/** Looks, before an answer goes, whether somebody else has answered since it was begun. */
export class ReplyGuard {
  /** What the Agent is being asked about. */
  readonly clash = signal<Clash | null>(null);
  /** Newest Message when the answer was begun, by Chat: its time and id. */
  #begun = new Map<number, { at: number; id: number }>();

  /**
   * An answer is begun: `newest` is the last Message seen before it; while the Chat is still being read, what its row in
   * the list said. Begun once, until it is sent or emptied.
   */
  begin(chatId: number, newest: Message | undefined, chat?: Chat): void {
    if (this.#begun.has(chatId)) return;
    const { at = chat?.last?.at ?? 0, id = Infinity } = newest ?? {};
    this.#begun.set(chatId, { at, id });
  }

  end(chatId: number): void {
    this.#begun.delete(chatId);
    if (this.clash.peek()?.chatId === chatId) this.clash.value = null;
  }

  /**
   * Whether the answer may go. Not, the first time, when somebody else has answered since it was begun: {@link clash}
   * then says what; asked again, it may.
   */
  mayGo(chatId: number, rows: readonly Message[], me: number | undefined): boolean {
    const begun = this.#begun.get(chatId);
    if (!begun) return true;
    const message = rows.findLast(
      (row) =>
        row.fromMe &&
        row.type !== 'system' &&
        row.agent?.id !== me &&
        row.delivery !== 'failed' &&
        (row.at > begun.at || (row.at === begun.at && row.id > begun.id)),
    );
    if (!message || this.clash.peek()?.message.id === message.id) return true;
    this.clash.value = { chatId, message };
    return false;
  }

  clear(): void {
    this.#begun.clear();
    this.clash.value = null;
  }
}
