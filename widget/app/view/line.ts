import type { Entry } from '../model/entry.ts';
import { clockTime, dayName, daysAgo, nowMinute } from '../text/dates.ts';
import { t } from '../text/text.ts';

/** Messages of one sender this close together, ms, are one group. */
const groupSpan = 5 * 60_000;
/** A bubble with what depends on its neighbours. */
export interface Line {
  entry: Entry;
  key: string;
  startsDay: boolean;
  startsGroup: boolean;
  endsGroup: boolean;
}

/** Groups by sender and time, and finds where days begin. */
export function toLines(entries: readonly Entry[]): Line[] {
  const isTogether = (a: Entry | undefined, b: Entry | undefined): boolean =>
    a !== undefined &&
    b !== undefined &&
    !a.note &&
    !b.note &&
    a.fromMe === b.fromMe &&
    a.sender?.contactId === b.sender?.contactId &&
    Math.abs(b.at - a.at) < groupSpan &&
    daysAgo(a.at, b.at) === 0;
  return entries.map((entry, index) => {
    const before = entries[index - 1];
    return {
      entry,
      key: entry.note
        ? `n${entry.note.id}`
        : entry.clientId && entry.fromMe
          ? `c${entry.clientId}`
          : `m${entry.id}`,
      startsDay: !before || daysAgo(before.at, entry.at) !== 0,
      startsGroup: !isTogether(before, entry),
      endsGroup: !isTogether(entry, entries[index + 1]),
    };
  });
}

/** For a reader who hears: who and when. */
export function lineLabel(entry: Entry, name: string): string {
  void nowMinute.value;
  return `${entry.fromMe ? t('you') : name}, ${dayName(entry.at)} ${clockTime(entry.at)}`;
}

/** About how high it will be, px, before it has been measured. */
export function estimate({ entry, startsDay, startsGroup }: Line): number {
  const text = entry.body ? Math.ceil((entry.body.length + 1) / 36) * 21 : 0;
  if (entry.note) return 44 + Math.ceil((entry.body.length + 1) / 40) * 21;
  const around = (startsDay ? 44 : 0) + (startsGroup ? 8 : 2) + (entry.quoted ? 52 : 0);
  return around + text + (heights[entry.type] ?? 26);
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
  call: 62,
  waiting: 62,
  unknown: 62,
  system: 14,
};
