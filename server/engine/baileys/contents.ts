import { setImmediate as soon } from 'node:timers';
import type { proto } from 'baileys';
import { firstLine } from '../../engine-child/trouble.ts';
import { isKept } from './kept.ts';
import type { Ask, Rows } from './rows.ts';

/** Contents that are needed again: files, polls, and our own words. */
export class Contents {
  #rows: Pick<Rows, 'readMessage' | 'writeMessages'>;
  #ask: Ask;
  #log: (text: string) => void;
  /** On their way into the rows. */
  #coming = new Map<string, proto.IWebMessageInfo>();

  constructor(rows: Pick<Rows, 'readMessage' | 'writeMessages'>, ask: Ask, log: (text: string) => void) {
    this.#rows = rows;
    this.#ask = ask;
    this.#log = log;
  }

  /** Out of the sealed rows, or made anew of the text we have. */
  async messageOf(id: string): Promise<proto.IMessage | undefined> {
    const kept = await this.infoOf(id);
    if (kept?.message) return kept.message;
    const found = id ? await this.#ask('find', { messageId: id }).catch(() => null) : null;
    return found && found.type === 'text' ? { conversation: found.body } : undefined;
  }
  async infoOf(id: string): Promise<proto.IWebMessageInfo | undefined> {
    return this.#coming.get(id) ?? (await this.#rows.readMessage(id).catch(() => undefined));
  }

  keep(info: proto.IWebMessageInfo): void {
    if (!isKept(info)) return;
    if (this.#coming.size === 0) soon(() => void this.#write());
    this.#coming.set(info.key?.id ?? '', info);
  }
  async #write(): Promise<void> {
    const coming = [...this.#coming];
    try {
      await this.#rows.writeMessages(coming.map(([, info]) => info));
    } catch (error) {
      this.#log(`contents could not be kept: ${firstLine(error)}`);
    }
    for (const [id, info] of coming) if (this.#coming.get(id) === info) this.#coming.delete(id);
    if (this.#coming.size) soon(() => void this.#write());
  }
}
