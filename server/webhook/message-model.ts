import { isAck, type Ack } from '../contract/ack.ts';
import { chatKindOf, toAddress } from '../contract/address.ts';
import type { MediaFacts } from '../contract/content.ts';
import type { EngineEvent, MessageEvent, MessageType } from '../contract/engine-event.ts';
import type { MessageReference } from '../contract/message-reference.ts';
import { isBookkeeping, toMessageType } from '../contract/whatsapp-type.ts';
import { boundedLine, boundedText, isPicture, limits } from './bounded.ts';
import { at, flagAt, millisecondsAt, numberAt, record, textAt } from './foreign.ts';
import { mimeOf, pageMedia, protocolMedia } from './media-facts.ts';
import { cardsOf, contentOf, isViewOnce, namesOf, placeText, quotedIdOf } from './message-content.ts';
import {
  isProtocolBookkeeping,
  protocolMessage,
  protocolText,
  type ProtocolMessage,
} from './protocol-message.ts';
import { pairsOf, referenceOf } from './reference.ts';
import { decodeNotice, isNotice } from './system-line.ts';

/**
 * Reads the message model of whatsapp-web.js, which wwebjs-api posts as it is and WAHA in a dress of its own. Direction
 * and Chat come from the message id (never from `from` and `to`, which mean different things on different engines).
 * `keptFile`: what the source tells of a file it keeps itself.
 */
export function decodeMessage(model: unknown, keptFile: Partial<MediaFacts> = {}): EngineEvent[] {
  const reference = referenceOf(model);
  if (!reference?.chat || reference.fromMe === undefined) return [];
  const named = textAt(model, 'type') ?? textAt(model, '_data', 'type');
  if (isNotice(named, model)) return decodeNotice(model);
  const protocol = protocolMessage(model);
  if (isBookkeeping(named) || (protocol && isProtocolBookkeeping(protocol))) return [];
  const sent =
    millisecondsAt(model, 'timestamp') ?? millisecondsAt(model, '_data', 't') ?? millisecondsAt(model, 't');
  if (sent === undefined) return [];
  const { messageId, chat, fromMe } = reference;
  const type = typeOf(model, protocol);
  const revoked = [textAt(model, 'type'), textAt(model, '_data', 'type')].includes('revoked');
  const event: MessageEvent = {
    kind: 'message',
    messageId,
    chat,
    fromMe,
    type,
    body: '',
    at: sent,
    origin: 'live',
  };
  const ack = numberAt(model, 'ack') ?? numberAt(model, '_data', 'ack');
  if (fromMe && isAck(ack)) event.ack = ack;
  const sender = chatKindOf(reference.chat) === 'person' ? undefined : senderOf(model, reference);
  if (sender) event.sender = sender;
  const name = boundedLine(
    at(model, '_data', 'notifyName') ?? at(model, '_data', 'pushName') ?? at(model, 'notifyName'),
    limits.name,
  );
  if (name && !fromMe) event.senderName = name;
  if (revoked) event.revoked = true;
  else if (type !== 'waiting') tellWhole(event, model, protocol, keptFile);
  else if (isViewOnce(model, protocol)) event.content = { viewOnce: true };
  // The name stands in the message, with its time; a fact of its own would have none, and an old copy would rename.
  return [...pairsOf(model), event];
}

/** One that WhatsApp has not opened yet: the same message comes again, whole. */
export function decodeWaiting(model: unknown): EngineEvent[] {
  return decodeMessage(model).map((event) => {
    if (event.kind !== 'message') return event;
    const { content, media: _, ...bare } = event;
    const known = content?.viewOnce ? { content: { viewOnce: true } } : {};
    return { ...bare, ...known, type: 'waiting', body: '' };
  });
}

function tellWhole(
  event: MessageEvent,
  model: unknown,
  protocol: ProtocolMessage | undefined,
  keptFile: Partial<MediaFacts>,
): void {
  const { type, fromMe } = event;
  event.body = bodyOf(model, type, protocol);
  const quoted = quotedIdOf(model, protocol);
  if (quoted) event.quotedMessageId = quoted;
  const edited =
    millisecondsAt(model, 'latestEditSenderTimestampMs') ??
    millisecondsAt(model, '_data', 'latestEditSenderTimestampMs');
  if (edited !== undefined) event.editedAt = edited;
  const content = contentOf(model, { type, fromMe, protocol });
  if (content) event.content = content;
  // What is to be opened once is opened on the phone: its file is not even asked for.
  if (!content?.viewOnce) {
    const media = mediaOf(model, type, protocol, keptFile);
    if (media) event.media = media;
  }
  const forwarded = forwardedOf(model, protocol);
  if (forwarded) event.forwarded = forwarded;
  if (flagAt(model, 'isStarred') ?? flagAt(model, '_data', 'star') ?? flagAt(model, 'star'))
    event.starred = true;
}

function senderOf(model: unknown, reference: MessageReference) {
  return (
    reference.participant ??
    toAddress(at(model, 'participant')) ??
    toAddress(at(model, 'author')) ??
    toAddress(at(model, '_data', 'author'))
  );
}

export function ackOf(value: unknown): Ack | undefined {
  const ack = typeof value === 'string' && /^-?\d$/.test(value) ? Number(value) : value;
  return isAck(ack) ? ack : undefined;
}

const fileTypes: ReadonlySet<MessageType> = new Set([
  'image',
  'video',
  'voice',
  'audio',
  'document',
  'sticker',
]);

export function isFileType(type: MessageType): boolean {
  return fileTypes.has(type);
}

/** '' where the text is told otherwise (a card, a place) or there is none. */
function bodyOf(model: unknown, type: MessageType, protocol: ProtocolMessage | undefined): string {
  const data = at(model, '_data') ?? model;
  const said = textAt(model, 'body') ?? (protocol && protocolText(protocol)) ?? '';
  const text = ((): string => {
    switch (type) {
      case 'contact-card':
        return namesOf(cardsOf(model, protocol));
      case 'location':
        return placeText(model, data);
      case 'poll':
        return (
          textAt(data, 'pollName') ?? textAt(model, 'pollName') ?? textAt(protocol?.part, 'name') ?? said
        );
      case 'invitation':
        return contentOf(model, { type, fromMe: false, protocol })?.invitation?.name ?? said;
      case 'call':
      case 'system':
      case 'waiting':
        return '';
      default:
        return isFileType(type) ? captionOf(model, data, said) : said || (textAt(data, 'caption') ?? '');
    }
  })();
  return boundedText(text, limits.body) ?? '';
}

/** The page keeps a small picture in the body of a file, and the text beside it. */
function captionOf(model: unknown, data: unknown, said: string): string {
  const caption = textAt(data, 'caption') ?? textAt(model, 'caption');
  const isOfThePage = textAt(data, 'type') !== undefined;
  const text = caption ?? (isOfThePage && flagAt(model, 'hasMedia') !== true ? '' : said);
  // A document without a caption carries its own name.
  return flagAt(data, 'isCaptionByUser') !== true && text === textAt(data, 'filename') ? '' : text;
}

/** An edit's new text, unless it is the small picture of a file that has just arrived. */
export function editedText(model: unknown, told: string | undefined): string | undefined {
  const data = at(model, '_data') ?? model;
  const caption = isFileType(typeOf(model, protocolMessage(model))) ? textAt(data, 'caption') : undefined;
  const text = caption ?? told;
  return text === undefined || isPicture(text) ? undefined : (boundedText(text, limits.body) ?? '');
}

/** What is known of the file; `undefined` for a message that has none. */
function mediaOf(
  model: unknown,
  type: MessageType,
  protocol: ProtocolMessage | undefined,
  kept: Partial<MediaFacts>,
): MediaFacts | undefined {
  if (!isFileType(type)) return undefined;
  const told = protocol ? protocolMedia(protocol.part) : pageMedia(model);
  const hasFile = flagAt(model, 'hasMedia') === true || told.mime !== '' || (kept.mime ?? '') !== '';
  if (!hasFile) return undefined;
  // The sender's own name of a file before the one it is kept under.
  return { ...kept, ...told, mime: told.mime || (kept.mime ?? '') };
}

function forwardedOf(model: unknown, protocol: ProtocolMessage | undefined): 1 | 2 | undefined {
  const told = [model, at(model, '_data'), protocol?.context];
  const score = Math.max(...told.map((part) => numberAt(part, 'forwardingScore') ?? 0));
  // WhatsApp's own line between "forwarded" and "forwarded many times".
  if (score >= 5) return 2;
  return score > 0 || told.some((part) => flagAt(part, 'isForwarded')) ? 1 : undefined;
}

const byMime: [RegExp, MessageType][] = [
  [/^image\/webp/, 'sticker'],
  [/^image\//, 'image'],
  [/^video\//, 'video'],
  [/^audio\/ogg/, 'voice'],
  [/^audio\//, 'audio'],
];

function typeOf(model: unknown, protocol: ProtocolMessage | undefined): MessageType {
  const word = textAt(model, 'type') ?? textAt(model, '_data', 'type');
  const named = toMessageType(word) ?? toMessageType(textAt(model, '_data', 'type'));
  if (named) return named;
  if (protocol?.type) return protocol.type;
  const stub = at(model, '_data', 'messageStubType');
  if (stub === 2 || stub === 'CIPHERTEXT') return 'waiting';
  if (flagAt(model, 'hasMedia')) {
    const mime = mimeOf(textAt(model, 'media', 'mimetype') ?? textAt(model, '_data', 'mimetype'));
    return byMime.find(([pattern]) => pattern.test(mime))?.[1] ?? 'document';
  }
  if (record(at(model, 'location'))) return 'location';
  const cards = at(model, 'vCards');
  if (Array.isArray(cards) && cards.length > 0) return 'contact-card';
  // A kind that WhatsApp names and nobody here knows is no mere text, whatever it has to say.
  return textAt(model, 'body') && word === undefined ? 'text' : 'unknown';
}
