import {
  addressesOfContact,
  moveAddressesToContact,
  pointContactAddressesAtChat,
} from '../../db/query/address.ts';
import type { ChatRow } from '../../db/query/chat.ts';
import type { ContactRow } from '../../db/query/contact.ts';
import { moveDeliveries, readDeliveries, updateDelivery } from '../../db/query/delivery.ts';
import {
  apartOfSender,
  giveMessagesToSender,
  idsInChat,
  idsOfSender,
  moveMessages,
  reactionsOfSender,
  readMessages,
  readMessagesByMessageId,
  readReactions,
  twinsInChats,
  writeReactions,
} from '../../db/query/message.ts';
import { foldMedia } from '../../db/query/media.ts';
import { deleteMemberships, membershipsOf, writeMemberRows } from '../../db/query/member.ts';
import { deletePictures } from '../../db/query/profile-picture.ts';
import { deleteReceiptsOfContact, receiptsOfContact, writeReceiptRows } from '../../db/query/receipt.ts';
import { updateRows, type RowPatch } from '../../db/query/update-rows.ts';
import { foldReactions, foldRow } from './fold.ts';
import { joinMembers } from './member.ts';
import { foldReceipts, joinReceipts } from './receipts.ts';
import { joinTold } from './merge.ts';
import { apartIds, baseId, foldedId } from './message-key.ts';
import { noPreview } from './preview.ts';
import { lesser, tellUnread } from './registers.ts';
import type { Turn } from './turn.ts';
import { joinSettled, nobodyWaits } from './waiting.ts';
import { foldVersions } from './versions.ts';
import { foldVotes, giveVotes } from './votes.ts';
import { joinWork } from './work/join-work.ts';

/** How many rows share one `seq` when many move: an answer of `changes` is never cut inside one. */
const bulk = 500;

/**
 * Two Contacts turn out to be one person: the older stays, the other becomes a tombstone that points to it; their Chats
 * are joined likewise. Runs before Messages are read into the turn. Returns all Addresses of the person.
 */
export async function joinContacts(turn: Turn, a: number, b: number): Promise<string[]> {
  turn.bulk = true;
  const [winnerId, loserId] = a < b ? [a, b] : [b, a];
  const winner = turn.contact(winnerId).now;
  const loser = turn.contact(loserId).now;
  const saved = joinTold(
    { value: winner.name, at: winner.name_at },
    { value: loser.name, at: loser.name_at },
  );
  const given = joinTold(
    { value: winner.push_name, at: winner.push_name_at },
    { value: loser.push_name, at: loser.push_name_at },
  );
  [winner.name, winner.name_at] = [saved.value, saved.at];
  [winner.push_name, winner.push_name_at] = [given.value, given.at];
  const barred = joinTold(
    { value: winner.blocked, at: winner.blocked_at },
    { value: loser.blocked, at: loser.blocked_at },
  );
  [winner.blocked, winner.blocked_at] = [barred.value, barred.at];
  await joinPictures(turn, winner, loser);
  winner.phone = lesser(winner.phone, loser.phone);
  winner.lid = lesser(winner.lid, loser.lid);
  winner.is_business = Math.max(winner.is_business, loser.is_business);
  if (winner.is_me !== loser.is_me) turn.learntOwn = true;
  winner.is_me = Math.max(winner.is_me, loser.is_me);
  winner.seq = turn.seq;
  loser.merged_into = winnerId;

  const before = [
    ...(await addressesOfContact(turn.tx, winnerId)),
    ...(await addressesOfContact(turn.tx, loserId)),
  ];
  await moveAddressesToContact(turn.tx, loserId, winnerId);
  await giveAway(turn, loserId, winnerId);
  await giveReactions(turn, loserId, winnerId);
  await giveReceipts(turn, loserId, winnerId);
  const polls = await giveVotes(turn.tx, loserId, winnerId);
  await updateRows(
    turn.tx,
    'message',
    polls.map((id) => ({ id, patch: { seq: turn.seq } })),
  );
  await giveMemberships(turn, loserId, winnerId);
  await foldApart(turn, winnerId);

  const chats = [...new Set(before.flatMap((row) => row.chat_id ?? []))].toSorted((x, y) => x - y);
  await turn.loadChats(chats);
  const [chatId, otherId] = chats;
  if (chatId !== undefined && otherId !== undefined) await joinChats(turn, chatId, otherId);
  if (chatId !== undefined) {
    const chat = turn.chat(chatId).now;
    chat.contact_id = winnerId;
    chat.seq = turn.seq;
    await pointContactAddressesAtChat(turn.tx, winnerId, chatId);
  }
  for (const row of before) {
    turn.addresses.set(row.value, { ...row, contact_id: winnerId, chat_id: chatId ?? null });
  }
  turn.visible = true;
  return before.map((row) => row.value);
}

/** One of the two is kept. */
async function joinPictures(turn: Turn, winner: ContactRow, loser: ContactRow): Promise<void> {
  if (loser.picture === null) return;
  if (winner.picture === null) winner.picture = loser.picture;
  else await deletePictures(turn.tx, [loser.picture], turn.now);
  loser.picture = null;
}

async function giveAway(turn: Turn, loser: number, winner: number): Promise<void> {
  const ids = await idsOfSender(turn.tx, loser);
  for (let start = 0; start < ids.length; start += bulk) {
    if (start > 0) await turn.step();
    await giveMessagesToSender(turn.tx, ids.slice(start, start + bulk), winner, turn.seq);
  }
}

async function giveReactions(turn: Turn, loser: number, winner: number): Promise<void> {
  const messages = [...new Set((await reactionsOfSender(turn.tx, loser)).map((row) => row.message))];
  const rows = await readReactions(turn.tx, messages);
  for (const message of messages) {
    const own = rows.filter((row) => row.message === message);
    const given = own.map((row) =>
      row.sender_contact_id === loser ? { ...row, sender_contact_id: winner } : row,
    );
    await writeReactions(turn.tx, message, [...foldReactions(given).values()]);
  }
  await updateRows(
    turn.tx,
    'message',
    messages.map((id) => ({ id, patch: { seq: turn.seq } })),
  );
  const chats = (await readMessages(turn.tx, messages)).map((row) => row.chat_id);
  await turn.loadChats(chats);
  for (const id of chats) {
    const { now } = turn.chat(id);
    if (now.reaction_by === loser) now.reaction_by = winner;
  }
}

async function giveReceipts(turn: Turn, loser: number, winner: number): Promise<void> {
  const given = await receiptsOfContact(turn.tx, loser);
  if (given.length === 0) return;
  const own = new Map((await receiptsOfContact(turn.tx, winner)).map((row) => [row.message, row]));
  await deleteReceiptsOfContact(turn.tx, loser);
  await writeReceiptRows(
    turn.tx,
    given.map((row) => {
      const known = own.get(row.message);
      return known ? joinReceipts(known, row) : { ...row, contact_id: winner };
    }),
  );
}

async function giveMemberships(turn: Turn, loser: number, winner: number): Promise<void> {
  const rows = await membershipsOf(turn.tx, [loser, winner]);
  const given = rows.filter((row) => row.contact_id === loser);
  if (given.length === 0) return;
  const own = new Map(rows.filter((row) => row.contact_id === winner).map((row) => [row.chat_id, row]));
  await deleteMemberships(turn.tx, loser);
  await writeMemberRows(
    turn.tx,
    given.map((row) => ({ ...joinMembers(own.get(row.chat_id), row), contact_id: winner })),
  );
}

/** What was stored apart because the sender seemed to be somebody else. */
async function foldApart(turn: Turn, senderId: number): Promise<void> {
  for (const row of await apartOfSender(turn.tx, senderId)) {
    const base = baseId(row.message_id);
    if (base === row.message_id) continue;
    const standing = (await readMessagesByMessageId(turn.tx, turn.inboxId, apartIds(base))).find(
      (other) =>
        other.id !== row.id &&
        other.chat_id === row.chat_id &&
        other.from_me === row.from_me &&
        other.sender_contact_id === senderId,
    );
    if (standing) {
      await foldMessages(turn, standing.id, row.id);
      turn.recount.add(row.chat_id);
      turn.repreview.add(row.chat_id);
      await turn.loadChats([row.chat_id]);
    }
  }
}

async function joinChats(turn: Turn, winnerId: number, loserId: number): Promise<void> {
  for (const twin of await twinsInChats(turn.tx, turn.inboxId, winnerId, loserId)) {
    await foldMessages(turn, twin.kept, twin.gone);
  }
  const ids = await idsInChat(turn.tx, loserId);
  for (let start = 0; start < ids.length; start += bulk) {
    if (start > 0) await turn.step();
    await moveMessages(turn.tx, ids.slice(start, start + bulk), winnerId, turn.seq);
  }
  await moveDeliveries(turn.tx, loserId, winnerId);
  const winner = turn.chat(winnerId).now;
  const loser = turn.chat(loserId).now;
  joinRegisters(winner, loser);
  await joinWork(turn, winner, loser);
  Object.assign(loser, noPreview, { ...nobodyWaits, merged_into: winnerId, unread: 0 });
  turn.recount.add(winnerId);
  turn.repreview.add(winnerId);
}

function joinRegisters(winner: ChatRow, loser: ChatRow): void {
  for (const [column, stamp] of [
    ['pinned', 'pinned_at'],
    ['archived', 'archived_at'],
    ['muted_until', 'muted_at'],
  ] as const) {
    const told = joinTold(
      { value: winner[column], at: winner[stamp] },
      { value: loser[column], at: loser[stamp] },
    );
    [winner[column], winner[stamp]] = [told.value, told.at];
  }
  tellUnread(winner, loser.phone_unread, loser.phone_unread_at);
  if (
    loser.read_until > winner.read_until ||
    (loser.read_until === winner.read_until && loser.read_id > winner.read_id)
  ) {
    [winner.read_until, winner.read_id] = [loser.read_until, loser.read_id];
  }
  joinSettled(winner, loser);
}

/** Two stored rows are one Message: the first keeps the key and learns all, the other becomes a tombstone. */
async function foldMessages(turn: Turn, keptId: number, goneId: number): Promise<void> {
  const rows = await readMessages(turn.tx, [keptId, goneId]);
  const kept = rows.find((row) => row.id === keptId);
  const gone = rows.find((row) => row.id === goneId);
  if (!kept || !gone) return;
  const tombstone: RowPatch = {
    id: goneId,
    patch: { message_id: foldedId(goneId), client_id: null, merged_into: keptId, seq: turn.seq },
  };
  await updateRows(turn.tx, 'message', [tombstone]);
  const before = { ...kept };
  foldRow(kept, gone, turn.rules);
  kept.seq = turn.seq;
  const patch = Object.fromEntries(
    Object.entries(kept).filter(([column, value]) => value !== before[column as keyof typeof kept]),
  );
  await updateRows(turn.tx, 'message', [{ id: keptId, patch: { ...patch, seq: turn.seq } }]);
  const reactions = await readReactions(turn.tx, [keptId, goneId]);
  if (reactions.some((row) => row.message === goneId)) {
    const folded = foldReactions(reactions.map((row) => ({ ...row, message: keptId })));
    await writeReactions(turn.tx, goneId, []);
    await writeReactions(turn.tx, keptId, [...folded.values()]);
  }
  await foldReceipts(turn.tx, keptId, goneId);
  await foldVotes(turn.tx, keptId, goneId);
  await foldVersions(turn.tx, before, gone);
  await foldMedia(turn.tx, keptId, goneId, turn.seq);
  const [delivery] = await readDeliveries(turn.tx, [goneId]);
  if (delivery && (await readDeliveries(turn.tx, [keptId])).length === 0) {
    await updateDelivery(turn.tx, goneId, { message: keptId });
  }
}
