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
    a.fromMe === b.fromMe &&
    a.sender?.contactId === b.sender?.contactId &&
    Math.abs(b.at - a.at) < groupSpan &&
    daysAgo(a.at, b.at) === 0;
  return entries.map((entry, index) => {
    const before = entries[index - 1];
    return {
      entry,
      key: entry.clientId && entry.fromMe ? `c${entry.clientId}` : `m${entry.id}`,
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
