import type { ChatRoom } from './chat-room.ts';
import type { Context } from './context.ts';

const contexts = new WeakMap<ChatRoom, Context>();

/** The deliverer works with the room's own insides: one publisher keeps the pushes of an Inbox in order. */
export function rememberContext(room: ChatRoom, context: Context): void {
  contexts.set(room, context);
}

export function contextOf(room: ChatRoom): Context {
  const context = contexts.get(room);
  if (!context) throw new Error('this ChatRoom was not made by createChatRoom');
  return context;
}
