import type { MessageType } from '../contract/engine-event.ts';
import { digest } from '../ids.ts';
import { changeHands, firstText, follow } from './change-hands.ts';
import { foldReactions, foldRow } from './fold.ts';
import { loadReactions } from './early.ts';
import { foldedId, isUnsentId, unsentId } from './message-key.ts';
import type { MessageState } from './message-state.ts';
import type { Turn } from './turn.ts';
import { noteFold } from './versions.ts';

/** What rule 3 compares: the text as WhatsApp gives it back. */
export function contentDigest(body: string, type: MessageType): string {
  const text = body.replace(/\r\n?/g, '\n').trim();
  // A caption may be empty, so its kind tells files apart.
  return digest(type === 'text' ? text : `${type}\0${text}`);
}

/** What WhatsApp's side says of a Message, as opposed to who wrote it here. */
const worldly = [
  'message_id',
  'type',
  'body',
  'at',
  'ack',
  'live',
  'edited_at',
  'revoked_at',
  'quoted_message_id',
  'sender_name',
  'content',
  'forwarded',
  'starred',
  'starred_at',
] as const;

/**
 * Binds one of our Messages to WhatsApp's id on the engine's word (or by our own reference), which overrides any guess
 * made before:
 * - an echo of it is stored as if typed on the phone → that row is folded into ours;
 * - the id was guessed to be another of our Messages with the same text → the two swap what WhatsApp says of them;
 * - ours was guessed to have another id → that one was typed on the phone and becomes a row of its own.
 * `at`: when, as WhatsApp says. Messages under both ids, their Chats and Deliveries have been loaded.
 */
export async function bind(turn: Turn, ours: MessageState, messageId: string, at: number): Promise<void> {
  if (ours.now.message_id === messageId) {
    ours.now.at = at > 0 ? Math.min(ours.now.at, at) : ours.now.at;
    return;
  }
  const wasUnsent = isUnsentId(ours.now.message_id);
  const holder = turn.messageAt(ours.now.chat_id, 1, messageId);
  if (!holder) {
    if (!wasUnsent) await splitOff(turn, ours);
    turn.rename(ours, messageId);
    if (at > 0) ours.now.at = at;
    return;
  }
  if (!wasUnsent || holder.now.client_id !== null) {
    await swap(turn, ours, holder);
    if (at > 0) ours.now.at = Math.min(ours.now.at, at);
    return;
  }
  // An echo that came before the engine's answer: one row, ours, told by both.
  await loadReactions(turn, [ours, holder]);
  turn.rename(holder, foldedId(holder.now.id));
  holder.now.merged_into = ours.now.id;
  turn.foldedMessages.push({ kept: ours, gone: holder });
  follow(turn, holder, ours);
  const local = ours.now.at;
  noteFold(turn, ours, holder);
  foldRow(ours.now, holder.now, turn.rules);
  ours.now.at = holder.now.at || local;
  if (at > 0) ours.now.at = Math.min(ours.now.at, at);
  turn.rename(ours, messageId);
  const moved = [...holder.reactions!.values()].map((row) => ({ ...row, message: ours.now.id }));
  if (moved.length > 0) {
    ours.reactions = foldReactions([...ours.reactions!.values(), ...moved]);
    ours.reactionsChanged = true;
    holder.reactions = new Map();
    holder.reactionsChanged = true;
  }
}

/** It was certainly not sent, so what looked like its echo was typed on the phone. */
export async function unbind(turn: Turn, ours: MessageState): Promise<void> {
  if (isUnsentId(ours.now.message_id) || ours.now.client_id === null) return;
  await splitOff(turn, ours);
  turn.rename(ours, unsentId(ours.now.client_id));
}

/** The guess was wrong and nobody else holds what was guessed: it was typed on the phone. */
async function splitOff(turn: Turn, ours: MessageState): Promise<void> {
  await loadReactions(turn, [ours]);
  const { id: _, ...row } = ours.now;
  const typed = turn.addNewMessage({ ...row, client_id: null, agent_id: null, failure: null });
  await changeHands(turn, ours, typed);
  typed.reactions = ours.reactions;
  typed.reactionsChanged = (ours.reactions?.size ?? 0) > 0;
  ours.reactions = new Map();
  ours.reactionsChanged = typed.reactionsChanged;
  // What we are to send is what was written here.
  if (ours.now.edited_at !== null) Object.assign(ours.now, firstText(turn, typed));
  Object.assign(ours.now, { ack: 0, live: 0, edited_at: null, revoked_at: null, starred: 0, starred_at: 0 });
}

async function swap(turn: Turn, ours: MessageState, holder: MessageState): Promise<void> {
  await loadReactions(turn, [ours, holder]);
  await changeHands(turn, ours, holder);
  const [oursId, holderId] = [ours.now.message_id, holder.now.message_id];
  for (const column of worldly) {
    const kept = ours.now[column];
    Object.assign(ours.now, { [column]: holder.now[column] });
    Object.assign(holder.now, { [column]: kept });
  }
  // Their ids go through the index, each in its turn.
  ours.now.message_id = oursId;
  holder.now.message_id = holderId;
  turn.rename(holder, foldedId(holder.now.id));
  turn.rename(ours, holderId);
  const free = isUnsentId(oursId) && holder.now.client_id !== null ? unsentId(holder.now.client_id) : oursId;
  turn.rename(holder, free);
  [ours.reactions, holder.reactions] = [holder.reactions, ours.reactions];
  ours.reactionsChanged = holder.reactionsChanged =
    (ours.reactions?.size ?? 0) + (holder.reactions?.size ?? 0) > 0;
  loseBinding(turn, holder);
}

/** After a swap the other may have no WhatsApp id any more: what became of it is unknown again. */
function loseBinding(turn: Turn, holder: MessageState): void {
  const delivery = turn.deliveries.get(holder.now.id);
  const unsent = isUnsentId(holder.now.message_id);
  holder.touched = true;
  if (delivery) {
    delivery.now.guessed_message_id = unsent ? null : holder.now.message_id;
  } else if (unsent) {
    turn.insertedDeliveries.push({
      message: holder,
      row: {
        message: holder.now.id,
        inbox_id: turn.inboxId,
        chat_id: holder.now.chat_id,
        state: 'uncertain',
        due_at: turn.now,
        attempt: 1,
        content_digest: contentDigest(holder.now.body, holder.now.type),
        guessed_message_id: null,
        lease_owner: null,
        lease_until: 0,
        created_at: turn.now,
        request: null,
      },
    });
  }
}
