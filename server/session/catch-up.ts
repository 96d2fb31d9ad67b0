import type { Address } from '../contract/address.ts';
import type { EngineSession } from '../engine/engine.ts';
import type { Log } from '../log.ts';
import type { Receive } from './event-pump.ts';

/** How much history is pulled at once: newest Chats first. */
export const historyBounds = { chats: 40, messagesPerChat: 25, backfill: 50 } as const;

/** After linking and after every reconnect: what the phone knows goes through the one door, page by page. */
export async function catchUp(
  session: EngineSession,
  options: { inboxId: number; receive: Receive; log: Log; signal: AbortSignal },
): Promise<boolean> {
  const { inboxId, receive, log, signal } = options;
  if (!session.history) return true;
  let facts = 0;
  try {
    const { chats, messagesPerChat } = historyBounds;
    for await (const page of session.history({ chats, messagesPerChat, signal })) {
      if (signal.aborted) return false;
      facts += page.length;
      await receive(inboxId, page, 'history');
    }
    log.info({ inboxId, facts }, 'history caught up');
    return !signal.aborted;
  } catch (error) {
    log.warn({ err: error, inboxId, facts }, 'history could not be pulled to the end');
    return false;
  }
}

/** Older messages of one Chat. */
export async function backfill(
  session: EngineSession,
  options: {
    inboxId: number;
    chat: Address;
    before: number | undefined;
    receive: Receive;
    log: Log;
    signal: AbortSignal;
  },
): Promise<void> {
  const { inboxId, chat, before, receive, log, signal } = options;
  if (!session.history) return;
  try {
    const request = { chat, chats: 1, messagesPerChat: historyBounds.backfill, signal };
    for await (const page of session.history(before === undefined ? request : { ...request, before })) {
      await receive(inboxId, page, 'history');
    }
  } catch (error) {
    log.warn({ err: error, inboxId }, 'older messages could not be pulled');
  }
}
