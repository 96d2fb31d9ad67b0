/**
 * The message key: Chat (after address resolution), direction, and WhatsApp's bare id, within one Inbox. UNIQUE in the
 * database as (inbox_id, message_id, chat_id, from_me); this is the only place that builds it in memory.
 */
export function messageKey(chatId: number, fromMe: number, messageId: string): string {
  return `${chatId}:${fromMe}:${messageId}`;
}

/** What stands in `message_id` until WhatsApp has given one; no WhatsApp id begins with `~`. */
export function unsentId(clientId: string): string {
  return `~${clientId}`;
}

export function isUnsentId(messageId: string): boolean {
  return messageId.startsWith('~');
}

/** What a folded row keeps in `message_id`, so that its key is free for the row it was folded into. */
export function foldedId(rowId: number): string {
  return `^${rowId}`;
}

/** A Message of a different known sender under a key that is taken: `<id>#2`, `<id>#3` … */
export function apartId(messageId: string, turn: number): string {
  return `${messageId}#${turn}`;
}

export const mostApart = 5;

/** The ids under which a Message may stand. */
export function apartIds(messageId: string): string[] {
  const ids = [messageId];
  for (let turn = 2; turn <= mostApart; turn++) ids.push(apartId(messageId, turn));
  return ids;
}

/** WhatsApp's id of a row stored apart. */
export function baseId(messageId: string): string {
  return messageId.replace(/#[2-5]$/, '');
}

/** WhatsApp's bare id as clients see it; null while there is none. */
export function shownId(messageId: string): string | null {
  return isUnsentId(messageId) || messageId.startsWith('^') ? null : baseId(messageId);
}
