import { randomBytes } from 'node:crypto';
import type { Message, Wid } from './shapes.ts';

const hex = (bytes: number): string => randomBytes(bytes).toString('hex').toUpperCase();

/** Message id as an Android phone makes it: `AC` and 30 hex digits. */
export const androidMessageId = (): string => `AC${hex(15)}`;

/** `fromMe_chat_id`, in groups with the writer's address behind. */
export const messageKey = (of: Pick<Message, 'fromMe' | 'chat' | 'id'> & { author?: Wid }): string =>
  `${of.fromMe}_${of.chat}_${of.id}${of.author ? `_${of.author}` : ''}`;

export const isGroup = (wid: Wid): boolean => wid.endsWith('@g.us');
export const isLid = (wid: Wid): boolean => wid.endsWith('@lid');

const codeLetters = '123456789ABCDEFGHJKLMNPQRSTVWXYZ';
/** A pairing code: eight letters and digits none of which looks like another. */
export const pairingCode = (): string => [...randomBytes(8)].map((byte) => codeLetters[byte % 32]).join('');

/** What a QR code begins with. */
export const qrReference = (): string => `2@${randomBytes(96).toString('base64')}`;

export const token = (): string => randomBytes(24).toString('base64url');
