import { insertAddress, pointContactAddressesAtChat, type AddressRow } from '../../db/query/address.ts';
import { insertChat, type ChatRow } from '../../db/query/chat.ts';
import { blockedContacts, insertContact, type ContactRow } from '../../db/query/contact.ts';
import { addressKind, addressUser, chatKindOf, type Address } from '../contract/address.ts';
import { twinOf, withTwins } from '../contract/number-twin.ts';
import type { AddressPairEvent, BlockListEvent, ChatEvent, ContactEvent } from '../contract/engine-event.ts';
import { joinContacts } from './join.ts';
import { joinTold } from './merge.ts';
import { noPreview } from './preview.ts';
import { lesser, tellBlocked, tellName, tellPushName, tellUnread } from './registers.ts';
import { searchText } from './search-text.ts';
import { tracked, type Tracked } from './tracked.ts';
import type { Turn } from './turn.ts';
import { markedUnread } from './unread.ts';

/** The Contact of a person's Address, made if there is none. The Address has been loaded. */
export async function contactOf(turn: Turn, address: Address): Promise<Tracked<ContactRow>> {
  const known = turn.addresses.get(address)?.contact_id ?? (await adoptSpelling(turn, address));
  if (known) return turn.contact(known);
  const row: Omit<ContactRow, 'id'> = {
    inbox_id: turn.inboxId,
    name: '',
    name_at: 0,
    push_name: '',
    push_name_at: 0,
    phone: null,
    lid: null,
    is_business: 0,
    is_me: 0,
    blocked: 0,
    blocked_at: 0,
    picture: null,
    search_text: '',
    merged_into: null,
    seq: turn.seq,
  };
  const id = await insertContact(turn.tx, row);
  const contact = tracked<ContactRow>({ ...row, id });
  turn.contacts.set(id, contact);
  turn.visible = true;
  await addAddress(turn, { value: address, contact_id: id, chat_id: null });
  return contact;
}

/** A number known in its other spelling is the same person: this spelling is one more Address of theirs. */
async function adoptSpelling(turn: Turn, address: Address): Promise<number | undefined> {
  const twin = knownAddress(turn, address);
  if (!twin?.contact_id) return undefined;
  if (twin.value !== address) {
    await addAddress(turn, { value: address, contact_id: twin.contact_id, chat_id: twin.chat_id });
  }
  return twin.contact_id;
}

/** What is known of an Address, be it in its other spelling. It and its twin have been loaded. */
export function knownAddress(turn: Turn, address: Address): AddressRow | undefined {
  const twin = twinOf(address);
  return turn.addresses.get(address) ?? (twin && turn.addresses.get(twin));
}

/** The Chat of an Address, made if there is none. The Address has been loaded. */
export async function chatOf(turn: Turn, address: Address): Promise<Tracked<ChatRow>> {
  const known = turn.addresses.get(address)?.chat_id;
  if (known) return turn.chat(known);
  const kind = chatKindOf(address);
  const contact = kind === 'person' ? await contactOf(turn, address) : undefined;
  const adopted = turn.addresses.get(address)?.chat_id;
  if (adopted) return turn.chat(adopted);
  const row: Omit<ChatRow, 'id'> = {
    inbox_id: turn.inboxId,
    kind,
    contact_id: contact?.now.id ?? null,
    name: '',
    unread: 0,
    pinned: 0,
    archived: 0,
    muted_until: 0,
    ...noPreview,
    read_until: 0,
    read_id: 0,
    picture: null,
    description: '',
    description_at: 0,
    members_at: 0,
    backfilled_at: 0,
    phone_unread: 0,
    phone_unread_at: 0,
    name_at: 0,
    pinned_at: 0,
    archived_at: 0,
    muted_at: 0,
    search_text: searchText(contact?.now.search_text ?? ''),
    assignee_id: null,
    assigned_at: 0,
    label_ids: '',
    mentioned: 0,
    noted_ids: '',
    waiting_since: 0,
    settled_at: 0,
    settled_id: 0,
    merged_into: null,
    seq: turn.seq,
  };
  const id = await insertChat(turn.tx, row);
  const chat = tracked<ChatRow>({ ...row, id });
  turn.chats.set(id, chat);
  turn.visible = true;
  if (contact) {
    await pointContactAddressesAtChat(turn.tx, contact.now.id, id);
    turn.repointed.add(contact.now.id);
    for (const entry of turn.addresses.values()) {
      if (entry.contact_id === contact.now.id) entry.chat_id = id;
    }
    // A Contact shows the Chat it has.
    contact.now.seq = turn.seq;
  } else {
    await addAddress(turn, { value: address, contact_id: null, chat_id: id });
  }
  return chat;
}

async function addAddress(turn: Turn, entry: Omit<AddressRow, 'inbox_id'>): Promise<void> {
  const row = { inbox_id: turn.inboxId, ...entry };
  await insertAddress(turn.tx, row);
  turn.addresses.set(entry.value, row);
  turn.wrote = true;
  if (entry.contact_id === null) return;
  const contact = turn.contact(entry.contact_id).now;
  noteAddress(contact, entry.value as Address);
  if (contact.is_me === 1) turn.learntOwn = true;
}

function noteAddress(contact: ContactRow, address: Address): void {
  if (addressKind(address) === 'phone') contact.phone = lesser(contact.phone, addressUser(address));
  if (addressKind(address) === 'lid') contact.lid = lesser(contact.lid, address);
}

/**
 * Two Addresses of one person lead to one Contact and one Chat from now on, also when both had their own. Runs before
 * Messages are read into the turn. Returns all Addresses of the person when something new was learnt: facts that waited
 * under one of them may have found their Message.
 */
export async function learnPair(turn: Turn, pair: AddressPairEvent): Promise<string[]> {
  await turn.loadAddresses(withTwins([pair.lid, pair.phone]));
  await adoptSpelling(turn, pair.phone);
  const lid = turn.addresses.get(pair.lid);
  const phone = turn.addresses.get(pair.phone);
  if (lid && phone) {
    if (lid.contact_id === phone.contact_id || lid.contact_id === null || phone.contact_id === null) {
      return [];
    }
    return joinContacts(turn, lid.contact_id, phone.contact_id);
  }
  if (!lid && !phone) await contactOf(turn, pair.phone);
  const known = turn.addresses.get(pair.phone) ?? lid;
  if (!known) return [];
  const added = known.value === pair.phone ? pair.lid : pair.phone;
  await addAddress(turn, { value: added, contact_id: known.contact_id, chat_id: known.chat_id });
  return [pair.lid, pair.phone];
}

/** What the phone tells of a Contact: each name is a register, the later word wins. */
export async function applyContact(turn: Turn, event: ContactEvent): Promise<void> {
  const { now } = await contactOf(turn, event.address);
  if (event.name !== undefined) tellName(now, event.name, turn.now);
  if (event.pushName !== undefined) tellPushName(now, event.pushName, turn.now);
  if (event.isBusiness) now.is_business = 1;
  if (event.blocked !== undefined) tellBlocked(now, event.blocked, turn.now);
  if (event.isMe && now.is_me === 0) {
    now.is_me = 1;
    turn.learntOwn = true;
  }
}

/** The whole list of those we have blocked: who is not on it is not blocked (any more). */
export async function applyBlockList(turn: Turn, event: BlockListEvent): Promise<void> {
  const listed = new Set<number>();
  for (const address of event.people) listed.add((await contactOf(turn, address)).now.id);
  await turn.loadContacts(await blockedContacts(turn.tx, turn.inboxId));
  await turn.loadChatsOf(
    [...turn.contacts.values()].filter(({ now }) => now.blocked !== Number(listed.has(now.id))),
  );
  for (const { now } of turn.contacts.values()) {
    if (now.merged_into === null) tellBlocked(now, listed.has(now.id), turn.now);
  }
}

/**
 * What the phone tells of a Chat. `at` orders the unread count among the Messages; it may be the time of the newest one
 * the phone counted, so it does not tell which of two words on pinned or archived is the later: those count as told now.
 */
export async function applyChat(turn: Turn, event: ChatEvent): Promise<void> {
  const { now } = await chatOf(turn, event.chat);
  if (event.name !== undefined && event.name !== '') {
    if (now.kind !== 'person') {
      // As of now, also when it is no news: a subject of an earlier time may still come.
      const told = joinTold({ value: now.name, at: now.name_at }, { value: event.name, at: turn.now });
      [now.name, now.name_at] = [told.value, told.at];
    } else if (now.contact_id !== null) {
      // A Chat's title is only a guess at what the person is called: anything told of the Contact is later.
      tellPushName(turn.contact(now.contact_id).now, event.name, 0);
    }
  }
  const tell = (
    column: 'pinned' | 'archived' | 'muted_until',
    stamp: 'pinned_at' | 'archived_at' | 'muted_at',
    value: number | undefined,
  ): void => {
    if (value === undefined || value === now[column]) return;
    const told = joinTold({ value: now[column], at: now[stamp] }, { value, at: turn.now });
    now[column] = told.value;
    now[stamp] = told.at;
  };
  tell('pinned', 'pinned_at', event.pinned === undefined ? undefined : Number(event.pinned));
  tell('archived', 'archived_at', event.archived === undefined ? undefined : Number(event.archived));
  tell('muted_until', 'muted_at', event.mutedUntil);
  // Without its time a count cannot be put in order with the Messages, so it says nothing.
  if (event.unread !== undefined && event.at !== undefined && Number.isFinite(event.unread)) {
    tellUnread(now, event.unread < 0 ? markedUnread : Math.trunc(event.unread), event.at);
  }
}
