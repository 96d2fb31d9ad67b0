import { expect, test } from 'vitest';
import { pauseAfter, retryWaits, waitAfterFailure } from './schedule.ts';

test('a receiver that is away has about three days to come back', () => {
  const all = retryWaits.reduce((sum, wait) => sum + wait, 0) / 3_600_000;
  expect(all).toBeGreaterThan(72);
  expect(all).toBeLessThan(80);
  expect(waitAfterFailure(retryWaits.length, 0.5)).toBe(24 * 3_600_000);
  expect(waitAfterFailure(retryWaits.length + 1, 0.5)).toBeUndefined();
});

test('what a receiver asks for is kept to, for a day at most; never less than our own wait', () => {
  expect(waitAfterFailure(1, 0.5, 60_000)).toBe(60_000);
  expect(waitAfterFailure(1, 0.5, 1_000)).toBe(5_000);
  expect(waitAfterFailure(1, 0.5, 1e12)).toBe(24 * 3_600_000);
});

test('who fails five times in a row is left alone for half a minute, then for longer, at most for half an hour', () => {
  expect([4, 5, 6, 7, 30].map((failures) => pauseAfter(failures, 0.5))).toEqual([
    0, 30_000, 60_000, 120_000, 1_800_000,
  ]);
});
