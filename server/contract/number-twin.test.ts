import { expect, test } from 'vitest';
import { toAddress } from './address.ts';
import { twinOf, withTwins } from './number-twin.ts';

const a = (text: string) => toAddress(text)!;

test.each([
  ['Brazil, a mobile', '5511987654321@c.us', '551187654321@c.us'],
  ['Argentina, a mobile', '5491123456789@c.us', '541123456789@c.us'],
])('%s: two spellings, each the other’s', (_, long, short) => {
  expect(twinOf(a(long))).toBe(short);
  expect(twinOf(a(short))).toBe(long);
});

test.each([
  ['Brazil, a landline', '551132654321@c.us'],
  ['Brazil, too short', '55118765432@c.us'],
  ['Italy', '393331234567@c.us'],
  ['a LID that looks like one', '5511987654321@lid'],
  ['a group', '5491123456789@g.us'],
])('%s: one spelling', (_, address) => {
  expect(twinOf(a(address))).toBeUndefined();
});

test('a list comes with the other spellings', () => {
  expect(withTwins([a('393331234567@c.us'), a('551187654321@c.us')])).toEqual([
    '393331234567@c.us',
    '551187654321@c.us',
    '5511987654321@c.us',
  ]);
});
