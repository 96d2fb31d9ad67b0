import { expect, test } from 'vitest';
import { Places } from './places.ts';

test('one Organisation takes its share and leaves the others theirs', () => {
  const places = new Places({ inAll: 5, ofOne: 3 });
  const own = [1, 2, 3].map(() => places.take(7));
  expect(own.every(Boolean)).toBe(true);
  expect(places.take(7)).toBeUndefined();
  expect(places.take(8)).toBeDefined();
  own[0]!();
  expect(places.take(7)).toBeDefined();
  expect(places.take(7)).toBeUndefined();
  expect(places.take(9)).toBeDefined();
  // The house is full, whoever asks.
  expect(places.take(10)).toBeUndefined();
  own[1]!();
  expect(places.take(10)).toBeDefined();
});
