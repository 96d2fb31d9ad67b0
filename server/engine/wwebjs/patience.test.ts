import { expect, test } from 'vitest';
import { Patience } from './patience.ts';

/** Looks that had no answer: whether each was one too many. `tells`: the page told something during them. */
function looks(patience: Patience, count: number, isWorking = true, tells = false): boolean[] {
  return Array.from({ length: count }, () => {
    patience.asked();
    if (tells) patience.told();
    return patience.missed(isWorking, false);
  });
}

test('a working page is given up with the second look in a row that it leaves without an answer', () => {
  const patience = new Patience();
  expect(looks(patience, 1)).toEqual([false]);
  expect(patience.isTried).toBe(true);
  patience.answered();
  expect(patience.isTried).toBe(false);
  expect(looks(patience, 2)).toEqual([false, true]);
});

test('a burst keeps a page from answering: it is there for as long as it tells something', () => {
  const patience = new Patience();
  expect(looks(patience, 10, true, true)).not.toContain(true);
  expect(looks(patience, 2)).toEqual([false, true]);
});

test('what was told before a look says nothing of a page that hangs', () => {
  const patience = new Patience();
  patience.told();
  expect(looks(patience, 2)).toEqual([false, true]);
});

test('a page that is loading, or goes elsewhere, has four looks', () => {
  expect(looks(new Patience(), 4, false)).toEqual([false, false, false, true]);
  const leaving = new Patience();
  expect([1, 2, 3, 4].map(() => leaving.missed(true, true))).toEqual([false, false, false, true]);
});
