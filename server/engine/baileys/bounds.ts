import { addressKind, toAddress, type Address } from '../../contract/address.ts';

/** What came over the socket, decoded by the library: every field may be missing or of another shape tomorrow. */
export type Raw = Record<string, unknown>;

// What foreign data may weigh. Nothing larger gets past the decoders.
export const limits = {
  body: 65_536,
  name: 200,
  line: 1_000,
  url: 2_048,
  /** Cards, options, mentions; not the members of a group. */
  list: 50,
  members: 2_500,
  /** Bytes of a JPEG. */
  thumbnail: 12 * 1024,
} as const;

export const asRaw = (value: unknown): Raw =>
  value !== null && typeof value === 'object' ? (value as Raw) : {};

/** Well-formed and no longer than `longest`; `undefined` for none and for an empty one. */
export function text(value: unknown, longest: number = limits.body): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  // Not cut inside a character.
  const cut = value.length > longest ? value.slice(0, longest).replace(/[\ud800-\udbff]$/, '') : value;
  return cut.toWellFormed();
}

/** One line without blanks around it. */
export function line(value: unknown, longest: number = limits.name): string | undefined {
  if (typeof value !== 'string') return undefined;
  const one = value
    .slice(0, longest * 2)
    .replaceAll('\0', ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text(one, longest)?.trim() || undefined;
}

/** A number, also one of 64 bits as the library gives it (`{low, high}` with `toNumber`). */
export function number(value: unknown): number | undefined {
  if (typeof value === 'string' && value.trim() !== '') return number(Number(value));
  if (value !== null && typeof value === 'object') {
    const { low, high, unsigned } = value as { low?: unknown; high?: unknown; unsigned?: unknown };
    if (typeof low !== 'number' || typeof high !== 'number') return undefined;
    return (unsigned ? high >>> 0 : high) * 4_294_967_296 + (low >>> 0);
  }
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Seconds or milliseconds as milliseconds. */
export function milliseconds(value: unknown): number | undefined {
  const given = number(value);
  if (given === undefined || given < 0) return undefined;
  return Math.min(lastDay, Math.round(given < 100_000_000_000 ? given * 1000 : given));
}
/** No date is later. */
const lastDay = 8_640_000_000_000_000;

export function count(value: unknown, most: number = Number.MAX_SAFE_INTEGER): number | undefined {
  const given = number(value);
  return given === undefined || given < 0 || given > most ? undefined : Math.round(given);
}

export const list = (value: unknown, most: number = limits.list): unknown[] =>
  Array.isArray(value) ? value.slice(0, most) : [];

export function person(value: unknown): Address | undefined {
  const address = toAddress(value);
  return address && ['phone', 'lid'].includes(addressKind(address)) ? address : undefined;
}

/** Each once. */
export const people = (value: unknown, most: number = limits.list): Address[] => [
  ...new Set(list(value, most).flatMap((one) => person(one) ?? [])),
];

/** Bytes, at most `most` of them; none for an empty field. */
export const bytes = (value: unknown, most: number): Buffer | undefined =>
  value instanceof Uint8Array && value.length > 0 && value.length <= most ? Buffer.from(value) : undefined;

/** Without the parts that are not known. */
export const known = <T extends object>(parts: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as T;
