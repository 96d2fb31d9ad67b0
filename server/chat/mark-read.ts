import type { Chat } from '../contract/wire.ts';
import type { Scope } from './chat-room.ts';
import { inTurn, type Context } from './context.ts';
import { findChat, ownChat } from './read.ts';
import { tellUnread } from './registers.ts';
import { orUnavailable } from './send.ts';
import { markedUnread } from './unread.ts';
import { seeNotes } from './work/noted.ts';

/** The Agent has read up to the newest Message, and the notes beside it. Problems: `not-found`, `unavailable`. */
export async function markRead(context: Context, scope: Scope, chatId: number): Promise<Chat> {
  return orUnavailable(async () => {
    const { id, inbox_id } = await ownChat(context.db, scope, chatId);
    await inTurn(context, inbox_id, async (turn) => {
      await turn.loadChats([id]);
      const { now } = turn.chat(id);
      await seeNotes(turn, now, scope.agentId);
      const last = Math.max(now.last_at, now.phone_unread_at);
      if (last < now.read_until || (last === now.read_until && (now.last_message ?? 0) <= now.read_id))
        return;
      now.read_until = last;
      now.read_id = now.last_message ?? 0;
    });
    return findChat(context.db, scope, id);
  });
}

/** As the phone's "mark as unread", from now on. Problems: `not-found`, `unavailable`. */
export async function markUnread(context: Context, scope: Scope, chatId: number): Promise<Chat> {
  return orUnavailable(async () => {
    const { id, inbox_id } = await ownChat(context.db, scope, chatId);
    await inTurn(context, inbox_id, async (turn) => {
      await turn.loadChats([id]);
      const { now } = turn.chat(id);
      if (now.unread === 0) {
        tellUnread(now, markedUnread, Math.max(turn.now, now.last_at, now.read_until + 1));
      }
    });
    return findChat(context.db, scope, id);
  });
}
