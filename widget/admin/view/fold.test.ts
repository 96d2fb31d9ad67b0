import { expect, test } from 'vitest';
import type { SessionChange } from '../read.ts';
import { fold } from './fold.ts';

const change = (at: number, more: Partial<SessionChange> = {}): SessionChange => ({
  id: at,
  at,
  state: 'pairing',
  code: 'none',
  action: 'open-phone',
  detail: '',
  event: 'qr',
  lastedMs: 0,
  ...more,
});
const dayOf = (at: number): string => String(Math.floor(at / 100));

test('equal lines in a row are one, with how many and since when; what differs in anything stands alone', () => {
  const failed = { event: 'failed', state: 'failed', code: 'engine-error' };
  const folds = fold(
    [
      change(60),
      change(50),
      change(40),
      change(30, { ...failed, detail: 'one' }),
      change(20, { ...failed, detail: 'another' }),
      change(10),
    ],
    dayOf,
  );
  expect(folds.map(({ change: { id }, from, times }) => [id, from, times])).toEqual([
    [60, 40, 3],
    [30, 30, 1],
    [20, 20, 1],
    [10, 10, 1],
  ]);
});

test('each day has its own line', () => {
  expect(fold([change(101), change(99), change(98)], dayOf).map(({ times }) => times)).toEqual([1, 2]);
});
