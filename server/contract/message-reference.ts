import { toAddress, type Address } from './address.ts';

/** What WhatsApp's many spellings of a message id hold. `messageId` is the bare stanza id, kept byte for byte. */
export interface MessageReference {
  messageId: string;
  chat?: Address;
  fromMe?: boolean;
  participant?: Address;
}

const serialised = /^(true|false)_([^_]+@[^_]+)_(.+?)(?:_(out|in|[^_]+@[^_]+))?$/;

/**
 * Reads a message id from any source: WhatsApp Web's key object (before and after the rename of `_serialized` to
 * `$1` in July 2026, wids as text or object), the serialised string `fromMe_chat_id[_participant]`, or a bare id.
 * `undefined` when there is no usable id (empty, with blanks or control characters, or longer than 128).
 */
export function toMessageReference(value: unknown): MessageReference | undefined {
  if (typeof value === 'string') {
    const match = serialised.exec(value);
    // A serialised one whose last part is missing is no bare id.
    if (!match) return usableId(value) && !/^(true|false)_.*@/.test(value) ? { messageId: value } : undefined;
    return build(match[3], match[2], match[1] === 'true', match[4]);
  }
  if (value === null || typeof value !== 'object') return undefined;
  const key = value as Record<string, unknown>;
  if (typeof key['id'] === 'string') {
    const direction = typeof key['fromMe'] === 'boolean' ? key['fromMe'] : undefined;
    return build(key['id'], key['remote'] ?? key['remoteJid'], direction, key['participant']);
  }
  const text = key['_serialized'] ?? key['$1'];
  return typeof text === 'string' ? toMessageReference(text) : undefined;
}

function build(
  id: unknown,
  chat: unknown,
  fromMe: boolean | undefined,
  participant: unknown,
): MessageReference | undefined {
  if (typeof id !== 'string' || !usableId(id)) return undefined;
  const reference: MessageReference = { messageId: id };
  const chatAddress = toAddress(chat);
  if (chatAddress) reference.chat = chatAddress;
  if (fromMe !== undefined) reference.fromMe = fromMe;
  const sender = toAddress(participant);
  if (sender) reference.participant = sender;
  return reference;
}

/** Printable ASCII without blanks, at most 128: what fits the key column unchanged on every database. */
export function usableId(id: string): boolean {
  return id.length > 0 && id.length <= 128 && /^[\x21-\x7e]+$/.test(id) && !id.startsWith('~');
}

/** WhatsApp Web's serialised spelling, used where a foreign contract wants one string. */
export function serialiseReference(fromMe: boolean, chat: string, messageId: string): string {
  return `${fromMe}_${chat}_${messageId}`;
}
