import type { MessageType } from './engine-event.ts';

/** WhatsApp Web's own names of message types, which engines and dialects built on it pass on. */
const types: Record<string, MessageType> = {
  chat: 'text',
  text: 'text',
  image: 'image',
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
  call_log: 'call',
  e2e_notification: 'system',
  notification: 'system',
  notification_template: 'system',
  gp2: 'system',
  protocol: 'system',
  ciphertext: 'waiting',
};

/** `undefined` for a type that has no name here. */
export function toMessageType(name: unknown): MessageType | undefined {
  return typeof name === 'string' && Object.hasOwn(types, name) ? types[name] : undefined;
}
