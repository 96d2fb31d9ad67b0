import { afterEach, expect, test } from 'vitest';
import { clockTime, dateOf, daysAgo, nowMinute, setTimeZone, shortTime } from './dates.ts';
import { startOf } from './start-of.ts';
import { setLocale } from './text.ts';

afterEach(() => setTimeZone(undefined));

test('times and days are those of the zone the page names, not of the browser', async () => {
  await setLocale('en-GB');
  const at = Date.parse('2026-11-21T22:30:00Z');
  expect(setTimeZone('Europe/Rome')).toBe(true);
  expect(clockTime(at)).toBe('23:30');
  nowMinute.value = Date.parse('2026-11-21T23:10:00Z');
  expect(shortTime(at)).toBe('Yesterday');
  setTimeZone('America/New_York');
  expect(shortTime(at)).toBe('17:30');
  setTimeZone('Asia/Tokyo');
  expect([dateOf(at), shortTime(at)]).toEqual(['2026-11-22', '07:30']);
});

test('a name that is no time zone changes nothing', () => {
  setTimeZone('Asia/Kathmandu');
  const noon = Date.parse('2026-11-21T12:00:00Z');
  expect(setTimeZone('Nowhere/At_All')).toBe(false);
  expect(daysAgo(noon, noon + 7 * 3_600_000)).toBe(1);
  setTimeZone('');
  const here = new Date(noon);
  const two = (n: number): string => `${n}`.padStart(2, '0');
  expect(dateOf(noon)).toBe(`${here.getFullYear()}-${two(here.getMonth() + 1)}-${two(here.getDate())}`);
});

test('a day begins where its zone says, also where clocks are put on at midnight', () => {
  for (const [zone, date, start] of [
    ['Europe/Rome', '2026-03-29', '2026-03-28T23:00:00Z'],
    ['Asia/Kathmandu', '2026-11-21', '2026-11-20T18:15:00Z'],
    ['Pacific/Kiritimati', '2026-11-21', '2026-11-20T10:00:00Z'],
    ['Pacific/Niue', '2026-11-21', '2026-11-21T11:00:00Z'],
    ['America/Santiago', '2026-09-06', '2026-09-06T04:00:00Z'],
  ] as const) {
    setTimeZone(zone);
    expect([zone, new Date(startOf(date)).toISOString()]).toEqual([zone, start.replace('Z', '.000Z')]);
  }
  expect(startOf('')).toBeNaN();
});
