import { expect, test } from 'vitest';
import { emoji, emojiLike, inTone, namesOf } from './emoji.ts';

test('every emoji has words in every language, and stands once', () => {
  const all = emoji.flatMap(([, list]) => list);
  for (const [sign, names] of all)
    for (const name of Object.values(names)) expect(name, sign).toMatch(/^\p{L}/u);
  expect(new Set(all.map(([sign]) => sign)).size).toBe(all.length);
});

test('found by the beginning of a word in any language, with lines for spaces, the nearest first', () => {
  expect(emojiLike('bici').map(([sign]) => sign)).toEqual(['🚲']);
  expect(emojiLike('велос').map(([sign]) => sign)).toEqual(['🚲']);
  expect(emojiLike('red_heart')[0]?.[0]).toBe('❤️');
  expect(emojiLike('heart')[0]?.[0]).toBe('😍');
  expect(emojiLike('  ')).toEqual([]);
});

test('a shade is for one person’s skin, and the name stays the same', () => {
  expect(inTone('👍', 3)).toBe('👍🏽');
  expect(inTone('✌️', 5)).toBe('✌🏿');
  expect(inTone('🧑‍🔧', 1)).toBe('🧑🏻‍🔧');
  for (const sign of ['👨‍👩‍👧', '😀', '🚲']) expect(inTone(sign, 2)).toBe(sign);
  expect(inTone('👍', 0)).toBe('👍');
  expect(namesOf('✌🏿')?.en).toBe('victory');
});
