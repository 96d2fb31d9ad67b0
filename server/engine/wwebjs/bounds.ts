import { addressKind, toAddress, type Address } from '../../contract/address.ts';

/** A model of WhatsApp's page as plain JSON: every field may be missing or of another shape tomorrow. */
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

/** Seconds or milliseconds (the page has both) as milliseconds. */
export function milliseconds(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return undefined;
  return Math.min(lastDay, Math.round(value < 100_000_000_000 ? value * 1000 : value));
}
/** No date is later. */
const lastDay = 8_640_000_000_000_000;

/** A whole number; the page writes some as text. */
export function count(value: unknown, most: number = Number.MAX_SAFE_INTEGER): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0 || number > most) return undefined;
  return Math.round(number);
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

/** Bytes out of base64, a list, or `{"0":12,"1":40,…}`, as which a typed array leaves the page. */
export function bytes(value: unknown, most: number): Uint8Array | undefined {
  if (typeof value === 'string') {
    if (value.length > Math.ceil(most / 3) * 4 || !isBase64(value)) return undefined;
    return Buffer.from(value, 'base64');
  }
  if (value === null || typeof value !== 'object') return undefined;
  const values: unknown[] = Array.isArray(value) ? value : [];
  if (!Array.isArray(value)) {
    const indexed = value as Raw;
    for (let index = 0; index <= most && Object.hasOwn(indexed, index); index++) values.push(indexed[index]);
  }
  const fits = values.length > 0 && values.length <= most;
  return fits && values.every(isByte) ? Uint8Array.from(values as number[]) : undefined;
}

const isByte = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
const isBase64 = (value: string): boolean =>
  value.length > 0 && value.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(value);

/** Without the parts that are not known. */
export const known = <T extends object>(parts: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as T;
