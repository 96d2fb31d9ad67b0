import type { MessageType } from '../contract/engine-event.ts';
import { at, flagAt, record, textAt, type Foreign } from './foreign.ts';

/** A message as WhatsApp's protocol spells it, without its envelopes: what NOWEB and GOWS pass on. */
export interface ProtocolMessage {
  /** The part that says what it is: `imageMessage`. */
  key: string;
  /** Its content; for `conversation` the text itself. */
  part: unknown;
  type: MessageType | undefined;
  viewOnce: boolean;
  /** Quoted message, mentions and how often it was passed on. */
  context: unknown;
}

const types: Record<string, MessageType> = {
  conversation: 'text',
  extendedTextMessage: 'text',
  imageMessage: 'image',
  videoMessage: 'video',
  ptvMessage: 'video',
  audioMessage: 'audio',
  documentMessage: 'document',
  stickerMessage: 'sticker',
  locationMessage: 'location',
  liveLocationMessage: 'location',
  contactMessage: 'contact-card',
  contactsArrayMessage: 'contact-card',
  pollCreationMessage: 'poll',
  pollCreationMessageV2: 'poll',
  pollCreationMessageV3: 'poll',
  pollCreationMessageV5: 'poll',
  groupInviteMessage: 'invitation',
  callLogMesssage: 'call',
};

/** Messages inside messages. */
const envelopes = new Set([
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'lottieStickerMessage',
  'deviceSentMessage',
  'editedMessage',
  'pollCreationMessageV4',
]);

/** The page's bookkeeping in this spelling. */
const bookkeeping = new Set([
  'protocolMessage',
  'reactionMessage',
  'encReactionMessage',
  'pollUpdateMessage',
  'pinInChatMessage',
  'keepInChatMessage',
]);

/** The message in `_data.message` (NOWEB) or `_data.Message` (GOWS); `undefined` where there is none. */
export function protocolMessage(model: unknown): ProtocolMessage | undefined {
  return unwrap(at(model, '_data', 'message') ?? at(model, '_data', 'Message'));
}

export function isProtocolBookkeeping({ key }: ProtocolMessage): boolean {
  return bookkeeping.has(key);
}

export function unwrap(message: unknown): ProtocolMessage | undefined {
  let inner = record(message);
  let viewOnce = false;
  // As deep as real ones go, twice over.
  for (let depth = 0; inner && depth < 6; depth++) {
    const envelope = ownKeys(inner).find((key) => envelopes.has(key) && record(inner?.[key]));
    if (envelope === undefined) break;
    viewOnce ||= envelope.startsWith('viewOnce');
    inner = record(at(inner, envelope, 'message'));
  }
  if (!inner) return undefined;
  const keys = ownKeys(inner);
  const key = keys.find((name) => Object.hasOwn(types, name)) ?? keys.find((name) => bookkeeping.has(name));
  if (key === undefined) return undefined;
  const part = inner[key];
  const type = key === 'audioMessage' && (flagAt(part, 'ptt') ?? flagAt(part, 'PTT')) ? 'voice' : types[key];
  return {
    key,
    part,
    type,
    viewOnce: viewOnce || flagAt(part, 'viewOnce') === true,
    context: at(part, 'contextInfo') ?? at(inner, 'messageContextInfo'),
  };
}

/** The text of it, or the caption; '' where there is none. */
export function protocolText({ part }: ProtocolMessage): string {
  if (typeof part === 'string') return part;
  return textAt(part, 'text') ?? textAt(part, 'caption') ?? '';
}

function ownKeys(object: Foreign): string[] {
  return Object.keys(object).filter((key) => object[key] !== null && object[key] !== undefined);
}
