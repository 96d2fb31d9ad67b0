import { readEarly, type EarlyRow } from '../../db/query/early.ts';
import { readMessagesByMessageId, type MessageRow } from '../../db/query/message.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import type { Ahead } from './ahead.ts';
import { isFact } from './early.ts';
import type { Rules } from './merge.ts';
import type { Turn } from './turn.ts';

/** Undefined: nothing is, since a pair of Addresses may move rows before they are read. */
export function aheadOf(events: readonly EngineEvent[], rules: Rules): Ahead | undefined {
  if (events.some((event) => event.kind === 'address-pair')) return undefined;
  const early = new Set<string>();
  const messages = new Set<string>();
  for (const event of events) {
    if (event.kind === 'message') {
      early.add(event.messageId);
      messages.add(rules.messageIdOf(event));
    } else if (isFact(event)) messages.add(event.messageId);
  }
  return { early: [...early].toSorted(), messages: [...messages].toSorted() };
}

/** Facts that wait for these ids, oldest first. */
export async function earlyUnder(turn: Turn, messageIds: Iterable<string>): Promise<EarlyRow[]> {
  const { known, missing } = split(messageIds, turn.ahead?.early, turn.ahead?.earlyRows);
  const rows = await readEarly(turn.tx, turn.inboxId, missing);
  return [...known, ...rows].toSorted((a, b) => a.id - b.id);
}

/** Messages as they stood when the turn began under these ids, in whatever Chat and direction. */
export async function messagesUnder(turn: Turn, messageIds: Iterable<string>): Promise<MessageRow[]> {
  const { known, missing } = split(messageIds, turn.ahead?.messages, turn.ahead?.messageRows);
  const rows = await readMessagesByMessageId(turn.tx, turn.inboxId, missing);
  return [...known, ...rows].toSorted((a, b) => a.id - b.id);
}

function split<T extends { message_id: string }>(
  messageIds: Iterable<string>,
  asked: readonly string[] = [],
  rows: readonly T[] = [],
): { known: T[]; missing: string[] } {
  const wanted = new Set(messageIds);
  const known = new Set(asked);
  return {
    known: rows.filter((row) => wanted.has(row.message_id)),
    missing: [...wanted].filter((id) => !known.has(id)).toSorted(),
  };
}
