import { expect, test } from 'vitest';
import { mayLeaveAt, newContactsToday, nextDay, sendRules } from './send-rules.ts';

const rules = sendRules.parse({ perMinute: 3, newContactsPerDay: 80, warmUpDays: 7 });
const now = 1_795_000_000_000;
const day = 86_400_000;

test('so many in any minute, the next when the oldest of them is a minute old', () => {
  expect(mayLeaveAt(rules, [], now)).toBe(now);
  expect(mayLeaveAt(rules, [now - 50_000, now - 5_000], now)).toBe(now);
  expect(mayLeaveAt(rules, [now - 50_000, now - 5_000, now - 1_000], now)).toBe(now + 10_000);
  expect(mayLeaveAt(rules, [now - 60_000, now - 5_000, now - 1_000], now)).toBe(now);
});

test('the cap for new contacts grows from a tenth to its full height while the number warms up', () => {
  const caps = [0, 1, 3, 6, 7, 30].map((days) => newContactsToday(rules, now - days * day, now));
  expect(caps).toEqual([10, 20, 40, 70, 80, 80]);
  expect(newContactsToday(rules, 0, now)).toBe(10);
  expect(newContactsToday({ ...rules, warmUpDays: 0 }, 0, now)).toBe(80);
  expect(newContactsToday({ ...rules, newContactsPerDay: 3 }, now, now)).toBe(3);
});

test('the day is the day of UTC', () => {
  expect(new Date(nextDay(now)).toISOString()).toMatch(/T00:00:00.000Z$/);
});
