import type { MessageType } from './engine-event.ts';

/** WhatsApp Web's own names of message types, which engines and dialects built on it pass on. */
const types: Record<string, MessageType> = {
  chat: 'text',
  text: 'text',
  list: 'text',
  list_response: 'text',
  buttons_response: 'text',
  template_button_reply: 'text',
  interactive: 'text',
  revoked: 'text',
  image: 'image',
  album: 'image',
  video: 'video',
  gif: 'video',
  ptv: 'video',
  ptt: 'voice',
  audio: 'audio',
  document: 'document',
  sticker: 'sticker',
  location: 'location',
  live_location: 'location',
  vcard: 'contact-card',
  multi_vcard: 'contact-card',
  poll_creation: 'poll',
  groups_v4_invite: 'invitation',
  call_log: 'call',
  ciphertext: 'waiting',
};

/** The page's own bookkeeping: no person wrote it, nobody reads it. */
const bookkeeping = new Set([
  'protocol',
  'e2e_notification',
  'notification',
  'notification_template',
  'broadcast_notification',
  'gp2',
  'newsletter_notification',
  'reaction',
  'reaction_enc',
  'poll_update',
  'pinned_message',
  'debug',
]);

/** `undefined` for a type that has no name here. */
export function toMessageType(name: unknown): MessageType | undefined {
  return typeof name === 'string' && Object.hasOwn(types, name) ? types[name] : undefined;
}

/** Whether a "message" of this type is something a Chat shows at all. */
export function isBookkeeping(name: unknown): boolean {
  return typeof name === 'string' && bookkeeping.has(name);
}
