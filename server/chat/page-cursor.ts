import { Problem } from '../contract/problem.ts';

/** The opaque `next` of a page: numbers and one text. */
export function writeCursor(numbers: readonly number[], text = ''): string {
  return Buffer.from(JSON.stringify([...numbers, text])).toString('base64url');
}

/** Problems: `bad-request` for anything we did not write. */
export function readCursor(
  cursor: string | undefined,
  count: number,
): { numbers: number[]; text: string } | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value) && value.length === count + 1) {
      const text: unknown = value.pop();
      const numbers = value.filter((part) => typeof part === 'number' && Number.isSafeInteger(part));
      if (typeof text === 'string' && text.length <= 1_000 && numbers.length === count)
        return { numbers, text };
    }
  } catch {
    // falls through to the refusal
  }
  throw new Problem('bad-request', 'This is not a page of this list');
}

export function clampLimit(limit: number | undefined, usual: number, most: number): number {
  if (limit === undefined || !Number.isFinite(limit)) return usual;
  return Math.min(most, Math.max(1, Math.trunc(limit)));
}
