import type { ChatRow } from '../../db/query/chat.ts';
import { deleteDelivery, insertDelivery, updateDelivery } from '../../db/query/delivery.ts';
import { insertMessages } from '../../db/query/insert-messages.ts';
import { deleteEarly, insertEarly } from '../../db/query/early.ts';
import { countUnread, writeReactions, type MessageRow } from '../../db/query/message.ts';
import { updateRows, type RowPatch } from '../../db/query/update-rows.ts';
import { keepMentioned, loadToLookAgain } from './mentioned.ts';
import { foldedId, messageKey } from './message-key.ts';
import { writeNewMedia, writeToldMedia } from './media-rows.ts';
import { keepPreviews } from './preview.ts';
import { writeReceipts } from './receipts.ts';
import { displayName, searchText } from './search-text.ts';
import { patchOf, type Tracked } from './tracked.ts';
import type { MessageState } from './message-state.ts';
import type { Turn } from './turn.ts';
import { isUnread, unreadFrom } from './unread.ts';
import { writeVersions } from './versions.ts';
import { writeNewVotes, writeToldVotes } from './votes.ts';
import { keepWaiting } from './waiting.ts';

/** Writes what a turn has changed, in batches, stamped with its `seq`. */
export async function flush(turn: Turn): Promise<void> {
  await writeToldMedia(turn);
  await writeToldVotes(turn);
  const changed = await writeMessages(turn);
  await writeDeliveries(turn);
  await writeReceipts(turn);
  await writeNewMedia(turn);
  await writeNewVotes(turn);
  await writeVersions(turn);
  await writeEarly(turn);
  await writeContacts(turn);
  await writeChats(turn, changed);
}

async function writeMessages(turn: Turn): Promise<MessageState[]> {
  const changed: MessageState[] = [];
  const fresh = [...turn.messages].filter((state) => !state.before).toSorted((a, b) => a.now.at - b.now.at);
  const patches = [];
  // Freed keys first: a row that gives up its key must do so before another takes it.
  const freed = [];
  for (const state of turn.messages) {
    const patch = patchOf(state);
    if (!patch && !state.reactionsChanged && !state.touched) continue;
    changed.push(state);
    if (!state.before) continue;
    if (patch && !patch.seen && !state.reactionsChanged && !state.touched) {
      patches.push(patch);
      continue;
    }
    turn.visible = true;
    state.now.seq = turn.seq;
    if (patch && 'message_id' in patch.patch)
      freed.push({ id: state.now.id, patch: { message_id: foldedId(state.now.id) } });
    patches.push({ id: state.now.id, patch: { ...patch?.patch, seq: turn.seq } });
  }
  if (freed.length > 1) await updateRows(turn.tx, 'message', freed);
  const clients = patches.filter(({ patch }) => 'client_id' in patch);
  if (clients.length > 0) {
    await updateRows(
      turn.tx,
      'message',
      clients.map(({ id }) => ({ id, patch: { client_id: null } })),
    );
  }
  // One by one where keys change hands: each statement alone must find its key free.
  await updateRows(turn.tx, 'message', patches);
  if (fresh.length > 0) {
    for (const state of fresh) state.now.seq = turn.seq;
    const isPlain = fresh.every((state) => !state.reactionsChanged);
    if (!isPlain || !areAlone(turn) || !(await turn.promised?.insert(turn.tx, fresh))) {
      const ids = await insertAll(turn, fresh);
      for (const state of fresh) {
        const id = ids.get(keyOf(state.now));
        if (id === undefined) throw new Error('an inserted message cannot be read back');
        state.now.id = id;
      }
    }
    changed.push(...fresh);
  }
  for (const state of changed) {
    if (!state.reactionsChanged || !state.reactions) continue;
    const rows = [...state.reactions.values()].map((row) => ({ ...row, message: state.now.id }));
    await writeReactions(turn.tx, state.now.id, rows);
  }
  if (fresh.length > 0) turn.visible = true;
  if (patches.length > 0) turn.wrote = true;
  return [...new Set(changed)];
}

/** Whether no other row of the turn points at a new Message. */
function areAlone(turn: Turn): boolean {
  const pointing = [
    turn.insertedDeliveries,
    turn.receipts,
    turn.votes,
    turn.versions,
    turn.media,
    turn.outgoingFiles,
    turn.foldedMessages,
    turn.carried,
  ];
  return !turn.bulk && pointing.every((rows) => rows.length === 0);
}

/** The new ids, by message key. */
async function insertAll(turn: Turn, fresh: readonly MessageState[]): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (let start = 0; start < fresh.length; start += 100) {
    const rows = fresh.slice(start, start + 100).map(({ now: { id: _, ...row } }) => row);
    for (const row of await insertMessages(turn.tx, rows)) ids.set(keyOf(row), row.id);
  }
  return ids;
}

function keyOf(row: Pick<MessageRow, 'chat_id' | 'from_me' | 'message_id'>): string {
  return messageKey(row.chat_id, row.from_me, row.message_id);
}

async function writeDeliveries(turn: Turn): Promise<void> {
  for (const { message, row } of turn.insertedDeliveries) {
    await insertDelivery(turn.tx, { ...row, message: message.now.id });
    turn.wrote = true;
  }
  for (const message of turn.deletedDeliveries) {
    await deleteDelivery(turn.tx, message);
    turn.wrote = true;
  }
  for (const [message, delivery] of turn.deliveries) {
    const entries = Object.entries(delivery.now).filter(
      ([column, value]) => value !== delivery.before?.[column as keyof typeof delivery.now],
    );
    if (entries.length === 0) continue;
    await updateDelivery(turn.tx, message, Object.fromEntries(entries));
    turn.wrote = true;
  }
}

async function writeEarly(turn: Turn): Promise<void> {
  if (turn.newEarly.length > 0 || turn.usedEarly.size > 0) turn.wrote = true;
  await insertEarly(turn.tx, turn.newEarly);
  await deleteEarly(turn.tx, [...turn.usedEarly]);
}

async function writeContacts(turn: Turn): Promise<void> {
  const patches = [];
  for (const contact of turn.contacts.values()) {
    const { now, before } = contact;
    now.search_text = searchText(displayName(now), now.push_name, now.phone);
    const patch = patchOf(contact);
    if (patch?.seen || now.seq !== before?.seq) {
      now.seq = turn.seq;
      turn.visible = true;
      patches.push({ id: now.id, patch: { ...patch?.patch, seq: turn.seq } });
    } else if (patch) patches.push(patch);
  }
  await updateRows(turn.tx, 'contact', patches);
  if (patches.length > 0) turn.wrote = true;
}

async function writeChats(turn: Turn, changed: readonly MessageState[]): Promise<void> {
  const byChat = new Map<number, MessageState[]>();
  for (const state of changed) {
    for (const id of new Set([state.now.chat_id, state.before?.chat_id ?? state.now.chat_id])) {
      const list = byChat.get(id);
      if (list) list.push(state);
      else byChat.set(id, [state]);
    }
  }
  await turn.loadChats(byChat.keys());
  await loadToLookAgain(turn);
  await keepPreviews(turn, byChat);
  const patches = [];
  for (const chat of turn.chats.values()) {
    const messages = byChat.get(chat.now.id) ?? [];
    if (chat.now.merged_into === null) {
      const isCarried = carryUnread(turn, chat, messages);
      if (!isCarried) await readUnread(turn, chat);
      await keepMentioned(turn, chat, messages, isCarried);
      await keepWaiting(turn, chat, messages);
    }
    const contact = chat.now.contact_id === null ? undefined : turn.contacts.get(chat.now.contact_id);
    chat.now.search_text = contact ? contact.now.search_text : searchText(chat.now.name);
    const patch = patchOf(chat);
    // What a Chat is called, what it looks like and whether it is blocked comes from its Contact, and changes with it.
    const renamed =
      contact?.before !== undefined &&
      (displayName(contact.before) !== displayName(contact.now) ||
        contact.before.phone !== contact.now.phone ||
        contact.before.blocked !== contact.now.blocked ||
        contact.before.picture !== contact.now.picture);
    if (patch?.seen || renamed || chat.now.seq !== chat.before?.seq) {
      chat.now.seq = turn.seq;
      turn.visible = true;
      patches.push({
        id: chat.now.id,
        patch: { ...patch?.patch, ...lastMessage(turn, chat), seq: turn.seq },
      });
    } else if (patch) patches.push(patch);
  }
  await updateRows(turn.tx, 'chat', patches);
  if (patches.length > 0) turn.wrote = true;
}

/** In words of the database, while its id is not known. */
function lastMessage(turn: Turn, { now, before }: Tracked<ChatRow>): RowPatch['patch'] {
  if (now.last_message === null || now.last_message === before?.last_message) return {};
  return { last_message: turn.promised?.inSql(now.last_message) ?? now.last_message };
}

async function readUnread(turn: Turn, { now }: Tracked<ChatRow>): Promise<void> {
  const { base, after } = unreadFrom(now);
  now.unread = base + (await countUnread(turn.tx, now.id, after));
}

/** False: what is counted from has changed, so they must be counted. */
function carryUnread(turn: Turn, { now, before }: Tracked<ChatRow>, messages: MessageState[]): boolean {
  // What is told to everybody waits for nobody.
  if (now.kind === 'channel') return true;
  const from = unreadFrom(now);
  const was = before ? unreadFrom(before) : from;
  if (
    turn.recount.has(now.id) ||
    from.base !== was.base ||
    from.after.at !== was.after.at ||
    from.after.id !== was.after.id
  ) {
    return false;
  }
  for (const state of messages) {
    const counted = state.before !== undefined && isUnread(state.before, now) ? 1 : 0;
    now.unread += (isUnread(state.now, now) ? 1 : 0) - counted;
  }
  return true;
}
