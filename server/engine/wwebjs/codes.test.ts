import { expect, test } from 'vitest';
import { PairingCodes } from './codes.ts';

test('the first QR lives 60 s, the others 20 s, and the same text told twice is one code', () => {
  const codes = new PairingCodes();
  expect(codes.show('qr', 'a', 0)).toMatchObject({ turn: 1, expiresAt: 60_000 });
  expect(codes.show('qr', 'a', 10)).toBeUndefined();
  expect(codes.show('qr', 'b', 60_000)).toMatchObject({ turn: 2, issuedAt: 60_000, expiresAt: 80_000 });
});

test('a page that is late with a new code is asked, and asked again only after a while', () => {
  const codes = new PairingCodes();
  expect(codes.due(0, true)).toBe('nothing');
  codes.show('qr', 'a', 0);
  expect(codes.due(64_000, false)).toBe('nothing');
  expect(codes.due(65_000, false)).toBe('refresh');
  expect(codes.due(66_000, false)).toBe('nothing');
  expect(codes.due(70_000, false)).toBe('refresh');
});

test('an idle page is asked at once; after the sixth code nobody is', () => {
  const codes = new PairingCodes();
  codes.show('qr', 'a', 10_000);
  expect(codes.due(11_000, true)).toBe('refresh');
  for (const value of ['b', 'c', 'd', 'e', 'f']) codes.show('qr', value, 12_000);
  expect(codes.current?.turn).toBe(6);
  expect(codes.due(31_999, false)).toBe('nothing');
  expect(codes.due(32_000, false)).toBe('give-up');
  expect(codes.due(13_000, true)).toBe('give-up');
});

test('a pairing code counts from one again and lives three minutes', () => {
  const codes = new PairingCodes();
  codes.show('qr', 'a', 0);
  expect(codes.show('code', 'ABCD1234', 5_000)).toMatchObject({ kind: 'code', turn: 1, expiresAt: 185_000 });
});
