import { createHash } from 'node:crypto';
import { cleanMessage, decodeBinaryNode, decryptMessageNode, encodeBinaryNode } from 'baileys';
import type { AuthenticationCreds, BinaryNode, SignalRepositoryWithLIDStore, WAMessage } from 'baileys';
import { firstLine } from '../../engine-child/trouble.ts';
import type { Rows } from './rows.ts';
import { silent } from './silent.ts';
import { nextTry, type Tried } from './tries.ts';
import type { Turns } from './turns.ts';

/** How many messages may be opened and not stored; what comes beyond goes without a net. */
export const slots = 512;
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

/**
 * What has been opened and is not stored yet. The library tells WhatsApp that we have a message as soon as it is opened,
 * and us afterwards: whoever is killed in between has lost it, for a Signal message opens once. So it is written here
 * before anybody hears of it, told again by the next life, and forgotten when its Message is stored.
 */
export class Journal {
  /** Whoever opens or seals something takes one. */
  readonly turns: Turns;
  #rows: Rows;
  #stored: () => Promise<unknown>;
  #log: (text: string) => void;
  /** Whose sealed part it is: the library hands us the very bytes of the stanza. */
  #stanzas = new WeakMap<Uint8Array, BinaryNode>();
  #entries = new Map<string, Entry>();
  #free = Array.from({ length: slots }, (_, slot) => slot);
  #forgetting: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** `stored` resolves when everything that was told before is stored. */
  constructor(rows: Rows, turns: Turns, stored: () => Promise<unknown>, log: (text: string) => void) {
    this.#rows = rows;
    this.turns = turns;
    this.#stored = stored;
    this.#log = log;
  }

  /** Reads what the last life has left. */
  async open(): Promise<void> {
    for (const [slot, value] of await this.#rows.readHeard(slots)) {
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
        this.#log(`a message that was opened cannot be read again: ${firstLine(error)}`);
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
    return this.turns.take(async () => {
      const text = await open();
      await this.#write(name, stanza, seal, text);
      return text;
    });
  }
  async #write(name: string, stanza: BinaryNode, seal: string, text: Uint8Array): Promise<void> {
    const known = this.#entries.get(name);
    const slot = known?.slot ?? this.#free.pop();
    if (slot === undefined) return;
    const messageId = stanza.attrs['id'] ?? '';
    const at = Date.now();
    const fresh = { slot, stanza, messageId, opened: new Map<string, Uint8Array>(), isTold: false };
    const entry = known ?? { ...fresh, at, tries: 1, triedAt: at, problem: '' };
    entry.opened.set(seal, text);
    this.#entries.set(name, entry);
    await this.#keep([entry]);
  }
  async #keep(entries: readonly Entry[]): Promise<void> {
    await this.#rows.writeHeard(entries.map((entry) => [entry.slot, written(entry)]));
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
    for (const entry of this.#entries.values()) if (entry.messageId === messageId) entry.isTold = true;
    this.#forgetting ??= setTimeout(() => void this.#forget(), gatherMs).unref();
  }
  async #forget(): Promise<void> {
    const told = [...this.#entries].filter(([, { isTold }]) => isTold);
    try {
      if (told.length && (await this.#isStored(told))) {
        await this.#rows.writeHeard(told.map(([, { slot }]) => [slot, null]));
        for (const [name, { slot }] of told) {
          this.#entries.delete(name);
          this.#free.push(slot);
        }
      }
    } catch (error) {
      this.#log(`what is stored could not be forgotten: ${firstLine(error)}`);
    }
    this.#forgetting = undefined;
    const isMore = [...this.#entries.values()].some(({ isTold }) => isTold);
    if (isMore && !this.#isClosed) this.#forgetting = setTimeout(() => void this.#forget(), gatherMs).unref();
  }
  /** What was perhaps let go is for the next life. */
  async #isStored(told: readonly (readonly [string, Entry])[]): Promise<boolean> {
    try {
      await this.#stored();
      return true;
    } catch (error) {
      this.#log(`it is not known what is stored: ${firstLine(error)}`);
      for (const [, entry] of told) entry.isTold = false;
      return false;
    }
  }
}

const nameOf = ({ attrs }: BinaryNode): string =>
  `${attrs['from'] ?? ''} ${attrs['participant'] ?? ''} ${attrs['id'] ?? ''}`;
const sealOf = (sealed: Uint8Array): string => createHash('sha256').update(sealed).digest('base64');
const written = ({ stanza, opened, at, tries }: Entry): string =>
  JSON.stringify({
    stanza: encodeBinaryNode(stanza).toString('base64'),
    opened: [...opened].map(([seal, bytes]) => [seal, Buffer.from(bytes).toString('base64')]),
    at,
    tries,
  } satisfies Kept);
