import { Ack, isAck } from '../../contract/ack.ts';
import { addressKind, addressUser, chatKindOf, toAddress, type Address } from '../../contract/address.ts';
import type {
  AddressPairEvent,
  ChatEvent,
  BlockListEvent,
  ContactEvent,
  EngineEvent,
  MessageEvent,
  MessageType,
  Origin,
  ReceiptEvent,
} from '../../contract/engine-event.ts';
import { toMessageReference, type MessageReference } from '../../contract/message-reference.ts';
import { isBookkeeping, toMessageType } from '../../contract/whatsapp-type.ts';
import { asRaw, count, limits, line, list, milliseconds, person, text, type Raw } from './bounds.ts';
import { cardsOf, decodeContent, isViewOnce } from './decode-content.ts';
import { decodeMedia, isFile } from './decode-media.ts';
import { decodeSystem } from './decode-system.ts';

export type { Raw } from './bounds.ts';

/**
 * `undefined` where there is nothing a Chat shows: bookkeeping, status updates, channels, no usable id. `me`: our own
 * Addresses, as far as they are known.
 */
export function decodeMessage(
  raw: unknown,
  origin: Origin,
  me: readonly Address[] = [],
): MessageEvent | undefined {
  const data = asRaw(raw);
  const reference = toMessageReference(data['id']);
  const chat = reference?.chat;
  const kind = text(data['type'], 100) ?? '';
  const at = milliseconds(data['t']);
  if (!reference || !chat || at === undefined) return undefined;
  const { messageId } = reference;
  const system = decodeSystem(data, kind);
  if (system) {
    // Nobody's: what the key of such a line says of its direction differs from page to page.
    const what = { type: 'system', body: '', content: { system } } as const;
    return { kind: 'message', messageId, chat, fromMe: false, ...what, at, origin };
  }
  if (isBookkeeping(kind)) return undefined;
  const fromMe = reference.fromMe === true;
  const event: MessageEvent = {
    kind: 'message',
    messageId,
    chat,
    fromMe,
    type: typeOf(data, kind),
    body: bodyOf(data, kind),
    at,
    origin,
  };
  if (chatKindOf(chat) !== 'person' && !fromMe) {
    const sender = toAddress(data['author']) ?? reference.participant;
    if (sender) event.sender = sender;
  }
  const name = line(data['notifyName']);
  if (name && !fromMe) event.senderName = name;
  if (fromMe && isAck(data['ack'])) event.ack = data['ack'];
  if (data['star'] === true) event.starred = true;
  if (kind === 'revoked') event.revoked = true;
  if (kind === 'revoked' || kind === 'ciphertext') {
    // All that can be known of it: that it is for the phone alone.
    if (isViewOnce(data)) event.content = { viewOnce: true };
    return event;
  }
  return addParts(event, data, kind, reference, me);
}

function addParts(
  event: MessageEvent,
  data: Raw,
  kind: string,
  reference: MessageReference,
  me: readonly Address[],
): MessageEvent {
  const quoted = toMessageReference(data['quotedStanzaID'] ?? null);
  if (quoted) event.quotedMessageId = quoted.messageId;
  const editedAt = milliseconds(data['latestEditSenderTimestampMs']);
  if (editedAt) event.editedAt = editedAt;
  const score = count(data['forwardingScore']) ?? 0;
  // From the fifth time on WhatsApp says "many times".
  if (score >= 5) event.forwarded = 2;
  else if (score > 0 || data['isForwarded'] === true) event.forwarded = 1;
  const content = decodeContent(data, kind, event.fromMe, me);
  if (content) event.content = content;
  const media = decodeMedia(data, kind, reference);
  if (media) event.media = media;
  return event;
}

/** What a page need not give of a message's model is not among these. */
export const messageFields = [
  'id type subtype t ack star body caption isCaptionByUser author notifyName',
  'quotedStanzaID quotedParticipant quotedMsg latestEditSenderTimestampMs',
  'isForwarded forwardingScore mentionedJidList isViewOnce',
  'mimetype size filename duration width height waveform thumbnail filehash isGif isAnimated',
  'lat lng loc isLive vcardList vcardFormattedName pollName pollOptions pollSelectableOptionsCount',
  'inviteGrp inviteGrpName inviteCodeExp inviteGrpJpegThum comment',
  'title description canonicalUrl matchedText recipients templateParams callOutcome callDuration isVideoCall',
].flatMap((names) => names.split(' '));

/** Of the page's types of messages those of which none is ever shown. */
export const hiddenTypes = [
  'protocol notification broadcast_notification newsletter_notification debug',
  'reaction reaction_enc poll_update pinned_message',
].flatMap((names) => names.split(' '));

function typeOf(data: Raw, kind: string): MessageType {
  // It waits for nothing: it will never be readable here.
  if (kind === 'ciphertext' && isViewOnce(data)) return 'unknown';
  return toMessageType(kind) ?? 'unknown';
}

function bodyOf(data: Raw, kind: string): string {
  if (kind === 'revoked' || kind === 'ciphertext' || kind === 'call_log') return '';
  if (isFile(kind)) return captionOf(data);
  const type = toMessageType(kind);
  // The body of a place is a thumbnail in base64, of a contact card the whole card.
  if (type === 'contact-card') return (cardsOf(data) ?? []).map((card) => card.name).join(', ');
  if (type === 'invitation') return line(data['inviteGrpName']) ?? '';
  if (type === 'location' || type === 'poll') return text(data['loc'] ?? data['pollName']) ?? '';
  return text(data['body']) ?? text(data['caption']) ?? '';
}

function captionOf(data: Raw): string {
  const caption = text(data['caption']) ?? '';
  // A document nobody wrote anything to is captioned with its own name.
  return data['isCaptionByUser'] !== true && caption === data['filename'] ? '' : caption;
}

/** The tick of one of our own messages. Ticks of others' messages say nothing to us. */
export function decodeAck(raw: unknown, ack: unknown): EngineEvent | undefined {
  const reference = toMessageReference(asRaw(raw)['id']);
  const rung = typeof ack === 'string' && ack.trim() !== '' ? Number(ack) : ack;
  if (!reference?.fromMe || !isAck(rung)) return undefined;
  return { kind: 'ack', ...aboutOf(reference), ack: rung };
}

/**
 * A new text. The library tells of a text that could be read at last the same way, so an edit must show a sign:
 * the time of editing, or a text before it.
 */
export function decodeEdit(
  raw: unknown,
  body: unknown,
  before: unknown,
  now: number,
): EngineEvent | undefined {
  const data = asRaw(raw);
  const reference = toMessageReference(data['id']);
  const editedAt = milliseconds(data['latestEditSenderTimestampMs']);
  if (!reference || typeof body !== 'string' || (!editedAt && !text(before))) return undefined;
  // What changes in the body of a file is its picture.
  const kind = text(data['type'], 100) ?? '';
  const newText = isFile(kind) ? captionOf(data) : (text(body) ?? '');
  return { kind: 'edit', ...aboutOf(reference), body: newText, at: editedAt ?? now };
}

export function decodeRevoke(raw: unknown, now: number): EngineEvent | undefined {
  const data = asRaw(raw);
  // Where the taking back is a message of its own, the key of what it takes back travels with it.
  const reference = toMessageReference(data['protocolMessageKey']) ?? toMessageReference(data['id']);
  return reference && { kind: 'revoke', ...aboutOf(reference), at: now };
}

/** The library's Reaction. */
export function decodeReaction(raw: unknown, me: readonly Address[]): EngineEvent | undefined {
  const data = asRaw(raw);
  const reference = toMessageReference(data['msgId']);
  const own = toMessageReference(data['id']);
  const sender = toAddress(data['senderId']) ?? own?.participant;
  const at = milliseconds(data['timestamp']);
  if (!reference || !sender || at === undefined) return undefined;
  const fromUs = own?.fromMe === true || me.includes(sender);
  const emoji = text(data['reaction'], 32) ?? '';
  return { kind: 'reaction', ...aboutOf(reference), sender, fromUs, emoji, at };
}

/** The mark of one of our devices. */
export function decodeStar(raw: unknown, now: number): EngineEvent | undefined {
  const data = asRaw(raw);
  const reference = toMessageReference(data['id']);
  if (!reference) return undefined;
  return { kind: 'star', ...aboutOf(reference), starred: data['star'] === true, at: now };
}

/** How far a message of ours got with the members of its group, from what the page knows of it. */
export function decodeReceipts(raw: unknown, now: number): ReceiptEvent[] {
  const data = asRaw(raw);
  const reference = toMessageReference(data['id']);
  if (!reference) return [];
  const reached = new Map<Address, ReceiptEvent>();
  for (const [name, ack] of rungs)
    for (const entry of list(data[name], limits.members)) {
      const { id, t } = asRaw(entry);
      const member = person(id);
      if (!member) continue;
      const at = milliseconds(t) ?? now;
      reached.set(member, { kind: 'receipt', ...aboutOf(reference), member, ack, at });
    }
  return [...reached.values()];
}
const rungs = [
  ['delivery', Ack.device],
  ['read', Ack.read],
  ['played', Ack.played],
] as const;

/** The page's chat, from a snapshot of ours or as the library's Chat. */
export function decodeChat(raw: unknown): ChatEvent | undefined {
  const data = asRaw(raw);
  const chat = toAddress(data['id']);
  if (!chat) return undefined;
  const event: ChatEvent = { kind: 'chat', chat };
  const name = line(data['name'] ?? data['formattedTitle']);
  // Without a name the page shows the number; that is no name to keep.
  if (name && name.replace(/\D/g, '') !== addressUser(chat)) event.name = name;
  const unread = data['unreadCount'];
  // -1 is "marked as unread by hand".
  if (typeof unread === 'number' && Number.isSafeInteger(unread)) event.unread = Math.max(-1, unread);
  if (typeof data['pinned'] === 'boolean') event.pinned = data['pinned'];
  if (typeof data['archived'] === 'boolean') event.archived = data['archived'];
  const muted = data['muteExpiration'];
  // -1 is "for ever".
  if (typeof muted === 'number') event.mutedUntil = muted < 0 ? forEver : (milliseconds(muted) ?? 0);
  const at = milliseconds(data['timestamp'] ?? data['t']);
  if (at) event.at = at;
  return event;
}
const forEver = 253_402_300_799_000;

/** A person, and what ties their two Addresses together where the page knows both. */
export function decodeContact(raw: unknown): EngineEvent[] {
  const data = asRaw(raw);
  const address = toAddress(data['id']);
  if (!address || !['phone', 'lid'].includes(addressKind(address))) return [];
  const event: ContactEvent = { kind: 'contact', address };
  const name = line(data['name']);
  const pushName = line(data['pushname'] ?? data['verifiedName']);
  if (name) event.name = name;
  if (pushName) event.pushName = pushName;
  if (typeof data['isBusiness'] === 'boolean') event.isBusiness = data['isBusiness'];
  if (data['isMe'] === true) event.isMe = true;
  const pair = decodePair([address, data['phoneNumber'], data['alternate'], data['lid']]);
  return pair ? [event, pair] : [event];
}

/** Everybody who is blocked, from a snapshot of ours. */
export function decodeBlockList(raw: unknown): BlockListEvent {
  const people = asRaw(raw)['people'];
  return {
    kind: 'block-list',
    people: (Array.isArray(people) ? people : []).flatMap((one) => toAddress(one) ?? []),
  };
}

/** Finds a phone Address and a LID among what is given. */
export function decodePair(from: readonly unknown[]): AddressPairEvent | undefined {
  const addresses = from.map(toAddress).filter((address) => address !== undefined);
  const phone = addresses.find((address) => addressKind(address) === 'phone');
  const lid = addresses.find((address) => addressKind(address) === 'lid');
  return phone && lid ? { kind: 'address-pair', lid, phone } : undefined;
}

function aboutOf(reference: { messageId: string; chat?: Address; fromMe?: boolean }): {
  messageId: string;
  chat?: Address;
  fromMe?: boolean;
} {
  const { messageId, chat, fromMe } = reference;
  return { messageId, ...(chat ? { chat } : {}), ...(fromMe === undefined ? {} : { fromMe }) };
}
