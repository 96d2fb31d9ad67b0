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
  /** Photos and videos sent at once, shown as one; `entry` is the last of them. */
  album?: readonly Entry[];
}

/** So many pictures in a row, each this close to the one before, ms, are an album. */
const albumLeast = 4;
const albumSpan = 60_000;

/** Lines made before, by their Entry, with the neighbours they had. */
const made = new WeakMap<Entry, { before: Entry | undefined; after: Entry | undefined; line: Line }>();

/**
 * Groups by sender and time, and finds where days begin. What has not changed is the same Line as before, so whoever has
 * drawn it need not draw it again.
 */
export function toLines(entries: readonly Entry[], hasAlbums = true): Line[] {
  const isTogether = (a: Entry | undefined, b: Entry | undefined): boolean =>
    a !== undefined &&
    b !== undefined &&
    !a.note &&
    !b.note &&
    a.fromMe === b.fromMe &&
    a.sender?.contactId === b.sender?.contactId &&
    // Of two colleagues each is named. What is on its way has no name yet.
    (a.agent?.id === b.agent?.id || Boolean(a.outgoing ?? b.outgoing)) &&
    Math.abs(b.at - a.at) < groupSpan &&
    daysAgo(a.at, b.at) === 0;
  const lines: Line[] = [];
  for (let index = 0; index < entries.length; index++) {
    const before = entries[index - 1];
    const known = made.get(entries[index]!);
    if (known && known.before === before && known.after === entries[index + 1]) {
      lines.push(known.line);
      continue;
    }
    const album = hasAlbums ? albumAt(entries, index) : undefined;
    const first = entries[index]!;
    if (album) index += album.length - 1;
    const entry = entries[index]!;
    const after = entries[index + 1];
    const line: Line = {
      entry,
      key: keyOf(first),
      startsDay: !before || daysAgo(before.at, first.at) !== 0,
      startsGroup: !isTogether(before, first),
      endsGroup: !isTogether(entry, after),
      ...(album ? { album } : {}),
    };
    // Pictures depend on more than their neighbours.
    if (isPlainPicture(entry)) lines.push(line);
    else {
      const same = known && isSame(known.line, line) ? known.line : line;
      made.set(entry, { before, after, line: same });
      lines.push(same);
    }
  }
  return lines;
}

function isSame(a: Line, b: Line): boolean {
  return (
    a.key === b.key &&
    a.startsDay === b.startsDay &&
    a.startsGroup === b.startsGroup &&
    a.endsGroup === b.endsGroup
  );
}

function keyOf(entry: Entry): string {
  if (entry.note) return `n${entry.note.id}`;
  return entry.clientId && entry.fromMe ? `c${entry.clientId}` : `m${entry.id}`;
}

/** The pictures that begin here and belong together; nothing where they are too few. */
function albumAt(entries: readonly Entry[], from: number): readonly Entry[] | undefined {
  let end = from;
  while (end < entries.length && isPlainPicture(entries[end]!)) {
    const before = entries[end - 1];
    const entry = entries[end]!;
    if (
      end > from &&
      (entry.fromMe !== before!.fromMe ||
        entry.sender?.contactId !== before!.sender?.contactId ||
        entry.agent?.id !== before!.agent?.id ||
        entry.at - before!.at > albumSpan ||
        daysAgo(before!.at, entry.at) !== 0)
    )
      break;
    end++;
  }
  return end - from >= albumLeast ? entries.slice(from, end) : undefined;
}

/** A picture with nothing to say beside it. */
function isPlainPicture(entry: Entry): boolean {
  return (
    (entry.type === 'image' || entry.type === 'video') &&
    entry.media !== null &&
    !entry.body &&
    !entry.note &&
    !entry.quoted &&
    !entry.starred &&
    !entry.reactions.length &&
    !entry.content?.viewOnce &&
    entry.revokedAt === null &&
    entry.delivery !== 'failed' &&
    entry.delivery !== 'uncertain'
  );
}

/** Whether a line shows this Message. */
export function holds(line: Line, id: number): boolean {
  return line.entry.id === id || Boolean(line.album?.some((one) => one.id === id));
}

/** For a reader who hears: who and when. */
export function lineLabel(entry: Entry, name: string): string {
  void nowMinute.value;
  return `${entry.fromMe ? t('you') : name}, ${dayName(entry.at)} ${clockTime(entry.at)}`;
}
