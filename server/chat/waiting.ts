import type { ChatRow } from '../../db/query/chat.ts';
import type { MessageRow } from '../../db/query/message.ts';
import { firstAskAfter, lastAnswer, type Place } from '../../db/query/waiting.ts';
import { Ack } from '../contract/ack.ts';
import type { Tracked } from './tracked.ts';
import type { MessageState } from './message-state.ts';
import type { Turn } from './turn.ts';

/**
 * Since when a customer waits, as a function of rows, so that no order of arrival can upset it: the first live Message of
 * theirs that stands behind the last of ours that WhatsApp has, and behind what an Agent said needs no answer. Of people
 * only: in a group nobody in particular is asked.
 */
export async function keepWaiting(
  turn: Turn,
  chat: Tracked<ChatRow>,
  messages: readonly MessageState[],
): Promise<void> {
  const { now } = chat;
  if (now.kind !== 'person') return;
  if (!carryWaiting(turn, chat, messages)) await readWaiting(turn, now);
}

/** Nobody waits, because an Agent said so of what stands last. */
export function isSettled(row: ChatRow): boolean {
  const { kind, waiting_since, last_from_me, settled_at, last_at } = row;
  return (
    kind === 'person' && waiting_since === 0 && last_from_me === 0 && settled_at > 0 && settled_at >= last_at
  );
}

export const nobodyWaits = { waiting_since: 0 } as const;

async function readWaiting(turn: Turn, now: ChatRow): Promise<void> {
  const settled = { at: now.settled_at, id: now.settled_id };
  const answer = await lastAnswer(turn.tx, now.id);
  const after = answer && isLater(answer, settled) ? answer : settled;
  now.waiting_since = await firstAskAfter(turn.tx, now.id, after);
}

/** False: something happened further back than what the row can tell of. */
function carryWaiting(
  turn: Turn,
  { now, before }: Tracked<ChatRow>,
  messages: readonly MessageState[],
): boolean {
  if (turn.recount.has(now.id) || turn.repreview.has(now.id)) return false;
  if (before && (now.settled_at !== before.settled_at || now.settled_id !== before.settled_id)) return false;
  const newest = { at: before?.last_at ?? 0, id: before?.last_message ?? 0 };
  const settled = { at: now.settled_at, id: now.settled_id };
  const changed = messages
    .filter(({ now: row, before: was }) => {
      const [what, old] = [roleOf(row, now), was && roleOf(was, now)];
      return what !== (old ?? 'neither') || (old !== undefined && was!.at !== row.at && what !== 'neither');
    })
    .toSorted((a, b) => (isLater(placeOf(a.now), placeOf(b.now)) ? 1 : -1));
  for (const { now: row, before: was } of changed) {
    const role = roleOf(row, now);
    // What once counted and counts no more, or elsewhere: only the rows can tell.
    if (role === 'neither' || (was && roleOf(was, now) !== 'neither')) return false;
    const place = placeOf(row);
    const isNewest = !isLater(newest, place) || row.id === now.last_message;
    if (role === 'answer') {
      if (isNewest) now.waiting_since = 0;
      else if (now.waiting_since > 0 && row.at >= now.waiting_since) return false;
    } else if (now.waiting_since === 0 || row.at < now.waiting_since) {
      if (!isNewest || !isLater(place, settled)) return false;
      now.waiting_since = row.at;
    }
  }
  return true;
}

/** What a Message means for who waits in a Chat. */
function roleOf(row: MessageRow, chat: ChatRow): 'ask' | 'answer' | 'neither' {
  if (row.chat_id !== chat.id || row.merged_into !== null || row.type === 'system') return 'neither';
  if (row.from_me === 1) return row.ack >= Ack.server ? 'answer' : 'neither';
  return row.live === 1 && row.revoked_at === null ? 'ask' : 'neither';
}

const placeOf = (row: MessageRow): Place => ({ at: row.at, id: row.id });

function isLater(a: Place, b: Place): boolean {
  return a.at > b.at || (a.at === b.at && a.id > b.id);
}

/** Of two Chats that become one: the later word. */
export function joinSettled(winner: ChatRow, loser: ChatRow): void {
  const [a, b] = [
    { at: winner.settled_at, id: winner.settled_id },
    { at: loser.settled_at, id: loser.settled_id },
  ];
  if (isLater(b, a)) [winner.settled_at, winner.settled_id] = [b.at, b.id];
}
