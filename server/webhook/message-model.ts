import { isAck, type Ack } from '../contract/ack.ts';
import { addressKind, toAddress } from '../contract/address.ts';
import type { EngineEvent, MessageEvent, MessageType } from '../contract/engine-event.ts';
import { toMessageReference, type MessageReference } from '../contract/message-reference.ts';
import { isBookkeeping, toMessageType } from '../contract/whatsapp-type.ts';
import { at, flagAt, millisecondsAt, numberAt, textAt } from './foreign.ts';

/**
 * Reads the message model of whatsapp-web.js, which wwebjs-api posts as it is and WAHA in a dress of its own. Direction
 * and Chat come from the message id (never from `from` and `to`, which mean different things on different engines).
 */
export function decodeMessage(model: unknown): EngineEvent[] {
  const reference = referenceOf(model);
  if (!reference?.chat || reference.fromMe === undefined) return [];
  const kind = addressKind(reference.chat);
  if (kind === 'broadcast' || kind === 'channel') return [];
  if (isBookkeeping(textAt(model, 'type') ?? textAt(model, '_data', 'type'))) return [];
  const sent = millisecondsAt(model, 'timestamp') ?? millisecondsAt(model, '_data', 't');
  if (sent === undefined) return [];
  const revoked = textAt(model, 'type') === 'revoked' || textAt(model, '_data', 'type') === 'revoked';
  const event: MessageEvent = {
    kind: 'message',
    messageId: reference.messageId,
    chat: reference.chat,
    fromMe: reference.fromMe,
    type: typeOf(model),
    body: textAt(model, 'body') ?? '',
    at: sent,
    origin: 'live',
  };
  const ack = numberAt(model, 'ack');
  if (reference.fromMe && isAck(ack)) event.ack = ack;
  if (revoked) event.revoked = true;
  const sender = kind === 'group' ? senderOf(model, reference) : undefined;
  if (sender) event.sender = sender;
  const name = textAt(model, '_data', 'notifyName') ?? textAt(model, '_data', 'pushName');
  if (name && !reference.fromMe) event.senderName = name;
  const quoted = toMessageReference(
    at(model, 'replyTo', 'id') ?? at(model, '_data', 'quotedStanzaID') ?? at(model, 'quotedStanzaID'),
  );
  if (quoted) event.quotedMessageId = quoted.messageId;
  const edited =
    millisecondsAt(model, 'latestEditSenderTimestampMs') ??
    millisecondsAt(model, '_data', 'latestEditSenderTimestampMs');
  if (edited !== undefined) event.editedAt = edited;
  // The name stands in the message, with its time; a fact of its own would have none, and an old copy would rename.
  return [...pairsOf(model), event];
}

/** Which message a fact is about, as far as its source tells. */
export function about({ messageId, chat, fromMe }: MessageReference) {
  return { messageId, ...(chat ? { chat } : {}), ...(fromMe === undefined ? {} : { fromMe }) };
}

/** The id of a message, from wherever the model keeps it. */
export function referenceOf(model: unknown): MessageReference | undefined {
  const own = toMessageReference(at(model, 'id'));
  if (own?.chat && own.fromMe !== undefined) return own;
  const inner = toMessageReference(at(model, '_data', 'id')) ?? toMessageReference(at(model, '_data', 'key'));
  if (inner?.chat && inner.fromMe !== undefined) return inner;
  const found = own ?? inner;
  if (!found) return undefined;
  // The flat form of old posts: a bare id with from, to and fromMe beside it.
  const fromMe = found.fromMe ?? flagAt(model, 'fromMe');
  const chat = found.chat ?? toAddress(at(model, fromMe ? 'to' : 'from'));
  return {
    ...found,
    ...(fromMe === undefined ? {} : { fromMe }),
    ...(chat ? { chat } : {}),
  };
}

function senderOf(model: unknown, reference: MessageReference) {
  return reference.participant ?? toAddress(at(model, 'participant')) ?? toAddress(at(model, 'author'));
}

/** NOWEB and GOWS tell both Addresses of a person in the key. */
function pairsOf(model: unknown): EngineEvent[] {
  const key = at(model, '_data', 'key') ?? at(model, '_data', 'Info');
  return [
    pair(at(key, 'remoteJid'), at(key, 'remoteJidAlt')),
    pair(at(key, 'participant'), at(key, 'participantAlt')),
    pair(at(key, 'Sender'), at(key, 'SenderAlt')),
  ].flat();
}

export function pair(a: unknown, b: unknown): EngineEvent[] {
  const addresses = [toAddress(a), toAddress(b)].filter((address) => address !== undefined);
  const lid = addresses.find((address) => addressKind(address) === 'lid');
  const phone = addresses.find((address) => addressKind(address) === 'phone');
  return lid && phone ? [{ kind: 'address-pair', lid, phone }] : [];
}

export function ackOf(value: unknown): Ack | undefined {
  const ack = typeof value === 'string' && /^-?\d$/.test(value) ? Number(value) : value;
  return isAck(ack) ? ack : undefined;
}

const byMime: [RegExp, MessageType][] = [
  [/^image\/webp/, 'sticker'],
  [/^image\//, 'image'],
  [/^video\//, 'video'],
  [/^audio\/ogg/, 'voice'],
  [/^audio\//, 'audio'],
];
/** The keys of a Baileys message, which NOWEB passes on. */
const byBaileysKey: Record<string, MessageType> = {
  conversation: 'text',
  extendedTextMessage: 'text',
  imageMessage: 'image',
  videoMessage: 'video',
  audioMessage: 'audio',
  documentMessage: 'document',
  documentWithCaptionMessage: 'document',
  stickerMessage: 'sticker',
  locationMessage: 'location',
  liveLocationMessage: 'location',
  contactMessage: 'contact-card',
  contactsArrayMessage: 'contact-card',
  pollCreationMessage: 'poll',
  pollCreationMessageV3: 'poll',
};

function typeOf(model: unknown): MessageType {
  const named = toMessageType(textAt(model, 'type')) ?? toMessageType(textAt(model, '_data', 'type'));
  if (named) return named;
  const inner = at(model, '_data', 'message');
  for (const [key, type] of Object.entries(byBaileysKey)) if (at(inner, key) !== undefined) return type;
  if (flagAt(model, 'hasMedia')) {
    const mime = textAt(model, 'media', 'mimetype') ?? textAt(model, '_data', 'mimetype') ?? '';
    return byMime.find(([pattern]) => pattern.test(mime))?.[1] ?? 'document';
  }
  if (at(model, 'location') !== undefined && at(model, 'location') !== null) return 'location';
  const cards = at(model, 'vCards');
  if (Array.isArray(cards) && cards.length > 0) return 'contact-card';
  if (textAt(model, 'body')) return 'text';
  return 'unknown';
}
