import { readEarlyByChat } from '../../db/query/early.ts';
import type { MessageRow } from '../../db/query/message.ts';
import { Ack } from '../contract/ack.ts';
import { chatKindOf, type Address } from '../contract/address.ts';
import { withTwins } from '../contract/number-twin.ts';
import type { EngineEvent, MessageEvent } from '../contract/engine-event.ts';
import { applyFacts, isFact, readWaiting, type WaitingFact } from './early.ts';
import { bindEcho, loadForEchoes } from './echo.ts';
import { tellMessage } from './fold.ts';
import { applyGroup, applyMembership } from './group.ts';
import {
  applyBlockList,
  applyChat,
  applyContact,
  chatOf,
  contactOf,
  knownAddress,
  learnPair,
} from './identity.ts';
import { nothing, type Facts } from './merge.ts';
import { apartIds, mostApart } from './message-key.ts';
import { tellPushName } from './registers.ts';
import { earlyUnder, messagesUnder } from './read-ahead.ts';
import { applyReports } from './session-report.ts';
import type { MessageState } from './message-state.ts';
import type { Turn } from './turn.ts';
import { noteVersions } from './versions.ts';

/** What a batch met that an operator should know of. */
export interface Oddity {
  what: 'sender-differs';
  messageId: string;
  chatId: number;
}

/**
 * Merges a batch of admitted events into the turn: pairs of Addresses first (they move rows), then Contacts and Chats,
 * then Messages, then the facts about them. The order within the batch does not matter, session reports apart.
 */
export async function applyEvents(turn: Turn, events: readonly EngineEvent[]): Promise<Oddity[]> {
  const relearnt: string[] = [];
  for (const event of events) {
    if (event.kind === 'address-pair') relearnt.push(...(await learnPair(turn, event)));
  }
  const messages = events.filter((event) => event.kind === 'message');
  const waiting: WaitingFact[] = [
    ...events.filter(isFact).map((fact) => ({ fact, row: undefined })),
    ...readWaiting(await readEarlyByChat(turn.tx, turn.inboxId, relearnt)),
  ];
  const early = await earlyUnder(
    turn,
    messages.map((event) => event.messageId),
  );
  const again = new Set(waiting.map((entry) => entry.row));
  waiting.push(...readWaiting(early.filter((row) => !again.has(row.id))));

  await turn.loadAddresses([
    ...events.flatMap(addressesOf),
    ...waiting.flatMap((entry) => addressesOf(entry.fact)),
  ]);
  await loadMessages(turn, messages, waiting);
  for (const event of events) {
    if (event.kind === 'contact') await applyContact(turn, event);
    if (event.kind === 'block-list') await applyBlockList(turn, event);
    if (event.kind === 'chat') await applyChat(turn, event);
    if (event.kind === 'group') await applyGroup(turn, event);
    if (event.kind === 'membership') await applyMembership(turn, event);
  }
  const oddities: Oddity[] = [];
  for (const event of messages) await applyMessage(turn, event, oddities);
  await applyFacts(turn, waiting);
  await applyReports(turn, events);
  return oddities;
}

/** The Addresses an event names, in all their spellings. */
export function addressesOf(event: EngineEvent): Address[] {
  return withTwins(namedIn(event));
}

function namedIn(event: EngineEvent): Address[] {
  switch (event.kind) {
    case 'message':
      return event.sender ? [event.chat, event.sender] : [event.chat];
    case 'reaction':
      return [...(event.chat ? [event.chat] : []), ...(event.fromUs ? [] : [event.sender])];
    case 'vote':
      return [...(event.chat ? [event.chat] : []), ...(event.fromUs ? [] : [event.voter])];
    case 'receipt':
      return [...(event.chat ? [event.chat] : []), event.member];
    case 'ack':
    case 'edit':
    case 'revoke':
    case 'star':
      return event.chat ? [event.chat] : [];
    case 'chat':
    case 'presence':
      return [event.chat];
    case 'group':
      return [event.chat, ...(event.members ?? []).map((member) => member.address)];
    case 'membership':
      return [event.chat, ...event.members];
    case 'contact':
      return [event.address];
    case 'block-list':
      return event.people;
    case 'address-pair':
      return [event.lid, event.phone];
    case 'picture':
    case 'session-state':
      return [];
  }
}

async function loadMessages(
  turn: Turn,
  messages: readonly MessageEvent[],
  waiting: readonly WaitingFact[],
): Promise<void> {
  const ids = new Set([
    ...messages.map((event) => turn.rules.messageIdOf(event)),
    ...waiting.map((entry) => entry.fact.messageId),
  ]);
  const rows = await messagesUnder(turn, ids);
  turn.addMessages(rows);
  const apart = rows.filter((row) => row.sender_contact_id !== null).map((row) => row.message_id);
  if (apart.length > 0) {
    const others = [...new Set(apart)].flatMap((id) => apartIds(id).slice(1));
    turn.addMessages(await messagesUnder(turn, others));
  }
  await turn.loadChats(rows.map((row) => row.chat_id));
  const echoes = messages.filter((event) => {
    const chatId = knownAddress(turn, event.chat)?.chat_id;
    return event.fromMe && !(chatId && turn.messageAt(chatId, 1, event.messageId));
  });
  if (echoes.length > 0) await loadForEchoes(turn, echoes);
}

async function applyMessage(turn: Turn, event: MessageEvent, oddities: Oddity[]): Promise<void> {
  const chat = await chatOf(turn, event.chat);
  const inGroup = chatKindOf(event.chat) !== 'person';
  const sender = inGroup && !event.fromMe && event.sender ? await contactOf(turn, event.sender) : undefined;
  if (!event.fromMe && event.senderName) {
    const writer = sender ?? (inGroup ? undefined : turn.contact(chat.now.contact_id!));
    if (writer) tellPushName(writer.now, event.senderName, event.at);
  }
  const place = findPlace(turn, chat.now.id, event, sender?.now.id);
  if (place.messageId !== turn.rules.messageIdOf(event)) {
    oddities.push({ what: 'sender-differs', messageId: event.messageId, chatId: chat.now.id });
  }
  const state =
    place.state ??
    (event.fromMe ? await bindEcho(turn, chat.now.id, event) : undefined) ??
    turn.addNewMessage(newRow(turn, chat.now.id, place.messageId, event.fromMe));
  noteVersions(turn, state, event);
  tellMessage(state.now, factsOfEvent(event), turn.rules);
  if (event.media) turn.media.push({ message: state, facts: event.media });
  state.now.sender_contact_id ??= sender?.now.id ?? null;
}

/** Where a Message stands or is to stand: a different known sender under a taken key is stored apart. */
function findPlace(
  turn: Turn,
  chatId: number,
  event: MessageEvent,
  sender: number | undefined,
): { messageId: string; state: MessageState | undefined } {
  const base = turn.rules.messageIdOf(event);
  for (const [turnOf, messageId] of apartIds(base).entries()) {
    const state = turn.messageAt(chatId, Number(event.fromMe), messageId);
    if (!state) return { messageId, state: undefined };
    const known = state.now.sender_contact_id;
    if (known === null || sender === undefined || known === sender || turnOf === mostApart - 1) {
      return { messageId, state };
    }
  }
  return { messageId: base, state: undefined };
}

function factsOfEvent(event: MessageEvent): Facts {
  return {
    type: event.type,
    body: event.body,
    at: event.at,
    // An outgoing Message that WhatsApp tells of has reached it, unless it says otherwise.
    ack: event.fromMe ? (event.ack ?? Ack.server) : Ack.pending,
    live: event.origin === 'live' ? 1 : 0,
    editedAt: event.editedAt ?? null,
    revokedAt: event.revoked ? event.at : null,
    quotedMessageId: event.quotedMessageId ?? null,
    senderName: event.fromMe ? '' : (event.senderName ?? ''),
    content: event.content ?? null,
    forwarded: event.forwarded ?? 0,
    // An old message carries its star without a time: any later word about it wins.
    starred: event.starred ? { value: 1, at: event.at } : nothing.starred,
  };
}

function newRow(turn: Turn, chatId: number, messageId: string, fromMe: boolean): Omit<MessageRow, 'id'> {
  return {
    inbox_id: turn.inboxId,
    chat_id: chatId,
    message_id: messageId,
    from_me: Number(fromMe),
    client_id: null,
    agent_id: null,
    sender_contact_id: null,
    sender_name: nothing.senderName,
    type: nothing.type,
    body: nothing.body,
    at: nothing.at,
    ack: nothing.ack,
    live: nothing.live,
    failure: null,
    edited_at: null,
    revoked_at: null,
    quoted_message_id: null,
    content: null,
    forwarded: nothing.forwarded,
    starred: nothing.starred.value,
    starred_at: nothing.starred.at,
    merged_into: null,
    seq: turn.seq,
  };
}
