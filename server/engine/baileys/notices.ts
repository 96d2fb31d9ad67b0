import { setTimeout as pause } from 'node:timers/promises';
import { PROCESSABLE_HISTORY_TYPES, proto } from 'baileys';
import type { WAMessage, WASocket } from 'baileys';
import type { EngineEvent } from '../../contract/engine-event.ts';
import { contentOf } from './decode.ts';

const { HistorySyncType } = proto.HistorySync;

/** What the library reads by itself; the rest is read where it was asked for (`listen.ts`). */
export const isReadByLibrary = (syncType: number | null | undefined): boolean =>
  PROCESSABLE_HISTORY_TYPES.includes(syncType as number) &&
  syncType !== HistorySyncType.FULL &&
  syncType !== HistorySyncType.ON_DEMAND;

/** No more is told before this much is stored: months of history at once are more than anybody holds. */
const atOnce = 2_000;
const pauseMs = 1_000;

export interface NoticesOptions {
  tell(events: EngineEvent[]): void;
  /** Resolves when all that was told is stored; rejects when some of it was let go. */
  stored(): Promise<unknown>;
  /** Of this message nothing is to come any more. */
  told(messageId: string): void;
  hasEnded(): boolean;
}

/**
 * Messages that bear what our own phone has for us: history, and the keys of what devices share. The library tells of
 * the message before it has read, and often fetched, what it is about; so they have been told only when that has come
 * out, and when the first sync, which begins with it, is over.
 */
export class Notices {
  #options: NoticesOptions;
  #open: { messageId: string; mark: string }[] = [];
  #read: string[] = [];
  /** Told, while the first sync is under way. */
  #held: string[] | undefined = [];
  #telling: Promise<void> = Promise.resolve();

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  /** Sees everything when it is said, also what the library gathers before it hands it over. */
  watch({ ev }: Pick<WASocket, 'ev'>): void {
    const { emit } = ev;
    ev.emit = ((name: string, data: unknown) => {
      this.#see(name, data);
      return (emit as (name: string, data: unknown) => boolean).call(ev, name, data);
    }) as typeof emit;
  }
  #see(name: string, data: unknown): void {
    if (name === 'messages.upsert')
      for (const message of (data as { messages: WAMessage[] }).messages) {
        const mark = markOf(message);
        if (mark !== undefined) this.#open.push({ messageId: message.key.id ?? '', mark });
      }
    if (name === 'messaging-history.set') {
      const { syncType, chunkOrder } = data as { syncType?: number; chunkOrder?: number };
      this.#read.push(...this.#close(historyMark(syncType, chunkOrder)));
    }
    if (name === 'creds.update') {
      const { myAppStateKeyId: id } = data as { myAppStateKeyId?: string };
      if (id) this.#close(keyMark(id)).forEach((messageId) => this.#options.told(messageId));
    }
  }
  /** Nothing will come of it any more. */
  giveUp(messageId: string): void {
    this.#open = this.#open.filter((one) => one.messageId !== messageId);
  }
  /** One that was handed on twice is the same both times. */
  #close(mark: string): string[] {
    const closed = this.#open.filter((one) => one.mark === mark);
    this.#open = this.#open.filter((one) => one.mark !== mark);
    return [...new Set(closed.map(({ messageId }) => messageId))];
  }

  /** Tells, in portions, what the library hands over of history: all that it has read until now. */
  tell(events: EngineEvent[]): Promise<void> {
    const notices = this.#read.splice(0);
    this.#telling = this.#telling.then(async () => {
      await this.#tellAll(events);
      if (this.#options.hasEnded()) return;
      if (this.#held) this.#held.push(...notices);
      else for (const notice of notices) this.#options.told(notice);
    });
    return this.#telling;
  }
  async #tellAll(events: EngineEvent[]): Promise<void> {
    const { tell, hasEnded } = this.#options;
    for (let from = 0; from < events.length && !hasEnded(); from += atOnce) {
      const portion = events.slice(from, from + atOnce);
      tell(portion);
      if (from + atOnce >= events.length) return;
      while (!hasEnded() && !(await this.#isStored())) {
        await pause(pauseMs);
        tell(portion);
      }
    }
  }
  #isStored(): Promise<boolean> {
    return this.#options.stored().then(
      () => true,
      () => false,
    );
  }
  /** The first sync is over. */
  letGo(): void {
    for (const notice of this.#held ?? []) this.#options.told(notice);
    this.#held = undefined;
  }
}

/** What comes of it will bear the same mark; `undefined` for messages that are whole by themselves. */
export function markOf({ key, message }: proto.IWebMessageInfo): string | undefined {
  const part = (contentOf(message) as proto.IMessage).protocolMessage;
  // Of others the library takes no such thing.
  if (!part || !key?.fromMe) return undefined;
  const notice = part.historySyncNotification;
  if (notice && isReadByLibrary(notice.syncType)) return historyMark(notice.syncType, notice.chunkOrder);
  const last = part.appStateSyncKeyShare?.keys?.at(-1)?.keyId?.keyId;
  return last ? keyMark(Buffer.from(last).toString('base64')) : undefined;
}
const historyMark = (syncType?: number | null, chunk?: number | null): string =>
  `history ${syncType ?? 0} ${chunk ?? 0}`;
const keyMark = (id: string): string => `key ${id}`;
