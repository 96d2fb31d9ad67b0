import type { ChatRow } from '../../db/query/chat.ts';
import type { MessageRow } from '../../db/query/message.ts';

/** In place of what the phone counted: marked unread by hand. Counts as one. */
export const markedUnread = -1;

/**
 * Unread is a function of rows, so no order of arrival can upset it: what the phone counted last, unless an Agent has
 * read since, and every live inbound Message after whichever of the two is later.
 */
export function unreadFrom(chat: ChatRow): { base: number; after: { at: number; id: number } } {
  if (chat.phone_unread_at > chat.read_until) {
    return {
      base: Math.abs(chat.phone_unread),
      after: { at: chat.phone_unread_at, id: Number.MAX_SAFE_INTEGER },
    };
  }
  return { base: 0, after: { at: chat.read_until, id: chat.read_id } };
}

/** Unread for no other reason than that somebody said so. */
export function isMarkedUnread(chat: ChatRow): boolean {
  return chat.phone_unread === markedUnread && chat.phone_unread_at > chat.read_until && chat.unread === 1;
}

/** Whether a Message raises the unread count of its Chat. */
export function isUnread(message: MessageRow, chat: ChatRow): boolean {
  if (message.from_me === 1 || message.live === 0 || message.merged_into !== null) return false;
  if (message.chat_id !== chat.id || message.type === 'system') return false;
  const { after } = unreadFrom(chat);
  return message.at > after.at || (message.at === after.at && message.id > after.id);
}
