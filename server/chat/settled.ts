import type { Chat } from '../contract/wire.ts';
import type { Scope } from './chat-room.ts';
import type { Context } from './context.ts';
import { findChat } from './read.ts';
import { orUnavailable } from './send.ts';
import { inChatTurn } from './work/chat-turn.ts';

/**
 * An Agent says that what has been written so far needs no answer ("thank you"): nobody waits until the customer writes
 * again. `until`: the last Message the Agent has seen, ms. Taken back, they wait since they did. Problems: `not-found`, `unavailable`.
 */
export async function settleChat(
  context: Context,
  scope: Scope,
  chatId: number,
  word: { settled: boolean; until?: number | undefined },
): Promise<Chat> {
  return orUnavailable(async () => {
    const { id } = await inChatTurn(context, scope, chatId, async (_, chat) => {
      const { settled, until = chat.last_at } = word;
      chat.settled_at = settled ? Math.min(until, chat.last_at) : 0;
      // What came in the same second as the last one seen is not told apart.
      chat.settled_id = settled
        ? until < chat.last_at
          ? Number.MAX_SAFE_INTEGER
          : (chat.last_message ?? 0)
        : 0;
    });
    return findChat(context.db, scope, id);
  });
}
