import type { Entry } from '../model/entry.ts';
import type { Line } from './line.ts';
import { boxOf } from './talk/picture-box.ts';

/** How high short texts are, px, by what decides it; measured, since letters are as high as the Agent wants them. */
const known = new Map<string, number>();
/** So many letters are one line in any bubble. */
const shortest = 20;

/** A row has been measured: the next of its shape is as high, and need not be laid out to be known. */
export function learn(line: Line, height: number, isGroup: boolean): void {
  const shape = shapeOf(line, isGroup);
  if (shape) known.set(shape, height);
}

/** '' for all that may be of any height. */
function shapeOf({ entry, startsDay, startsGroup, endsGroup, album }: Line, isGroup: boolean): string {
  const { type, body, fromMe } = entry;
  const isPlain =
    type === 'text' &&
    /^[\p{L}\p{N} .,;:!?'’()-]+$/u.test(body) &&
    body.length <= shortest &&
    !album &&
    !startsDay &&
    !entry.note &&
    !entry.quoted &&
    !entry.content &&
    !entry.reactions.length &&
    !entry.forwarded &&
    entry.revokedAt === null &&
    entry.delivery !== 'failed' &&
    entry.delivery !== 'uncertain' &&
    // Names stand above.
    !(startsGroup && (isGroup || entry.agent));
  return isPlain ? `${fromMe}${startsGroup}${endsGroup}` : '';
}

/** How high it is, px, where one of its shape has been measured; not where something may stand above it. */
export function knownHeight(line: Line, isGroup: boolean): number | undefined {
  return known.get(shapeOf(line, isGroup));
}

/** About how high it will be, px, before it has been measured. */
export function estimate(line: Line, isGroup: boolean): number {
  const learned = knownHeight(line, isGroup);
  if (learned !== undefined) return learned;
  const { entry, startsDay, startsGroup, album } = line;
  if (album) return 308 + (startsDay ? 44 : 0) + (startsGroup ? 8 : 2);
  const { media, type } = entry;
  const isPicture =
    media && (type === 'image' || type === 'video') && !entry.content?.viewOnce && entry.revokedAt === null;
  const text = entry.body ? Math.ceil((entry.body.length + 1) / 36) * 21 : 0;
  if (entry.note) return 44 + Math.ceil((entry.body.length + 1) / 40) * 21;
  const around = (startsDay ? 44 : 0) + (startsGroup ? 8 : 2) + (entry.quoted ? 52 : 0);
  // Known to the pixel, or the place of the reader would hang on it.
  if (isPicture) return around + boxOf(media.width, media.height).height + 8 + (text ? text + 14 : 0) - 1;
  return around + text + (heights[type] ?? 26);
}
const heights: Partial<Record<Entry['type'], number>> = {
  image: 220,
  video: 220,
  sticker: 150,
  voice: 72,
  audio: 92,
  document: 86,
  location: 190,
  'contact-card': 92,
  poll: 190,
  invitation: 150,
  call: 62,
  waiting: 62,
  unknown: 62,
  system: 14,
};
