import { expect, test } from 'vitest';
import { addressKind, toAddress } from './address.ts';

test.each([
  ['393331234567@c.us', '393331234567@c.us'],
  ['393331234567@s.whatsapp.net', '393331234567@c.us'],
  ['393331234567:12@s.whatsapp.net', '393331234567@c.us'],
  ['15551230001_1:3@s.whatsapp.net', '15551230001@c.us'],
  ['99998888777766@LID', '99998888777766@lid'],
  ['120363040000000001@g.us', '120363040000000001@g.us'],
  ['393331234567-1417103254@g.us', '393331234567-1417103254@g.us'],
  ['status@broadcast', 'status@broadcast'],
])('%s is one person however it is spelled', (given, expected) => {
  expect(toAddress(given)).toBe(expected);
});

test('WhatsApp Web’s wid objects are read like their text', () => {
  expect(toAddress({ server: 'c.us', user: '15551230001', _serialized: '15551230001@c.us' })).toBe(
    '15551230001@c.us',
  );
  expect(toAddress({ server: 'lid', user: '999' })).toBe('999@lid');
});

test.each([
  undefined,
  null,
  7,
  '',
  'nobody',
  'a@b.c',
  // A name that every object has.
  '1@constructor',
  '<script>@c.us',
  '1@c.us@c.us',
  {},
  [],
  'x'.repeat(400) + '@c.us',
])('%j is no Address', (given) => {
  expect(toAddress(given)).toBeUndefined();
});

test('the kind of an Address is told by its server part', () => {
  const kinds = ['1@c.us', '1@lid', '1@g.us', '1@newsletter', 'status@broadcast'].map((text) =>
    addressKind(toAddress(text)!),
  );
  expect(kinds).toEqual(['phone', 'lid', 'group', 'channel', 'broadcast']);
});
