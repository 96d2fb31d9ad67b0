import { expect, test } from 'vitest';
import { nextTry, type Tried } from './tries.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Looked at every minute from its coming on: when it was handed on again, and when it was put down, ms. */
function course(isNewLife: (ms: number) => boolean = () => false): { again: number[]; givenUpAt: number } {
  const one: Tried = { at: 0, tries: 1, triedAt: 0 };
  const again: number[] = [];
  for (let now = 0; now < 60 * 24 * hour; now += minute) {
    if (isNewLife(now)) one.triedAt = undefined;
    const next = nextTry(one, now);
    if (next === 'give-up') return { again, givenUpAt: now };
    if (next === 'wait') continue;
    again.push(now);
    one.tries += 1;
    one.triedAt = now;
  }
  return { again, givenUpAt: Number.NaN };
}

test('what does not come out is tried with growing pauses and put down after two days', () => {
  const { again, givenUpAt } = course();
  expect(again.slice(0, 4)).toEqual([2 * minute, 12 * minute, 72 * minute, 72 * minute + 6 * hour]);
  expect(givenUpAt / hour).toBeGreaterThanOrEqual(48);
  expect(givenUpAt / hour).toBeLessThan(60);
});

test('a hundred lives in the first hour, as on a bad network, cost it none of its two days', () => {
  const { again, givenUpAt } = course((ms) => ms < hour && ms % (2 * minute) === 0);
  expect(again.length).toBeGreaterThan(25);
  expect(givenUpAt / hour).toBeGreaterThanOrEqual(48);
  expect(givenUpAt / hour).toBeLessThan(60);
});

test('a life every few hours does not keep it for ever', () => {
  expect(course((ms) => ms % (3 * hour) === 0).givenUpAt / hour).toBeLessThan(60);
});

test('one of an older release, which counted nothing, is tried like a new one', () => {
  expect(nextTry({ at: 0, tries: 1, triedAt: undefined }, Date.now())).toBe('again');
});
