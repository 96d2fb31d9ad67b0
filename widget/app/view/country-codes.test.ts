import { expect, test } from 'vitest';
import { callingCodes, international, regionOf } from './country-codes.ts';

test.each([
  ['333 123 4567', 'IT', '+393331234567'],
  ['+39 333 123 4567', 'RU', '+39 333 123 4567'],
  ['0039 333 1234567', 'DE', '+393331234567'],
  ['06 1234 5678', 'IT', '+390612345678'],
  ['393331234567', 'IT', '+393331234567'],
  ['8 (912) 345-67-89', 'RU', '+79123456789'],
  ['912 345 67 89', 'RU', '+79123456789'],
  ['0151 23456789', 'DE', '+4915123456789'],
  ['07700 900123', 'GB', '+447700900123'],
])('%s typed in %s is %s', (typed, region, number) => {
  expect(international(typed, region)).toBe(number);
});

test('the country comes from the first locale that names one, else from where its language is at home', () => {
  expect(regionOf('ru', 'it-IT')).toBe('IT');
  expect(regionOf('ru')).toBe('RU');
  expect(regionOf('', 'not a locale')).toBe('IT');
  expect(callingCodes.size).toBeGreaterThan(200);
});
