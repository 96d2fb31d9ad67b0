import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Problem } from '../contract/problem.ts';
import { clampLimit, readCursor, writeCursor } from './page-cursor.ts';

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), fc.string(), (a, b, text) => {
      expect(readCursor(writeCursor([a, b], text), 2)).toEqual({ numbers: [a, b], text });
    }),
  );
});

test('anything else is a bad request, never a fault', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      expect(() => readCursor(text, 3)).toThrow(Problem);
    }),
  );
  expect(readCursor(undefined, 2)).toBeUndefined();
});

test('limits are clamped', () => {
  expect([undefined, 0, -1, 1.7, 1e9, Number.NaN].map((limit) => clampLimit(limit, 50, 100))).toEqual([
    50, 1, 1, 1, 100, 50,
  ]);
});
