import type { ChatRow } from '../../../db/query/chat.ts';
import { Problem } from '../../contract/problem.ts';
import type { Scope } from '../chat-room.ts';
import { inTurn, type Context } from '../context.ts';
import { ownChat } from '../read.ts';
import type { Turn } from '../turn.ts';

/**
 * Runs `work` on a Chat of the caller's Organisation in its Inbox's turn. If the Chat is joined into another between the
 * look and the turn, the one that stands is worked on. Problems: `not-found`.
 */
export async function inChatTurn<T>(
  context: Context,
  scope: Scope,
  chatId: number,
  work: (turn: Turn, chat: ChatRow) => Promise<T>,
): Promise<{ id: number; value: T }> {
  const found = await ownChat(context.db, scope, chatId);
  const { value } = await inTurn(context, found.inbox_id, async (turn) => {
    let { id } = found;
    for (let hop = 0; hop < 20; hop++) {
      await turn.loadChats([id]);
      const row = turn.chats.get(id)?.now;
      if (!row) break;
      if (row.merged_into === null) return { id, value: await work(turn, row) };
      id = row.merged_into;
    }
    throw new Problem('not-found');
  });
  return value;
}
