import { lastDay, type Raw } from '../foreign.ts';

export { asRaw, limits, line, list, people, person, text, type Raw } from '../foreign.ts';

/** Seconds or milliseconds (the page has both) as milliseconds. */
export function milliseconds(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return undefined;
  return Math.min(lastDay, Math.round(value < 100_000_000_000 ? value * 1000 : value));
}

/** A whole number; the page writes some as text. */
export function count(value: unknown, most: number = Number.MAX_SAFE_INTEGER): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0 || number > most) return undefined;
  return Math.round(number);
}

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
