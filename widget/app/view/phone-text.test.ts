import { expect, test } from 'vitest';
import { phoneText } from './phone-text.ts';

test.each([
  ['393331234567', '+39 333 123 4567'],
  ['390659991234', '+39 065 999 1234'],
  ['447700900123', '+44 7700 900123'],
  ['79161234567', '+7 916 123 4567'],
  ['971501234567', '+971 50 123 4567'],
  ['14155552671', '+1 415 555 2671'],
  ['4915112345678', '+49 1511 234 5678'],
  ['85261234567', '+852 6123 4567'],
  ['33612345678', '+33 6 12 34 56 78'],
  ['34612345678', '+34 612 345 678'],
  ['35312345', '+353 1 2345'],
  ['393', '+39 3'],
  ['', ''],
])('the phone %s reads as its country writes it: %s', (digits, shown) => {
  expect(phoneText(digits)).toBe(shown);
});

test('no digit of any phone is lost or moved', () => {
  for (let length = 1; length < 16; length++)
    for (const start of ['1', '33', '34', '39', '44', '7', '971', '353']) {
      const digits = (start + '0123456789012345').slice(0, length);
      expect(phoneText(digits).replace(/[+ ]/g, '')).toBe(digits);
      expect(phoneText(digits)).not.toMatch(/ {2}| $/);
    }
});
