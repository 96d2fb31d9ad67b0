import { Ack } from '../../contract/ack.ts';
import { addressKind, type Address } from '../../contract/address.ts';
import type { EngineEvent, ReceiptEvent } from '../../contract/engine-event.ts';
import type { Handle } from '../../engine-child/protocol.ts';

export interface Receipts {
  events: ReceiptEvent[];
  /** Everybody has read it. */
  isComplete: boolean;
}

export interface GroupSource {
  /** Rejects while nothing can be asked; `undefined` when the message is not to be found. */
  receipts(message: Handle): Promise<Receipts | undefined>;
  group(chat: Address): Promise<EngineEvent | undefined>;
  tell(event: EngineEvent): void;
}

interface Watched {
  message: Handle;
  told: Map<Address, Ack>;
  /** How often it was looked at. */
  looks: number;
  timer: NodeJS.Timeout | undefined;
  isLooking: boolean;
}

/** After a message is sent, and again after each: seconds. Members read in the first minutes or much later. */
const looksAfter = [1.5, 5, 15, 45, 120, 300, 900, 3_600, 10_800, 43_200];
const mostWatched = 50;
const groupSettlesMs = 1_000;
const freshMs = 12 * 3_600_000;

/**
 * The page tells of a group message only what all its members have reached, and of a change only that there was one. So
 * our own newest group messages are looked at from time to time, in the page's own tables: nobody is asked.
 */
export class GroupWatch {
  #source: GroupSource;
  #watched = new Map<string, Watched>();
  #changed = new Map<Address, NodeJS.Timeout>();
  #closed = false;

  constructor(source: GroupSource) {
    this.#source = source;
  }

  hear(event: EngineEvent): void {
    if (this.#closed) return;
    if (event.kind === 'membership') return this.#groupChanged(event.chat);
    if (event.kind === 'ack') {
      const watched = event.ack > Ack.server ? this.#watched.get(event.messageId) : undefined;
      if (watched) void this.#look(watched);
      return;
    }
    if (event.kind !== 'message' || !event.fromMe || event.revoked) return;
    // Those of history too, as long as somebody may still be reading them: we may have been away.
    const isFresh = Date.now() - event.at < freshMs;
    if (isFresh && addressKind(event.chat) === 'group') this.#watch(event);
  }

  /** Several changes at once, as when a group is made, are one look. */
  #groupChanged(chat: Address): void {
    clearTimeout(this.#changed.get(chat));
    const look = (): void => {
      this.#changed.delete(chat);
      this.#source.group(chat).then(
        (event) => event && !this.#closed && this.#source.tell(event),
        () => {},
      );
    };
    this.#changed.set(chat, setTimeout(look, groupSettlesMs));
  }

  #watch({ chat, messageId }: { chat: Address; messageId: string }): void {
    if (this.#watched.has(messageId)) return;
    const message = { chat, messageId, fromMe: true };
    const watched: Watched = { message, told: new Map(), looks: 0, timer: undefined, isLooking: false };
    this.#watched.set(messageId, watched);
    this.#schedule(watched);
    const [oldest] = this.#watched.values();
    if (this.#watched.size > mostWatched && oldest) this.#forget(oldest);
  }

  #forget(watched: Watched): void {
    clearTimeout(watched.timer);
    this.#watched.delete(watched.message.messageId);
  }

  #schedule(watched: Watched): void {
    clearTimeout(watched.timer);
    const after = looksAfter[watched.looks];
    if (after === undefined) return this.#forget(watched);
    watched.looks += 1;
    watched.timer = setTimeout(() => void this.#look(watched).then(() => this.#next(watched)), after * 1000);
  }
  #next(watched: Watched): void {
    if (!this.#closed && this.#watched.get(watched.message.messageId) === watched) this.#schedule(watched);
  }

  async #look(watched: Watched): Promise<void> {
    if (watched.isLooking) return;
    watched.isLooking = true;
    try {
      const receipts = await this.#source.receipts(watched.message);
      if (this.#closed || !receipts) return;
      for (const event of receipts.events) {
        if ((watched.told.get(event.member) ?? Ack.error) >= event.ack) continue;
        watched.told.set(event.member, event.ack);
        this.#source.tell(event);
      }
      if (receipts.isComplete) this.#forget(watched);
    } catch {
      // Not connected, or the page went elsewhere: the next look comes.
    } finally {
      watched.isLooking = false;
    }
  }

  close(): void {
    this.#closed = true;
    for (const { timer } of this.#watched.values()) clearTimeout(timer);
    for (const timer of this.#changed.values()) clearTimeout(timer);
    this.#watched.clear();
    this.#changed.clear();
  }
}
