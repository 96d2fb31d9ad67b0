import type { MessageEvent, Origin } from '../../server/contract/engine-event.ts';
import { toAddress, type Address } from '../../server/contract/address.ts';
import { messageIdOf } from './delivery.ts';

/** People who write to us live: as many Chats. */
export const people = 200;

export function personAt(n: number): Address {
  return toAddress(`1555${String(1_000_000 + n)}@c.us`)!;
}

/** The `n`th live message of a run: the people take turns, so that neighbours share no Chat. A quarter is from us. */
export function liveEvent(run: number, n: number): MessageEvent {
  return eventOf(messageIdOf(run, n), n % people, n, 'live', 1_794_000_000_000 + 1_000 * (run * 100_000 + n));
}

/** What one of several lanes takes of a run, in order: runs of 100, so that a lane's neighbours share no Chat either. */
export function shareOf<T>(all: readonly T[], lane: number, lanes: number): T[] {
  return all.filter((_, n) => Math.floor(n / 100) % lanes === lane);
}

/** One page of a Chat as an engine tells it: newest first, at most `largestPage`. Same numbers, same page. */
export function historyPage(run: number, page: number): MessageEvent[] {
  const chat = Math.floor(page / pagesOfChat);
  return Array.from({ length: largestPage }, (_, place) => {
    const n = page * largestPage + place;
    return eventOf(messageIdOf(run, n), 1_000 + chat, n, 'history', 1_793_000_000_000 - 60_000 * n);
  });
}
export const largestPage = 100;
const pagesOfChat = 5;

function eventOf(messageId: string, person: number, n: number, origin: Origin, at: number): MessageEvent {
  const fromMe = n % 4 === 3;
  return {
    kind: 'message',
    messageId,
    chat: personAt(person),
    fromMe,
    ...(fromMe || origin === 'history' ? {} : { senderName: `Person ${person}` }),
    type: 'text',
    body: `Hello, this is message ${n}, as long as messages of people are on the whole.`,
    at,
    ...(fromMe ? { ack: 2 } : {}),
    origin,
  };
}

export const messageColumns = [
  'inbox_id',
  'chat_id',
  'message_id',
  'from_me',
  'client_id',
  'agent_id',
  'sender_contact_id',
  'sender_name',
  'type',
  'body',
  'at',
  'ack',
  'live',
  'failure',
  'edited_at',
  'revoked_at',
  'quoted_message_id',
  'content',
  'forwarded',
  'starred',
  'starred_at',
  'merged_into',
  'seq',
] as const;

/** The row the product makes of an event, without its id. */
export function messageRow(
  event: MessageEvent,
  place: { inboxId: number; chatId: number; seq: number },
): (string | number | null)[] {
  const { inboxId, chatId, seq } = place;
  const told = [event.messageId, Number(event.fromMe), null, null, null, event.senderName ?? ''];
  const live = Number(event.origin === 'live');
  const rest = [
    event.type,
    event.body,
    event.at,
    event.ack ?? 0,
    live,
    null,
    null,
    null,
    null,
    null,
    0,
    0,
    0,
  ];
  return [inboxId, chatId, ...told, ...rest, null, seq];
}
