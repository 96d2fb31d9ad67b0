import { expect, test } from 'vitest';
import { Pace, pace } from './pace.ts';

const hour = 3_600_000;
const begin = 1_000_000_000;

test('between two questions of one number there is a pause, and other numbers do not wait for it', () => {
  const one = new Pace();
  expect(one.wait(1, begin)).toBe(0);
  one.note(1, begin);
  expect(one.wait(1, begin)).toBe(pace.betweenMs);
  expect(one.wait(1, begin + pace.betweenMs - 1)).toBe(1);
  expect(one.wait(1, begin + pace.betweenMs)).toBe(0);
  expect(one.wait(2, begin)).toBe(0);
});

test('in no hour are there more questions than a number may ask', () => {
  const one = new Pace();
  const asked: number[] = [];
  // Hours of somebody who always wants one more.
  for (let now = begin; now < begin + 3 * hour;) {
    const wait = one.wait(1, now);
    now += wait;
    if (wait > 0) continue;
    one.note(1, now);
    asked.push(now);
  }
  expect(asked.length).toBe(3 * pace.mostAnHour);
  const spans = asked.slice(pace.mostAnHour).map((time, at) => time - asked[at]!);
  expect(Math.min(...spans)).toBeGreaterThanOrEqual(hour);
});

test('a number WhatsApp found too eager rests for hours, whatever it may have asked otherwise; another does not', () => {
  const one = new Pace();
  one.rest(1, begin);
  expect(one.wait(1, begin)).toBe(pace.restMs);
  expect(one.wait(1, begin + pace.restMs - 1)).toBe(1);
  expect(one.wait(1, begin + pace.restMs)).toBe(0);
  expect(one.wait(2, begin)).toBe(0);
});
