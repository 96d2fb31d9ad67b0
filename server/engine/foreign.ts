import { addressKind, toAddress, type Address } from '../contract/address.ts';

/** What an engine's library hands over: every field may be missing or of another shape tomorrow. */
export type Raw = Record<string, unknown>;

// What foreign data may weigh. Nothing larger gets past the decoders.
export const limits = {
  body: 65_536,
  name: 200,
  line: 1_000,
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

/** No date is later, ms. */
export const lastDay = 8_640_000_000_000_000;

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
