import { Ack } from '../../contract/ack.ts';
import type { Address } from '../../contract/address.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import { toJid } from './jid.ts';

const mostMessages = 500;

/** The tick of a message to a group: the lowest of all its members'. WhatsApp tells of members alone. */
export class GroupAcks {
  #messages = new Map<string, Map<Address, Ack>>();
  #membersOf: (group: string) => Promise<Address[]>;
  #tell: (event: EngineEvent) => void;

  constructor(membersOf: (group: string) => Promise<Address[]>, tell: (event: EngineEvent) => void) {
    this.#membersOf = membersOf;
    this.#tell = tell;
  }

  hear(event: Extract<EngineEvent, { kind: 'receipt' }>): void {
    const { messageId, chat, member, ack } = event;
    if (!chat) return;
    const told = this.#messages.get(messageId) ?? new Map<Address, Ack>();
    this.#messages.delete(messageId);
    this.#messages.set(messageId, told);
    const [oldest] = this.#messages.keys();
    if (this.#messages.size > mostMessages && oldest !== undefined) this.#messages.delete(oldest);
    const before = told.get(member) ?? Ack.server;
    if (ack <= before) return;
    told.set(member, ack);
    void this.#judge(messageId, chat, told).catch(() => {});
  }
  async #judge(messageId: string, chat: Address, told: Map<Address, Ack>): Promise<void> {
    const members = await this.#membersOf(toJid(chat));
    // Somebody may be told of under another of their addresses.
    if (told.size < members.length || !members.length) return;
    const lowest = [...told.values()].toSorted((a, b) => a - b)[told.size - members.length] ?? Ack.server;
    if (lowest > Ack.server) this.#tell({ kind: 'ack', messageId, chat, fromMe: true, ack: lowest });
  }
}
