import { isAck } from '../../contract/ack.ts';
import { addressKind, addressUser, toAddress, type Address } from '../../contract/address.ts';
import type {
  AddressPairEvent,
  ChatEvent,
  ContactEvent,
  EngineEvent,
  MessageEvent,
  Origin,
} from '../../contract/engine-event.ts';
import { toMessageReference } from '../../contract/message-reference.ts';
import { isBookkeeping, toMessageType } from '../../contract/whatsapp-type.ts';

/** A model of WhatsApp's page as plain JSON: every field may be missing or of another shape tomorrow. */
export type Raw = Record<string, unknown>;

/** `undefined` where there is nothing a Chat shows: bookkeeping, status updates, channels, no usable id. */
export function decodeMessage(raw: unknown, origin: Origin): MessageEvent | undefined {
  const data = asRaw(raw);
  const reference = toMessageReference(data['id']);
  const chat = reference?.chat;
  const kind = text(data['type']) ?? '';
  const at = milliseconds(data['t']);
  if (!reference || !chat || at === undefined || isBookkeeping(kind) || !isChat(chat)) return undefined;
  const fromMe = reference.fromMe === true;
  const event: MessageEvent = {
    kind: 'message',
    messageId: reference.messageId,
    chat,
    fromMe,
    type: toMessageType(kind) ?? 'unknown',
    body: bodyOf(data, kind),
    at,
    origin,
  };
  if (addressKind(chat) === 'group' && !fromMe) {
    const sender = toAddress(data['author']) ?? reference.participant;
    if (sender) event.sender = sender;
  }
  const name = clean(data['notifyName']);
  if (name && !fromMe) event.senderName = name;
  if (fromMe && isAck(data['ack'])) event.ack = data['ack'];
  const quoted = toMessageReference(data['quotedStanzaID'] ?? null);
  if (quoted) event.quotedMessageId = quoted.messageId;
  const editedAt = milliseconds(data['latestEditSenderTimestampMs']);
  if (editedAt) event.editedAt = editedAt;
  if (kind === 'revoked') event.revoked = true;
  return event;
}

function bodyOf(data: Raw, kind: string): string {
  if (kind === 'revoked' || kind === 'ciphertext') return '';
  // The body of a media message is a thumbnail in base64, of a contact card the whole card.
  if (kind === 'vcard') return cardName(text(data['body']));
  const type = toMessageType(kind);
  const isText = type === 'text' || type === undefined;
  const body = isText
    ? (data['body'] ?? data['caption'])
    : (data['caption'] ?? data['loc'] ?? data['pollName']);
  return (text(body) ?? '').toWellFormed().slice(0, 65_536);
}

const cardName = (card: string | undefined): string =>
  (/^FN[^:\n]*:(.*)$/m.exec(card ?? '')?.[1]?.trim() ?? '').toWellFormed();

/** The tick of one of our own messages. Ticks of others' messages say nothing to us. */
export function decodeAck(raw: unknown, ack: unknown): EngineEvent | undefined {
  const reference = toMessageReference(asRaw(raw)['id']);
  const rung = Number(ack);
  if (!reference?.fromMe || ack === null || !isAck(rung)) return undefined;
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
  const newText = body.toWellFormed().slice(0, 65_536);
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
  const emoji = (text(data['reaction']) ?? '').toWellFormed().slice(0, 32);
  return { kind: 'reaction', ...aboutOf(reference), sender, fromUs, emoji, at };
}

/** The page's chat, from a snapshot of ours or as the library's Chat. */
export function decodeChat(raw: unknown): ChatEvent | undefined {
  const data = asRaw(raw);
  const chat = toAddress(data['id']);
  if (!chat || !isChat(chat)) return undefined;
  const event: ChatEvent = { kind: 'chat', chat };
  const name = clean(data['name'] ?? data['formattedTitle']);
  // Without a name the page shows the number; that is no name to keep.
  if (name && name.replace(/\D/g, '') !== addressUser(chat)) event.name = name;
  const unread = data['unreadCount'];
  // -1 is "marked as unread by hand".
  if (typeof unread === 'number' && Number.isInteger(unread)) event.unread = unread < 0 ? 1 : unread;
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
  const name = clean(data['name']);
  const pushName = clean(data['pushname'] ?? data['verifiedName']);
  if (name) event.name = name;
  if (pushName) event.pushName = pushName;
  if (typeof data['isBusiness'] === 'boolean') event.isBusiness = data['isBusiness'];
  if (data['isMe'] === true) event.isMe = true;
  const pair = decodePair([address, data['phoneNumber'], data['alternate'], data['lid']]);
  return pair ? [event, pair] : [event];
}

/** Finds a phone Address and a LID among what is given. */
export function decodePair(from: readonly unknown[]): AddressPairEvent | undefined {
  const addresses = from.map(toAddress).filter((address) => address !== undefined);
  const phone = addresses.find((address) => addressKind(address) === 'phone');
  const lid = addresses.find((address) => addressKind(address) === 'lid');
  return phone && lid ? { kind: 'address-pair', lid, phone } : undefined;
}

const isChat = (chat: Address): boolean => ['phone', 'lid', 'group'].includes(addressKind(chat));

function aboutOf(reference: { messageId: string; chat?: Address; fromMe?: boolean }): {
  messageId: string;
  chat?: Address;
  fromMe?: boolean;
} {
  const { messageId, chat, fromMe } = reference;
  return { messageId, ...(chat ? { chat } : {}), ...(fromMe === undefined ? {} : { fromMe }) };
}

/** Seconds or milliseconds (the page has both) as milliseconds. */
function milliseconds(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return undefined;
  return Math.round(value < 100_000_000_000 ? value * 1000 : value);
}
const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);
const clean = (value: unknown): string | undefined =>
  text(value)?.toWellFormed().trim().slice(0, 200) || undefined;
const asRaw = (value: unknown): Raw => (value !== null && typeof value === 'object' ? (value as Raw) : {});
