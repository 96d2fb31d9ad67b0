import { decodeMessageNode, MISSING_KEYS_ERROR_TEXT, proto } from 'baileys';
import type { AuthenticationCreds, BinaryNode, WAMessage, WASocket } from 'baileys';
import { firstLine } from '../../engine-child/trouble.ts';
import type { Rows } from './rows.ts';
import { nextTry, type Tried } from './tries.ts';

/** How many messages may be awaited; of more, the oldest is let go: its placeholder stays. */
export const mostAwaited = 256;
const longestName = 300;

/** What is known of a message, without what it holds. */
type Known = Pick<WAMessage, 'key' | 'messageTimestamp' | 'pushName'>;
interface Entry extends Tried {
  slot: number;
  message: Known;
}
/** A row. */
type Kept = Known & { at: number; tries: number };

export interface AwaitedOptions {
  rows: Pick<Rows, 'readSlots' | 'writeSlots'>;
  creds(): AuthenticationCreds | undefined;
  socket(): Pick<WASocket, 'requestPlaceholderResend'> | undefined;
  /** Something has come that cannot be read yet. */
  tell(placeholder: WAMessage): void;
  log(text: string): void;
}

/**
 * Messages that could not be opened. The library asks for them again once, and its memory of that ends with its process;
 * WhatsApp is told that we are done with them. So they are written before anybody hears of it, shown by the next life, too,
 * and asked of our own phone, which can read them, with growing pauses for two days.
 */
export class Awaited {
  #options: AwaitedOptions;
  #entries = new Map<string, Entry>();
  #free = Array.from({ length: mostAwaited }, (_, slot) => slot);
  #hasTold = false;

  constructor(options: AwaitedOptions) {
    this.#options = options;
  }

  /** Reads what the last life was waiting for. */
  async open(): Promise<void> {
    for (const [slot, value] of await this.#options.rows.readSlots('awaited', mostAwaited)) {
      const { at, tries, ...message } = JSON.parse(value) as Kept;
      this.#entries.set(nameOf(message.key), { slot, message, at, tries, triedAt: undefined });
      this.#free = this.#free.filter((one) => one !== slot);
    }
  }

  /** A stanza could not be opened. Settles when that is written. */
  async failed(stanza: BinaryNode, error: unknown): Promise<void> {
    const { me } = this.#options.creds() ?? {};
    // What was opened before is here already, and what the phone itself sends is nothing that anybody sees.
    if (!me || stanza.attrs['category'] === 'peer' || isSpent(error)) return;
    await this.note(decodeMessageNode(stanza, me.id, me.lid ?? '').fullMessage);
  }
  async note({ key, messageTimestamp, pushName }: WAMessage): Promise<void> {
    const name = nameOf(key);
    if (this.#entries.has(name)) return;
    const [oldest] = this.#entries.values();
    const slot = this.#free.pop() ?? oldest?.slot;
    if (slot === undefined) return;
    if (oldest?.slot === slot) this.#entries.delete(nameOf(oldest.message.key));
    const now = Date.now();
    const message = {
      key,
      messageTimestamp: Number(messageTimestamp ?? 0),
      ...(pushName ? { pushName: pushName.slice(0, longestName) } : {}),
    };
    const entry: Entry = { slot, message, at: now, tries: 1, triedAt: now };
    this.#entries.set(name, entry);
    await this.#options.rows.writeSlots('awaited', [[slot, written(entry)]]);
  }

  /** It has come, in whatever way. */
  async came(messages: readonly WAMessage['key'][]): Promise<void> {
    const changes: [number, null][] = [];
    for (const key of messages) {
      const entry = this.#entries.get(nameOf(key));
      if (!entry) continue;
      this.#entries.delete(nameOf(key));
      changes.push([entry.slot, null]);
    }
    if (!changes.length) return;
    await this.#options.rows.writeSlots('awaited', changes);
    for (const [slot] of changes) this.#free.push(slot);
  }

  /** Whoever listens from now on has heard of nothing. */
  anew(): void {
    this.#hasTold = false;
    for (const entry of this.#entries.values()) entry.triedAt = undefined;
  }

  /** Shows what is awaited, once, and asks the phone for what has had its pause. */
  async look(now: number): Promise<void> {
    const { socket, tell, log, rows } = this.#options;
    if (!this.#hasTold)
      for (const { message } of this.#entries.values()) tell({ ...message, ...placeholder });
    this.#hasTold = true;
    const waiting = [...this.#entries.values()];
    const over = waiting.filter((entry) => nextTry(entry, now) === 'give-up');
    await this.came(over.map(({ message }) => message.key));
    const due = waiting.filter((entry) => nextTry(entry, now) === 'again');
    for (const entry of due) {
      entry.tries += 1;
      entry.triedAt = now;
    }
    if (due.length)
      await rows.writeSlots(
        'awaited',
        due.map((entry) => [entry.slot, written(entry)]),
      );
    for (const { message } of due) {
      // The library puts what comes into what it is given.
      const asked = socket()?.requestPlaceholderResend(message.key, { ...message });
      asked?.catch((error: unknown) =>
        log(`the phone could not be asked for a message: ${firstLine(error)}`),
      );
    }
  }
}

const placeholder = { messageStubType: proto.WebMessageInfo.StubType.CIPHERTEXT };
const isSpent = (error: unknown): boolean =>
  error instanceof Error && error.message === MISSING_KEYS_ERROR_TEXT;
/** By another Address of its Chat it is the same. */
const nameOf = ({ id, fromMe }: WAMessage['key']): string => `${fromMe ? 1 : 0} ${id ?? ''}`;
const written = ({ message, at, tries }: Entry): string =>
  JSON.stringify({ ...message, at, tries } satisfies Kept);
