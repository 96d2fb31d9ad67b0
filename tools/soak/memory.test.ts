import { expect, test } from 'vitest';
import { growthOf, type Series } from './memory.ts';

const MiB = 1_048_576;
const minute = 60_000;

/** A life that begins at `from` and has, at each 5 s of its age, what `size` says (MiB). */
function life(from: number, lengthMs: number, size: (age: number) => number): Series {
  const looks = Array.from({ length: lengthMs / 5_000 }, (_, n) => ({
    at: from + n * 5_000,
    bytes: size(n * 5_000) * MiB,
  }));
  return { what: 'child', looks };
}
/** One after the other over an hour, each a minute and a half. */
const shortLives = (size: (from: number, age: number) => number): Series[] =>
  Array.from({ length: 80 }, (_, n) =>
    life(n * 0.75 * minute, 1.5 * minute, (age) => size(n * 0.75 * minute, age)),
  );

test('a life that comes to its size and stays there does not grow; one that goes on does', () => {
  const settles = life(0, 20 * minute, (age) => Math.min(115, 60 + age / 2_000));
  expect(growthOf([settles]).slope).toBeCloseTo(0);
  const leaks = life(0, 20 * minute, (age) => 115 + (2 * age) / minute);
  expect(growthOf([leaks]).slope).toBeCloseTo(2);
});

test('short lives, all of which grow while they come to their size, say nothing about growth', () => {
  const growth = growthOf(shortLives((_, age) => 60 + age / 2_000));
  expect(growth).toMatchObject({ slope: undefined, judged: 0 });
  expect(growth.drift).toBeCloseTo(0);
});

test('lives that are larger the later they begin are growth, though each by itself is short', () => {
  const growth = growthOf(shortLives((from, age) => 60 + age / 2_000 + from / minute));
  expect(growth.slope).toBeUndefined();
  expect(growth.drift).toBeCloseTo(1);
});

test('a handful of lives is not compared', () => {
  expect(growthOf(shortLives(() => 100).slice(0, 10)).drift).toBeUndefined();
});
