import { addressKind, toAddress, type Address } from '../contract/address.ts';
import { numberAt } from './foreign.ts';

/** What foreign data may weigh: decoders let nothing through that is larger, whatever it came in. */
export const limits = {
  /** WhatsApp's own longest text. */
  body: 65_536,
  name: 300,
  line: 1_000,
  url: 2_048,
  /** A family with skin tones and joiners. */
  emoji: 40,
  /** Entries of any list beside a group's members. */
  list: 50,
  /** More than WhatsApp's largest group; a longer list is no list of members. */
  members: 2_500,
  /** Bytes. */
  thumbnail: 12 * 1024,
  /** Messages of one Chat that nobody has read. */
  unread: 1_000_000,
  /** Of a call, a voice note, a video. */
  seconds: 1_000_000,
} as const;

/**
 * Well-formed text of at most `longest` units, not cut inside a character. `undefined` for none, for an empty one, and for
 * a picture in its place.
 */
export function boundedText(value: unknown, longest: number): string | undefined {
  if (typeof value !== 'string' || isPicture(value)) return undefined;
  const cut = value.length > longest ? value.slice(0, longest).replace(/[\ud800-\udbff]$/, '') : value;
  return cut.toWellFormed() || undefined;
}

/** One line, without blanks around it. */
export function boundedLine(value: unknown, longest: number): string | undefined {
  if (typeof value !== 'string' || isPicture(value)) return undefined;
  const line = value
    .slice(0, longest * 2)
    .replaceAll('\0', '')
    .replace(/\s+/g, ' ')
    .trim();
  return boundedText(line, longest);
}

/** A whole number from 0 to `most`: of a number, its text, or the two halves in which 64-bit numbers travel. */
export function boundedCount(value: unknown, most = Number.MAX_SAFE_INTEGER): number | undefined {
  const low = numberAt(value, 'low');
  const number =
    low === undefined
      ? Number(
          typeof value === 'string' && value.trim() !== '' ? value : typeof value === 'number' ? value : NaN,
        )
      : (numberAt(value, 'high') ?? 0) * 2 ** 32 + (low >>> 0);
  return Number.isFinite(number) && number >= 0 && number <= most ? Math.round(number) : undefined;
}

export function boundedList(value: unknown, most: number = limits.list): unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : [];
}

/** Texts of options chosen in a poll, given as texts or as objects with a name. */
export function chosenOptions(value: unknown): string[] {
  return boundedList(value).flatMap((one) => {
    const name = typeof one === 'string' ? one : (one as { name?: unknown } | null)?.name;
    return boundedLine(name, limits.line) ?? [];
  });
}

/** Addresses of people, each once. */
export function people(value: unknown, most: number = limits.list): Address[] {
  const found = boundedList(value, most).flatMap((entry) => person(entry) ?? []);
  return [...new Set(found)];
}

export function person(value: unknown): Address | undefined {
  const address = toAddress(value);
  return address && ['phone', 'lid'].includes(addressKind(address)) ? address : undefined;
}

/** WhatsApp puts small pictures where other messages have their text. */
export function isPicture(text: string): boolean {
  return text.length > 200 && /^(?:\/9j\/|iVBOR|UklGR|R0lGOD)[A-Za-z0-9+/=\s]+$/.test(text.slice(0, 2_000));
}

/** What our own addresses allow, and what stands in a path without meaning anything there. */
export function isSessionName(value: unknown): value is string {
  return typeof value === 'string' && /^[\w-][\w.-]{0,119}$/.test(value);
}
