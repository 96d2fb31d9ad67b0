import { expect, test } from 'vitest';
import { places, wordsOf } from './marks.ts';

const marked = (text: string, search: string): string[] =>
  places(text, wordsOf(search)).map(([from, to]) => text.slice(from, to));

test('words are marked by their beginning, without case and accents', () => {
  expect(marked('The harbour and Harbours; seaharbour', 'HARB')).toEqual(['harb', 'Harb']);
  expect(marked('Perché no? perche', 'perche')).toEqual(['Perché', 'perche']);
  expect(marked('Ёлка и елка', 'ёлка')).toEqual(['Ёлка', 'елка']);
});

test('an emoji before a word moves no mark', () => {
  expect(places('🎉 invoice', wordsOf('inv'))).toEqual([[3, 6]]);
});

test('what is typed is never syntax', () => {
  expect(marked('a.b (c) 50%', '.*')).toEqual([]);
  expect(marked('50% (half)', '50 (ha')).toEqual(['50', 'ha']);
});

test('a letter that becomes two is marked whole', () => {
  expect(marked('ﬁnally', 'fi')).toEqual(['ﬁ']);
});
