import { expect, test } from 'vitest';
import { steady } from './steady.ts';

const rows = (...ids: number[]) => ids.map((id) => ({ id }));
const ids = (list: readonly { id: number }[]) => list.map(({ id }) => id);

test('a row that moves up stays where it was while the list is in use, and is counted', () => {
  const shown = steady(rows(3, 1, 2, 4), [1, 2, 3, 4]);
  expect(ids(shown.rows)).toEqual([1, 2, 3, 4]);
  expect(shown.moved).toBe(1);
});

test('a new row above waits, a page read meanwhile comes behind, a row that is gone is gone', () => {
  const shown = steady(rows(9, 1, 3, 4, 5), [1, 2, 3]);
  expect(ids(shown.rows)).toEqual([1, 3, 4, 5]);
  expect(shown.moved).toBe(1);
});

test('nothing moved, nothing said; not in use, as it is', () => {
  expect(steady(rows(1, 2), [1, 2]).moved).toBe(0);
  expect(ids(steady(rows(2, 1), null).rows)).toEqual([2, 1]);
  expect(steady(rows(4, 3, 1, 2), [1, 2, 3, 4]).moved).toBe(2);
});
