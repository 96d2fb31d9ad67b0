import { createHash } from 'node:crypto';
import {
  cleanMessage,
  decodeBinaryNode,
  decryptMessageNode,
  encodeBinaryNode,
  MISSING_KEYS_ERROR_TEXT,
} from 'baileys';
import type { AuthenticationCreds, BinaryNode, SignalRepositoryWithLIDStore, WAMessage } from 'baileys';
import { firstLine } from '../../engine-child/trouble.ts';
import type { Rows, SlotChanges } from './rows.ts';
import { silent } from './silent.ts';
import { nextTry, type Tried } from './tries.ts';
import type { Turns } from './turns.ts';

/** How many messages may be opened and not stored. */
export const slots = 512;
/** The next one waits so long for a free slot, ms, and goes without a net then. */
const slotMs = 10_000;
/** What was opened, told and stored comes a second time now and then: so many are remembered. */
const mostDone = 2_000;
/** Characters of a row: a stanza that is larger goes without a net. */
const largestRow = 4_000_000;
/** Confirmations are gathered for so long, ms. */
const gatherMs = 200;

/** A stanza with what its sealed parts hold, by what they were sealed as. */
interface Entry extends Tried {
  slot: number;
  stanza: BinaryNode;
  messageId: string;
  opened: Map<string, Uint8Array>;
  isTold: boolean;
  /** Why it has not come out, as it was said the last time. */
  problem: string;
}
/** A row: bytes in base64. */
interface Kept {
  stanza: string;
  opened: [string, string][];
  at?: number;
  tries?: number;
}

/** Handed on so often that nothing will come of it. */
export interface GivenUp {
  messageId: string;
  tries: number;
  problem: string;
}

export interface JournalOptions {
  rows: Pick<Rows, 'readSlots' | 'writeSlots' | 'together'>;
  turns: Turns;
  /** Resolves when everything that was told before is stored. */
  stored(): Promise<unknown>;
  /** What the library holds back has to be told now. */
  crowded(): void;
  /** It could not be opened; nobody hears of that before this settles. */
  failed(stanza: BinaryNode, error: unknown): Promise<void>;
  log(text: string): void;
}

/**
 * What has been opened and is not stored yet. The library tells WhatsApp that we have a message as soon as it is opened,
 * and us afterwards: whoever is killed in between has lost it, for a Signal message opens once. So it is written here
 * before anybody hears of it, told again by the next life, and forgotten when its Message is stored.
 */
export class Journal {
  /** Whoever opens or seals something takes one. */
  readonly turns: Turns;
  #options: JournalOptions;
  #rows: JournalOptions['rows'];
  /** Whose sealed part it is: the library hands us the very bytes of the stanza. */
  #stanzas = new WeakMap<Uint8Array, BinaryNode>();
  #entries = new Map<string, Entry>();
  #free = Array.from({ length: slots }, (_, slot) => slot);
  #forgetting: NodeJS.Timeout | undefined;
  #isClosed = false;
  #done = new Set<string>();
  #wanted: ((slot: number | undefined) => void) | undefined;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#rows = options.rows;
    this.turns = options.turns;
  }

  /** Reads what the last life has left. */
  async open(): Promise<void> {
    for (const [slot, value] of await this.#rows.readSlots('heard', slots)) {
      try {
        const { stanza, opened, at = 0, tries = 1 } = JSON.parse(value) as Kept;
        const decoded = await decodeBinaryNode(Buffer.from(stanza, 'base64'));
        this.#entries.set(nameOf(decoded), {
          slot,
          stanza: decoded,
          messageId: decoded.attrs['id'] ?? '',
          at,
          opened: new Map(opened.map(([seal, text]) => [seal, Buffer.from(text, 'base64')])),
          isTold: false,
          tries,
          triedAt: undefined,
          problem: '',
        });
        this.#free = this.#free.filter((one) => one !== slot);
      } catch (error) {
        this.#options.log(`a message that was opened cannot be read again: ${firstLine(error)}`);
      }
    }
  }
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#forgetting);
  }

  /** A stanza has come in, and is about to be opened. */
  hear(stanza: BinaryNode): void {
    for (const part of Array.isArray(stanza.content) ? stanza.content : [])
      if (part.tag === 'enc' && part.content instanceof Uint8Array) this.#stanzas.set(part.content, stanza);
  }

  /** The library's own, which writes down what it opens; and opens twice what it has written down. */
  wrap(repository: SignalRepositoryWithLIDStore): SignalRepositoryWithLIDStore {
    const { decryptMessage, decryptGroupMessage } = repository;
    return Object.assign(repository, {
      decryptMessage: (of: Parameters<typeof decryptMessage>[0]) =>
        this.#once(of.ciphertext, () => decryptMessage.call(repository, of)),
      decryptGroupMessage: (of: Parameters<typeof decryptGroupMessage>[0]) =>
        this.#once(of.msg, () => decryptGroupMessage.call(repository, of)),
    });
  }
  async #once(sealed: Uint8Array, open: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const stanza = this.#stanzas.get(sealed);
    if (!stanza) return open();
    const name = nameOf(stanza);
    const seal = sealOf(sealed);
    const had = this.#entries.get(name)?.opened.get(seal);
    if (had) return had;
    // The library's own word for it: it says that it is done with it, and asks nobody for it again.
    if (this.#done.has(seal)) throw new Error(MISSING_KEYS_ERROR_TEXT);
    const opened = this.turns.take(async () => {
      const slot = this.#entries.get(name)?.slot ?? (await this.#freeSlot());
      // One write: a session that has taken its step opens no such message again, so what it was is kept with it.
      return this.#rows.together(async (add) => {
        const text = await open();
        if (slot !== undefined) add(this.#note(name, slot, stanza, seal, text));
        return text;
      });
    });
    return opened.catch(async (error: unknown) => {
      await this.#options.failed(stanza, error);
      throw error;
    });
  }
  /** One at a time asks for it: whoever opens something. */
  #freeSlot(): Promise<number | undefined> {
    const slot = this.#free.pop();
    if (slot !== undefined) return Promise.resolve(slot);
    this.#options.crowded();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wanted?.(undefined), slotMs).unref();
      this.#wanted = (freed) => {
        clearTimeout(timer);
        this.#wanted = undefined;
        resolve(freed);
      };
    });
  }
  #release(slot: number): void {
    if (this.#wanted) this.#wanted(slot);
    else this.#free.push(slot);
  }
  #note(name: string, slot: number, stanza: BinaryNode, seal: string, text: Uint8Array): SlotChanges {
    const messageId = stanza.attrs['id'] ?? '';
    const at = Date.now();
    const fresh = { slot, stanza, messageId, opened: new Map<string, Uint8Array>(), isTold: false };
    const entry = this.#entries.get(name) ?? { ...fresh, at, tries: 1, triedAt: at, problem: '' };
    entry.opened.set(seal, text);
    const changes = changesOf([entry]);
    if (changes.every(([, value]) => (value?.length ?? 0) <= largestRow)) {
      this.#entries.set(name, entry);
      return changes;
    }
    if (!this.#entries.has(name)) this.#release(slot);
    return [];
  }
  async #keep(entries: readonly Entry[]): Promise<void> {
    await this.#rows.writeSlots('heard', changesOf(entries));
  }

  /**
   * What has not been told and is to be handed on once more, as the library would tell it, in the order it came: in a new
   * life all that the last one has left, and later what has had its pause. What was tried often enough is given up.
   */
  async left(
    creds: AuthenticationCreds,
    repository: SignalRepositoryWithLIDStore,
    now: number,
  ): Promise<{ messages: WAMessage[]; givenUp: GivenUp[] }> {
    const messages: WAMessage[] = [];
    const givenUp: GivenUp[] = [];
    const { me } = creds;
    if (!me) return { messages, givenUp };
    const due: Entry[] = [];
    for (const entry of this.#entries.values()) {
      const next = entry.isTold ? 'wait' : nextTry(entry, now);
      if (next === 'again') due.push(entry);
      if (next === 'give-up') givenUp.push(entry);
    }
    for (const entry of due) {
      entry.tries += 1;
      entry.triedAt = now;
    }
    if (due.length) await this.#keep(due);
    for (const { stanza } of due.toSorted((a, b) => a.at - b.at || b.slot - a.slot)) {
      this.hear(stanza);
      const { fullMessage, decrypt } = decryptMessageNode(stanza, me.id, me.lid ?? '', repository, silent);
      await decrypt();
      cleanMessage(fullMessage, me.id, me.lid ?? '');
      if (fullMessage.message) messages.push(fullMessage);
    }
    return { messages, givenUp };
  }
  /** Whoever is told from now on has heard of nothing yet: everything is due. */
  anew(): void {
    for (const entry of this.#entries.values()) entry.triedAt = undefined;
  }
  /** It was handed on once more, and nothing came of it. */
  failed(messageId: string, problem: string): void {
    for (const entry of this.#entries.values()) if (entry.messageId === messageId) entry.problem = problem;
  }

  /** It has been told; when all that was told is stored, it is forgotten. */
  told(messageId: string): void {
    // Of a life that has ended nothing is told any more, whatever the library still says: it is for the next one.
    if (this.#isClosed) return;
    for (const entry of this.#entries.values()) if (entry.messageId === messageId) entry.isTold = true;
    this.#forgetting ??= setTimeout(() => void this.#forget(), gatherMs).unref();
  }
  async #forget(): Promise<void> {
    const told = [...this.#entries].filter(([, { isTold }]) => isTold);
    try {
      if (told.length && (await this.#isStored(told))) {
        await this.#rows.writeSlots(
          'heard',
          told.map(([, { slot }]) => [slot, null]),
        );
        for (const [name, { slot, opened }] of told) {
          this.#entries.delete(name);
          for (const seal of opened.keys()) this.#done.add(seal);
          for (const seal of [...this.#done].slice(0, -mostDone)) this.#done.delete(seal);
          this.#release(slot);
        }
      }
    } catch (error) {
      this.#options.log(`what is stored could not be forgotten: ${firstLine(error)}`);
    }
    this.#forgetting = undefined;
    const isMore = [...this.#entries.values()].some(({ isTold }) => isTold);
    if (isMore && !this.#isClosed) this.#forgetting = setTimeout(() => void this.#forget(), gatherMs).unref();
  }
  /** What was perhaps let go is for the next life. */
  async #isStored(told: readonly (readonly [string, Entry])[]): Promise<boolean> {
    try {
      await this.#options.stored();
      return true;
    } catch (error) {
      this.#options.log(`it is not known what is stored: ${firstLine(error)}`);
      for (const [, entry] of told) entry.isTold = false;
      return false;
    }
  }
}

const nameOf = ({ attrs }: BinaryNode): string =>
  `${attrs['from'] ?? ''} ${attrs['participant'] ?? ''} ${attrs['id'] ?? ''}`;
const sealOf = (sealed: Uint8Array): string => createHash('sha256').update(sealed).digest('base64');
const changesOf = (entries: readonly Entry[]): SlotChanges =>
  entries.map((entry) => [entry.slot, written(entry)]);
const written = ({ stanza, opened, at, tries }: Entry): string =>
  JSON.stringify({
    stanza: encodeBinaryNode(stanza).toString('base64'),
    opened: [...opened].map(([seal, bytes]) => [seal, Buffer.from(bytes).toString('base64')]),
    at,
    tries,
  } satisfies Kept);
