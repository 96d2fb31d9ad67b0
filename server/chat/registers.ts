import type { ChatRow } from '../../db/query/chat.ts';
import type { ContactRow } from '../../db/query/contact.ts';
import { joinTold } from './merge.ts';

/** Told without a time, so as of now; the same word again is no news. */
export function tellName(contact: ContactRow, name: string, at: number): void {
  if (name === contact.name) return;
  const told = joinTold({ value: contact.name, at: contact.name_at }, { value: name, at });
  contact.name = told.value;
  contact.name_at = told.at;
}

/** Likewise told without a time. */
export function tellBlocked(contact: ContactRow, blocked: boolean, at: number): void {
  const value = Number(blocked);
  if (value === contact.blocked) return;
  const told = joinTold({ value: contact.blocked, at: contact.blocked_at }, { value, at });
  contact.blocked = told.value;
  contact.blocked_at = told.at;
}

/**
 * Every message tells it, so its time is kept to the minute: a person who writes a lot costs one write a minute. Still a
 * join, as all that is compared is.
 */
export function tellPushName(contact: ContactRow, name: string, at: number): void {
  if (name === '') return;
  const minute = at - (at % 60_000);
  const told = joinTold({ value: contact.push_name, at: contact.push_name_at }, { value: name, at: minute });
  contact.push_name = told.value;
  contact.push_name_at = told.at;
}

/**
 * The later count wins. Of two at one time none at all, since reading does not change the time of the last Message;
 * otherwise the greater, since several Messages may come in one second.
 */
export function tellUnread(chat: ChatRow, unread: number, at: number): void {
  if (at < chat.phone_unread_at || at === 0) return;
  const isRead = unread === 0 || chat.phone_unread === 0;
  const ofOneTime = isRead ? 0 : Math.max(unread, chat.phone_unread);
  chat.phone_unread = at > chat.phone_unread_at ? unread : ofOneTime;
  chat.phone_unread_at = at;
}

/** Of two values the lesser, so that the order of learning does not matter; null is none. */
export function lesser(a: string | null, b: string | null): string | null {
  if (a === null) return b;
  return b === null || a <= b ? a : b;
}
