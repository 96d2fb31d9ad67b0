import { normalizeMessageContent, proto } from 'baileys';
import { Ack, isAck } from '../../contract/ack.ts';
import { addressKind, chatKindOf, toAddress, type Address } from '../../contract/address.ts';
import type {
  ChatEvent,
  ContactEvent,
  EngineEvent,
  PresenceEvent,
  MessageEvent,
  Origin,
} from '../../contract/engine-event.ts';
import { usableId } from '../../contract/message-reference.ts';
import { asRaw, count, limits, line, list, milliseconds, number, person, text, type Raw } from './bounds.ts';
import { bodyOf, decodeContent, partOf } from './decode-content.ts';
import { decodeGroupChange, decodePair, decodeSystem } from './decode-group.ts';
import { decodeMedia, type MediaKeyOf } from './decode-media.ts';

const { StubType } = proto.WebMessageInfo;
const missedCalls = new Map<number, boolean>([
  [StubType.CALL_MISSED_VOICE, false],
  [StubType.CALL_MISSED_VIDEO, true],
  [StubType.CALL_MISSED_GROUP_VOICE, false],
  [StubType.CALL_MISSED_GROUP_VIDEO, true],
]);

/** Which message a key names; `undefined` for status updates, channels, and ids that are none. */
export function readKey(raw: unknown): MediaKeyOf | undefined {
  const key = asRaw(raw);
  const chat = toAddress(key['remoteJid']);
  const messageId = key['id'];
  if (!chat || chatKindOf(chat) === 'channel' || typeof messageId !== 'string' || !usableId(messageId))
    return undefined;
  const sender = addressKind(chat) === 'group' ? person(key['participant']) : undefined;
  return { chat, messageId, fromMe: key['fromMe'] === true, ...(sender ? { participant: sender } : {}) };
}

/** What the library unwraps: messages that vanish, documents with captions. */
export const contentOf = (message: unknown): Raw =>
  asRaw(normalizeMessageContent((message ?? undefined) as proto.IMessage | undefined));

/**
 * `undefined` where there is nothing a Chat shows: bookkeeping, status updates, channels, no usable id. `me`: our own
 * Addresses, as far as they are known.
 */
export function decodeMessage(
  raw: unknown,
  origin: Origin,
  me: readonly Address[],
): MessageEvent | undefined {
  const info = asRaw(raw);
  const key = readKey(info['key']);
  const at = milliseconds(info['messageTimestamp']);
  if (!key || at === undefined) return undefined;
  const { chat, messageId, fromMe } = key;
  const stub = number(info['messageStubType']) ?? 0;
  const base = { kind: 'message', messageId, chat, at, origin } as const;
  const system = stub ? decodeSystem(info) : undefined;
  if (system) return { ...base, fromMe: false, type: 'system', body: '', content: { system } };
  const event: MessageEvent = { ...base, fromMe, type: 'unknown', body: '' };
  if (!fromMe && chatKindOf(chat) !== 'person') {
    const sender = key.participant ?? person(info['participant']);
    if (sender) event.sender = sender;
  }
  const name = line(info['pushName']);
  if (name && !fromMe) event.senderName = name;
  if (fromMe) {
    const ack = ackOf(info['status']);
    if (ack !== undefined) event.ack = ack;
  }
  if (info['starred'] === true) event.starred = true;
  if (stub === StubType.REVOKE) return { ...event, type: 'text', revoked: true };
  if (isViewOnce(info)) return { ...event, content: { viewOnce: true } };
  const video = missedCalls.get(stub);
  if (video !== undefined) return { ...event, type: 'call', content: { call: { video, missed: true } } };
  if (stub === StubType.CIPHERTEXT) return { ...event, type: 'waiting' };
  if (stub || !info['message']) return undefined;
  return addContent(event, info, key, me);
}

function addContent(
  event: MessageEvent,
  info: Raw,
  key: MediaKeyOf,
  me: readonly Address[],
): MessageEvent | undefined {
  const part = partOf(contentOf(info['message']));
  if (!part) return undefined;
  event.type = part.type;
  event.body = bodyOf(part);
  const context = asRaw(part.data['contextInfo']);
  const quoted = text(context['stanzaId'], 128);
  if (quoted && usableId(quoted)) event.quotedMessageId = quoted;
  const score = count(context['forwardingScore']) ?? 0;
  // From the fifth time on WhatsApp says "many times".
  if (score >= 5) event.forwarded = 2;
  else if (score > 0 || context['isForwarded'] === true) event.forwarded = 1;
  const content = decodeContent(part, event.fromMe, me);
  if (content) event.content = content;
  const media = decodeMedia(part, key);
  if (media) event.media = media;
  return event;
}

/** To be opened once, on the phone; what of it reaches us is not shown. */
function isViewOnce(info: Raw): boolean {
  const message = asRaw(info['message']);
  if (asRaw(info['key'])['isViewOnce'] === true) return true;
  if (message['viewOnceMessage'] || message['viewOnceMessageV2'] || message['viewOnceMessageV2Extension'])
    return true;
  return ['imageMessage', 'videoMessage', 'audioMessage'].some(
    (name) => asRaw(message[name])['viewOnce'] === true,
  );
}

/** The library counts from ERROR 0, PENDING 1. */
export function ackOf(status: unknown): Ack | undefined {
  const rung = number(status);
  const ack = rung === undefined ? undefined : rung - 1;
  return isAck(ack) ? ack : undefined;
}

/** All that one message of a batch tells: itself, its group, its pair of addresses, its reactions. */
export function decodeAll(raw: unknown, origin: Origin, me: readonly Address[]): EngineEvent[] {
  const info = asRaw(raw);
  const key = asRaw(info['key']);
  const message = decodeMessage(info, origin, me);
  const pairs = [
    decodePair([key['remoteJid'], key['remoteJidAlt']]),
    decodePair([key['participant'], key['participantAlt']]),
  ].filter((pair) => pair !== undefined);
  const reactions = message
    ? list(info['reactions'], 200).flatMap((one) => decodeReaction(info['key'], one, me) ?? [])
    : [];
  // What the library had gathered with the message before it told of it.
  const receipts =
    message?.fromMe && addressKind(message.chat) === 'group'
      ? list(info['userReceipt'], limits.members).flatMap(
          (one) => decodeReceipt(info['key'], one, Date.now()) ?? [],
        )
      : [];
  return [...pairs, ...(message ? [message] : []), ...decodeGroupChange(info), ...reactions, ...receipts];
}

/** What changes about a message that is there: `messages.update`. */
export function decodeUpdate(rawKey: unknown, rawUpdate: unknown, now: number): EngineEvent | undefined {
  const key = readKey(rawKey);
  const update = asRaw(rawUpdate);
  if (!key) return undefined;
  const { chat, messageId, fromMe } = key;
  const about = { messageId, chat, fromMe };
  const at = milliseconds(update['messageTimestamp']) ?? now;
  if (update['messageStubType'] === StubType.REVOKE)
    // An admin takes back others' messages under a key of their own.
    return { kind: 'revoke', messageId, chat, ...(addressKind(chat) === 'group' ? {} : { fromMe }), at: now };
  if (typeof update['starred'] === 'boolean')
    return { kind: 'star', ...about, starred: update['starred'], at: now };
  const edited = asRaw(asRaw(update['message'])['editedMessage'])['message'];
  if (edited) {
    const part = partOf(contentOf(edited));
    return part && { kind: 'edit', ...about, body: bodyOf(part), at };
  }
  const ack = ackOf(update['status']);
  return ack === undefined || !fromMe ? undefined : { kind: 'ack', ...about, ack };
}

/** A reaction: whose message, and what was said to it. */
export function decodeReaction(
  rawKey: unknown,
  rawReaction: unknown,
  me: readonly Address[],
): EngineEvent | undefined {
  const about = readKey(rawKey);
  const reaction = asRaw(rawReaction);
  const own = asRaw(reaction['key']);
  const [self] = me;
  const fromUs = own['fromMe'] === true;
  const sender = fromUs ? self : (person(own['participant']) ?? person(own['remoteJid']));
  const at = milliseconds(reaction['senderTimestampMs']) ?? Date.now();
  if (!about || !sender) return undefined;
  const { chat, messageId, fromMe } = about;
  const emoji = text(reaction['text'], 32) ?? '';
  return {
    kind: 'reaction',
    messageId,
    chat,
    fromMe,
    sender,
    fromUs: fromUs || me.includes(sender),
    emoji,
    at,
  };
}

/** How far one of ours got with one member: `message-receipt.update`. */
export function decodeReceipt(rawKey: unknown, rawReceipt: unknown, now: number): EngineEvent | undefined {
  const key = readKey(rawKey);
  const receipt = asRaw(rawReceipt);
  const member = person(receipt['userJid']);
  if (!key || !member) return undefined;
  const rungs = [
    ['playedTimestamp', Ack.played],
    ['readTimestamp', Ack.read],
    ['receiptTimestamp', Ack.device],
  ] as const;
  for (const [name, ack] of rungs) {
    if (receipt[name] === undefined || receipt[name] === null) continue;
    const { messageId, chat } = key;
    return {
      kind: 'receipt',
      messageId,
      chat,
      fromMe: true,
      member,
      ack,
      at: milliseconds(receipt[name]) ?? now,
    };
  }
  return undefined;
}

/** A Chat as history has it, or what an update says of it. `now`: when it was told. */
export function decodeChat(raw: unknown, now: number, isWhole: boolean): ChatEvent | undefined {
  const data = asRaw(raw);
  const chat = toAddress(data['id']);
  if (!chat || chatKindOf(chat) === 'channel') return undefined;
  const event: ChatEvent = { kind: 'chat', chat };
  const name = line(data['name']);
  if (name) event.name = name;
  // The library counts what comes in with every message; only what devices tell each other is the phone's word.
  const unread = number(data['unreadCount']);
  if (unread !== undefined && (isWhole || !data['messages'])) {
    event.unread =
      data['markedAsUnread'] === true || unread < 0 ? -1 : Math.min(mostUnread, Math.round(unread));
    event.at = now;
  }
  if (isWhole || 'pinned' in data) event.pinned = (number(data['pinned']) ?? 0) > 0;
  if (typeof data['archived'] === 'boolean') event.archived = data['archived'];
  const mute = 'muteEndTime' in data ? data['muteEndTime'] : isWhole ? 0 : undefined;
  if (mute !== undefined) event.mutedUntil = mutedUntil(mute);
  return Object.keys(event).length > 2 ? event : undefined;
}
function mutedUntil(value: unknown): number {
  const until = number(value) ?? 0;
  return until < 0 ? forEver : (milliseconds(until) ?? 0);
}
const forEver = 253_402_300_799_000;
const mostUnread = 1_000_000;

/** A person of the address book or of a greeting, and what ties their two Addresses together. */
export function decodeContact(raw: unknown): EngineEvent[] {
  const data = asRaw(raw);
  const address = person(data['id']);
  if (!address) return [];
  const event: ContactEvent = { kind: 'contact', address };
  const name = line(data['name']);
  const pushName = line(data['notify'] ?? data['verifiedName']);
  if (name) event.name = name;
  if (pushName) event.pushName = pushName;
  const pair = decodePair([address, data['lid'], data['phoneNumber']]);
  return [...(pair ? [pair] : []), ...(name || pushName ? [event] : [])];
}

/** Somebody, or a group, has another profile picture: `contacts.update` tells that, and nothing of the picture. */
export function decodePicture(raw: unknown): EngineEvent[] {
  const data = asRaw(raw);
  const of = toAddress(data['id']);
  return of && (data['imgUrl'] === 'changed' || data['imgUrl'] === 'removed')
    ? [{ kind: 'picture', of }]
    : [];
}

const presences = new Map<unknown, PresenceEvent['presence']>([
  ['composing', 'typing'],
  ['recording', 'recording'],
  ['paused', 'paused'],
  ['available', 'online'],
  ['unavailable', 'offline'],
]);

/** Somebody types, or is there: `presence.update`. That somebody of a group is there, the group does not show. */
export function decodePresence(raw: unknown): EngineEvent | undefined {
  const data = asRaw(raw);
  const chat = toAddress(data['id']);
  const [first] = Object.values(asRaw(data['presences']));
  const told = presences.get(asRaw(first)['lastKnownPresence']);
  if (!chat || !told) return undefined;
  const presence = told === 'online' && addressKind(chat) === 'group' ? 'paused' : told;
  const lastSeen = milliseconds(asRaw(first)['lastSeen']);
  return { kind: 'presence', chat, presence, ...(lastSeen ? { lastSeen } : {}) };
}
