import type { proto } from 'baileys';
import { partOf } from './decode-content.ts';
import { sealedAs } from './decode-media.ts';
import { contentOf, readKey } from './decode.ts';

/** Of a message with a picture inside; what is larger is not what anybody sends. */
const mostTextLength = 70_000;

/** Whether the content will be needed: to open a file or a vote, to come into a group, to be sent again, to be passed on. */
export function isKept(info: proto.IWebMessageInfo): boolean {
  const key = readKey(info.key);
  const part = key && info.message ? partOf(contentOf(info.message)) : undefined;
  if (!key || !part || part.name === 'unknown') return false;
  if (Object.hasOwn(sealedAs, part.name) || part.type === 'poll') return true;
  if (['location', 'contact-card', 'invitation'].includes(part.type)) return true;
  const { text } = part.data;
  return key.fromMe && (typeof text !== 'string' || text.length < mostTextLength);
}
