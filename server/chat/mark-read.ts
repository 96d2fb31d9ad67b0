import { Problem } from '../contract/problem.ts';
import type { Chat } from '../contract/wire.ts';
import type { Scope } from './chat-room.ts';
import { inTurn, type Context } from './context.ts';
import { findChat, ownChat } from './read.ts';
import { tellUnread } from './registers.ts';
import { orUnavailable } from './send.ts';
import { standing } from './settle.ts';
import type { Turn } from './turn.ts';
import { markedUnread } from './unread.ts';
import { seeNotes } from './work/noted.ts';

/**
 * The Agent has read up to a Message, or to the newest there is, and the notes beside it. What came while they said so
 * stays unread. Problems: `not-found`, `unavailable`.
 */
export async function markRead(context: Context, scope: Scope, chatId: number, upTo?: number): Promise<Chat> {
  return orUnavailable(async () => {
    const { id, inbox_id } = await ownChat(context.db, scope, chatId);
    await inTurn(context, inbox_id, async (turn) => {
      await turn.loadChats([id]);
      const { now } = turn.chat(id);
      await seeNotes(turn, now, scope.agentId);
      const seen = upTo === undefined ? undefined : await placeOf(turn, id, upTo);
      const newest = { at: now.last_at, id: now.last_message ?? 0 };
      const isAll = !seen || !isLater(newest, seen);
      const read = isAll ? { ...newest, at: Math.max(newest.at, now.phone_unread_at) } : seen;
      if (!isLater(read, { at: now.read_until, id: now.read_id })) return;
      [now.read_until, now.read_id] = [read.at, read.id];
    });
    return findChat(context.db, scope, id);
  });
}

interface Place {
  at: number;
  id: number;
}

const isLater = (a: Place, b: Place): boolean => a.at > b.at || (a.at === b.at && a.id > b.id);

/** Where a Message of the Chat stands, or the one it was folded into. Problems: `not-found`. */
async function placeOf(turn: Turn, chatId: number, messageId: number): Promise<Place> {
  const now = (await standing(turn, messageId))?.now;
  if (now?.chat_id !== chatId) throw new Problem('not-found');
  return { at: now.at, id: now.id };
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
