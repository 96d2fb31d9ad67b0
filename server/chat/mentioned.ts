import type { ChatRow } from '../../db/query/chat.ts';
import { ownAmong, unreadGroups, unreadNaming } from '../../db/query/mention.ts';
import type { MessageRow } from '../../db/query/message.ts';
import { withTwins } from '../contract/number-twin.ts';
import type { Address } from '../contract/address.ts';
import { readContent } from './content.ts';
import type { Tracked } from './tracked.ts';
import type { MessageState } from './message-state.ts';
import type { Turn } from './turn.ts';
import { isUnread, unreadFrom } from './unread.ts';

/**
 * Whether an unread Message of a group names our own number: like the count of unread ones a function of rows. What came
 * as history, was taken back, or lies before what has been read (here, or on the phone as it counts) names nobody.
 */
export async function keepMentioned(
  turn: Turn,
  chat: Tracked<ChatRow>,
  messages: readonly MessageState[],
  isUnreadCarried: boolean,
): Promise<void> {
  const { now } = chat;
  if (now.kind !== 'group') return;
  if (now.unread === 0) now.mentioned = 0;
  else if (!isUnreadCarried || turn.learntOwn || isUncertain(chat, messages)) await readMentioned(turn, now);
  else if (now.mentioned === 0) {
    const naming = messages.filter((state) => isUnread(state.now, now)).map((state) => state.now);
    now.mentioned = Number(await namesUs(turn, naming));
  }
}

/** Groups in which somebody may have been named by an Address that has just turned out to be ours. */
export async function loadToLookAgain(turn: Turn): Promise<void> {
  if (turn.learntOwn) await turn.loadChats(await unreadGroups(turn.tx, turn.inboxId));
}

/** Something has changed among what was there before: what named us may be gone, or what the phone counts another. */
function isUncertain({ now }: Tracked<ChatRow>, messages: readonly MessageState[]): boolean {
  const { base, after } = unreadFrom(now);
  return messages.some(({ now: row, before }) => {
    if (row.from_me === 1 || (before && deciding.every((column) => row[column] === before[column])))
      return false;
    const isCounted = base > 0 && Math.min(row.at, before?.at ?? row.at) <= after.at;
    return isCounted || (now.mentioned === 1 && before !== undefined);
  });
}
const deciding = ['content', 'at', 'type', 'live', 'chat_id', 'revoked_at', 'merged_into'] as const;

async function readMentioned(turn: Turn, now: ChatRow): Promise<void> {
  const { base, after } = unreadFrom(now);
  const read = { at: now.read_until, id: now.read_id };
  const rows = await unreadNaming(turn.tx, now.id, { base, after, read });
  now.mentioned = Number(await namesUs(turn, rows));
}

async function namesUs(
  turn: Turn,
  rows: readonly Pick<MessageRow, 'content' | 'revoked_at'>[],
): Promise<boolean> {
  const named = rows.flatMap((row) =>
    row.content === null || row.revoked_at !== null ? [] : (readContent(row.content)?.mentions ?? []),
  );
  if (named.length === 0) return false;
  return ownAmong(turn.tx, turn.inboxId, withTwins(named as Address[]));
}
