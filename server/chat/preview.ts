import type { ChatRow } from '../../db/query/chat.ts';
import { newestMessage, newestReaction, type MessageRow, type ReactionRow } from '../../db/query/message.ts';
import { secondsOfMedia } from '../../db/query/media.ts';
import { laterReaction } from './fold.ts';
import type { MessageState } from './message-state.ts';
import type { Tracked } from './tracked.ts';
import type { Turn } from './turn.ts';

/** Kinds that last so many seconds. */
const timed: ReadonlySet<string> = new Set(['voice', 'audio', 'video']);
/** Of what a reaction is about: one line of a list, as it is stored. */
const longestAbout = 100;

export const noReaction = {
  reaction_message: null,
  reaction_at: 0,
  reaction_by: 0,
  reaction_emoji: '',
  reaction_body: '',
  reaction_type: 'text',
} as const;

export const noPreview = {
  last_message: null,
  last_at: 0,
  last_body: '',
  last_type: 'text',
  last_from_me: 0,
  last_ack: 0,
  last_revoked: 0,
  last_seconds: null,
  ...noReaction,
} as const;

/**
 * Keeps what the list shows of each Chat of the turn: a copy of its newest Message, how long that lasts, and the newest
 * reaction that concerns us. Functions of rows, whatever the order of telling.
 */
export async function keepPreviews(
  turn: Turn,
  byChat: ReadonlyMap<number, readonly MessageState[]>,
): Promise<void> {
  const lasting: ChatRow[] = [];
  for (const chat of turn.chats.values()) {
    const { now } = chat;
    if (now.merged_into !== null) continue;
    const messages = byChat.get(now.id) ?? [];
    if (!carryPreview(turn, chat, messages)) await readPreview(turn, chat);
    if (!carryReaction(turn, chat, messages)) await readReaction(turn, chat);
    if (!timed.has(now.last_type)) now.last_seconds = null;
    else if (mayLastOtherwise(turn, now, messages)) lasting.push(now);
  }
  if (lasting.length === 0) return;
  const seconds = await secondsOfMedia(
    turn.tx,
    lasting.flatMap((row) => row.last_message ?? []),
  );
  for (const row of lasting) row.last_seconds = seconds.get(row.last_message!) ?? null;
}

async function readPreview(turn: Turn, { now }: Tracked<ChatRow>): Promise<void> {
  const newest = await newestMessage(turn.tx, now.id);
  if (newest) showLast(now, newest);
  else Object.assign(now, noPreview);
}

/** False: what was shown has changed or gone, so the newest must be looked for. */
function carryPreview(turn: Turn, { now }: Tracked<ChatRow>, messages: readonly MessageState[]): boolean {
  const lost = messages.some(
    ({ now: message, before }) =>
      before?.id === now.last_message &&
      before !== undefined &&
      (before.at !== message.at || message.merged_into !== null || message.chat_id !== now.id),
  );
  if (lost || turn.repreview.has(now.id)) return false;
  for (const { now: message } of messages) {
    if (message.chat_id !== now.id || message.merged_into !== null) continue;
    const newer =
      now.last_message === null ||
      message.at > now.last_at ||
      (message.at === now.last_at && message.id >= now.last_message);
    if (newer) showLast(now, message);
  }
  return true;
}

/** The Chat's copy of its newest Message. A revoked one shows no text. */
function showLast(chat: ChatRow, message: MessageRow): void {
  chat.last_message = message.id;
  chat.last_at = message.at;
  chat.last_body = message.revoked_at === null ? preview(message.body, 300) : '';
  chat.last_type = message.type;
  chat.last_from_me = message.from_me;
  chat.last_ack = message.ack;
  chat.last_revoked = message.revoked_at === null ? 0 : 1;
}

function preview(body: string, most: number): string {
  // Not in the middle of a character: half of a surrogate pair is no text.
  return body.length > most ? body.slice(0, most).replace(/[\ud800-\udbff]$/, '') : body;
}

/** What is shown, or its file, is of this turn. */
function mayLastOtherwise(turn: Turn, now: ChatRow, messages: readonly MessageState[]): boolean {
  return (
    turn.repreview.has(now.id) ||
    messages.some((state) => state.now.id === now.last_message) ||
    turn.foldedMessages.some(({ kept }) => kept.now.id === now.last_message)
  );
}

function stands(state: MessageState, chat: ChatRow): boolean {
  return state.now.chat_id === chat.id && state.now.merged_into === null && state.now.revoked_at === null;
}

/** False: the reaction that was the newest is none any more, or another's, and nothing of this turn is newer. */
function carryReaction(turn: Turn, { now }: Tracked<ChatRow>, messages: readonly MessageState[]): boolean {
  if (turn.repreview.has(now.id)) return false;
  let isLost = false;
  for (const state of messages) {
    if (state.now.id !== now.reaction_message) continue;
    if (stands(state, now)) showAbout(now, state.now);
    else isLost = true;
    const own = state.reactionsChanged ? state.reactions?.get(now.reaction_by) : undefined;
    if (state.reactionsChanged && (own?.at !== now.reaction_at || own.emoji !== now.reaction_emoji)) {
      isLost = true;
    }
  }
  for (const state of messages) {
    if (!state.reactionsChanged || !stands(state, now)) continue;
    for (const row of state.reactions?.values() ?? []) {
      // What others think of each other's words is not for us.
      if (row.from_us === 0 && state.now.from_me === 0) continue;
      const known = { ...row, at: now.reaction_at, emoji: now.reaction_emoji };
      if (row.at < known.at || laterReaction(known, row) === known) continue;
      isLost = false;
      showReaction(now, { ...row, message: state.now.id }, state.now);
    }
  }
  return !isLost;
}

async function readReaction(turn: Turn, { now }: Tracked<ChatRow>): Promise<void> {
  Object.assign(now, noReaction);
  const newest = await newestReaction(turn.tx, now.id);
  if (newest) showReaction(now, newest, newest);
}

function showReaction(
  chat: ChatRow,
  reaction: Omit<ReactionRow, 'from_us'>,
  about: Pick<MessageRow, 'body' | 'type'>,
): void {
  chat.reaction_message = reaction.message;
  chat.reaction_at = reaction.at;
  chat.reaction_by = reaction.sender_contact_id;
  chat.reaction_emoji = reaction.emoji;
  showAbout(chat, about);
}

function showAbout(chat: ChatRow, about: Pick<MessageRow, 'body' | 'type'>): void {
  chat.reaction_body = preview(about.body, longestAbout);
  chat.reaction_type = about.type;
}
