import { addressKind, type Address } from '../../contract/address.ts';
import type { AddressPairEvent, EngineEvent } from '../../contract/engine-event.ts';

/** Looking into the page costs nobody anything: often at first, then ever less, and often again when heard of. ms. */
const gatherMs = 200;
const lookFirstMs = 1_000;
const lookLastMs = 60_000;
const lookAgainMs = 5_000;
const lookMost = 200;
/** Asking WhatsApp is what spammers do: one at a time, slowly, and the same person ever more rarely. ms. */
const askBetweenMs = 3_000;
const askAgainFirstMs = 600_000;
const askAgainLastMs = 24 * 3_600_000;
const askQueueMost = 500;
const unpairedMost = 2_000;
const pairedMost = 50_000;

export interface PairSources {
  /** What the page knows by itself: the other Address of each, in order. Rejects while there is no page to look at. */
  look(addresses: readonly Address[]): Promise<readonly (Address | undefined)[]>;
  /** Asks WhatsApp for both Addresses of a person. */
  ask(address: Address): Promise<AddressPairEvent | undefined>;
  tell(pair: AddressPairEvent): void;
}

interface Unpaired {
  lookAt: number;
  lookWait: number;
  lookedAt: number;
  /** Somebody wrote to us from here: WhatsApp may be asked, from then on. */
  wantsAsk: boolean;
  askFrom: number;
  askWait: number;
}

/**
 * Finds the other Address of everybody who is known by one only, a LID or a number: a person who wrote under both is two
 * Chats until the pair is told. Never in the way of an event: pairs come afterwards, as events of their own, each once.
 * The page itself learns pairs and tells nobody, so it is looked at again and again; WhatsApp is asked only about
 * people who write to us alone, as the members of busy groups would be a flood of questions.
 */
export class Lids {
  #sources: PairSources;
  #paired = new Map<Address, Address>();
  /** The one heard of last is the last. */
  #unpaired = new Map<Address, Unpaired>();
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Infinity;
  #looking = false;
  #queue: Address[] = [];
  #asking = false;
  #closed = false;

  constructor(sources: PairSources) {
    this.#sources = sources;
  }

  /** Takes note of whom an event is about; says nothing before it is told itself. */
  hear(event: EngineEvent): void {
    switch (event.kind) {
      case 'address-pair':
        return this.#pair(event.lid, event.phone);
      case 'message': {
        const isLive = event.origin === 'live';
        this.#hearOf(event.chat, isLive ? (event.fromMe ? 'live' : 'writes') : 'listed');
        if (event.sender) this.#hearOf(event.sender, isLive ? 'live' : 'listed');
        return;
      }
      case 'reaction':
        return this.#hearOf(event.sender, 'live');
      case 'contact':
        return this.#hearOf(event.address, 'listed');
      case 'chat':
        return this.#hearOf(event.chat, 'listed');
      default:
    }
  }

  /** The other Address of the same person, where it has been told. */
  otherOf(address: Address): Address | undefined {
    return this.#paired.get(address);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#queue.length = 0;
  }

  #hearOf(address: Address, how: 'writes' | 'live' | 'listed'): void {
    const kind = addressKind(address);
    if ((kind !== 'phone' && kind !== 'lid') || this.#paired.has(address) || this.#closed) return;
    const now = Date.now();
    const known = this.#unpaired.get(address);
    if (how === 'listed') {
      // Long lists do not push out those who write.
      if (known || this.#unpaired.size >= unpairedMost) return;
    } else if (!known && this.#unpaired.size >= unpairedMost) {
      const [oldest] = this.#unpaired.keys();
      if (oldest !== undefined) this.#unpaired.delete(oldest);
    }
    const entry = known ?? {
      lookAt: Infinity,
      lookWait: lookFirstMs,
      lookedAt: -Infinity,
      wantsAsk: false,
      askFrom: now,
      askWait: askAgainFirstMs,
    };
    entry.lookWait = lookFirstMs;
    entry.lookAt = Math.min(entry.lookAt, Math.max(now + gatherMs, entry.lookedAt + lookFirstMs));
    if (how === 'writes') entry.wantsAsk = true;
    this.#unpaired.delete(address);
    this.#unpaired.set(address, entry);
    if (!this.#looking) this.#wakeAt(entry.lookAt);
  }

  #wakeAt(at: number): void {
    if (at >= this.#timerAt || this.#closed || at === Infinity) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => void this.#look(), Math.max(0, at - Date.now())).unref();
  }

  async #look(): Promise<void> {
    this.#timerAt = Infinity;
    this.#looking = true;
    const now = Date.now();
    // Those that are nearly due come along, so that a quiet Inbox is not woken for each alone.
    const due = [...this.#unpaired]
      .filter(([, entry]) => entry.lookAt <= now + entry.lookWait / 4)
      .slice(-lookMost)
      .map(([address]) => address);
    try {
      const others = due.length ? await this.#sources.look(due) : [];
      for (const [index, address] of due.entries()) {
        const other = others[index];
        if (other) this.#found(address, other);
        else this.#notYet(address);
      }
    } catch {
      for (const address of due) {
        const entry = this.#unpaired.get(address);
        if (entry) entry.lookAt = Date.now() + lookAgainMs;
      }
    }
    this.#looking = false;
    let next = Infinity;
    for (const { lookAt } of this.#unpaired.values()) next = Math.min(next, lookAt);
    this.#wakeAt(next);
  }

  #notYet(address: Address): void {
    const entry = this.#unpaired.get(address);
    if (!entry) return;
    const now = Date.now();
    entry.lookedAt = now;
    entry.lookAt = now + entry.lookWait;
    entry.lookWait = Math.min(lookLastMs, entry.lookWait * 2);
    if (!entry.wantsAsk) return;
    entry.wantsAsk = false;
    if (now < entry.askFrom || this.#queue.length >= askQueueMost) return;
    entry.askFrom = now + entry.askWait;
    entry.askWait = Math.min(askAgainLastMs, entry.askWait * 2);
    this.#queue.push(address);
    if (!this.#asking) void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    for (let address = this.#queue.shift(); address !== undefined; address = this.#queue.shift()) {
      if (this.#paired.has(address)) continue;
      const pair = await this.#sources.ask(address).catch(() => undefined);
      if (pair) this.#found(pair.lid, pair.phone);
      await new Promise((resolve) => setTimeout(resolve, askBetweenMs).unref());
    }
    this.#asking = false;
  }

  #found(one: Address, other: Address): void {
    if (this.#closed || (this.#paired.has(one) && this.#paired.has(other))) return;
    const lid = addressKind(one) === 'lid' ? one : other;
    const phone = lid === one ? other : one;
    if (addressKind(lid) !== 'lid' || addressKind(phone) !== 'phone') return;
    this.#pair(lid, phone);
    this.#sources.tell({ kind: 'address-pair', lid, phone });
  }

  #pair(lid: Address, phone: Address): void {
    for (const [one, other] of [
      [lid, phone],
      [phone, lid],
    ] as const) {
      this.#unpaired.delete(one);
      this.#paired.set(one, other);
    }
    for (const oldest of this.#paired.keys()) {
      if (this.#paired.size <= pairedMost) return;
      this.#paired.delete(oldest);
    }
  }
}
