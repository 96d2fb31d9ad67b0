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

test.each([
  ['ru', ['en-US', 'ru'], 'RU'],
  ['ru', ['en-US', 'ru-KZ'], 'KZ'],
  ['it-CH', ['en-US'], 'CH'],
  ['en', ['en-GB'], 'GB'],
  ['en', ['it-IT', 'en-US'], 'IT'],
  ['en', ['not a locale!'], 'US'],
  ['', [], 'IT'],
])('the widget in %j in a browser of %j: numbers of %s', (locale, browser, region) => {
  expect(regionOf(locale, browser)).toBe(region);
});

test('no country is missing', () => {
  expect(callingCodes.size).toBeGreaterThan(200);
});
