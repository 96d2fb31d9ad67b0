import { lastDay } from '../foreign.ts';

export { asRaw, limits, line, list, people, person, text, type Raw } from '../foreign.ts';

/** A number, also one of 64 bits as the library gives it (`{low, high}` with `toNumber`). */
export function number(value: unknown): number | undefined {
  if (typeof value === 'string' && value.trim() !== '') return number(Number(value));
  if (value !== null && typeof value === 'object') {
    const { low, high, unsigned } = value as { low?: unknown; high?: unknown; unsigned?: unknown };
    if (typeof low !== 'number' || typeof high !== 'number') return undefined;
    return number((unsigned ? high >>> 0 : high) * 4_294_967_296 + (low >>> 0));
  }
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** Seconds or milliseconds as milliseconds. */
export function milliseconds(value: unknown): number | undefined {
  const given = number(value);
  if (given === undefined || given < 0) return undefined;
  return Math.min(lastDay, Math.round(given < 100_000_000_000 ? given * 1000 : given));
}

export function count(value: unknown, most: number = Number.MAX_SAFE_INTEGER): number | undefined {
  const given = number(value);
  return given === undefined || given < 0 || given > most ? undefined : Math.round(given);
}

/** Bytes, at most `most` of them; none for an empty field. */
export const bytes = (value: unknown, most: number): Buffer | undefined =>
  value instanceof Uint8Array && value.length > 0 && value.length <= most ? Buffer.from(value) : undefined;

/** Without the parts that are not known. */
export const known = <T extends object>(parts: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as T;
