import { expect, test } from 'vitest';
import { aFile } from '../../testing/every-kind.ts';
import { aMessage, anyTime } from '../../testing/rows.ts';
import { withPending } from '../model/entries.ts';
import type { Outgoing } from '../model/outbox.ts';
import { toLines } from './line.ts';

const pendingText = (clientId: string, chatId = 1): Outgoing => ({
  clientId,
  chatId,
  body: 'Text',
  at: anyTime + 10_000,
  state: 'sending',
  code: null,
  extras: {},
});
const minutes = (count: number) =>
  Array.from({ length: count }, (_, n) => aMessage({ id: n + 1, at: anyTime + n * 60_000 }));

test('a message more is a line more: those before it, but for its neighbour, are the very same', () => {
  const rows = minutes(4);
  const before = toLines(rows);
  const after = toLines([...rows, aMessage({ id: 9, at: anyTime + 240_000 })]);
  expect(after.slice(0, 3).map((line, at) => line === before[at])).toEqual([true, true, true]);
  expect(before[3]!.endsGroup).toBe(true);
  expect(after[3]!.endsGroup).toBe(false);
  expect(after[4]!.startsGroup).toBe(false);
});

test('a neighbour that changes nothing for a line leaves it the same', () => {
  const rows = minutes(3);
  const before = toLines(rows);
  const after = toLines([rows[0]!, rows[1]!, { ...rows[2]!, ack: 3 }]);
  expect(after[1]).toBe(before[1]);
  expect(after[2]).not.toBe(before[2]);
});

test('pictures lie open or in an album as they are asked for, whatever was shown before', () => {
  const picture = (id: number) =>
    aMessage({ id, at: anyTime + id, type: 'image', body: '', media: aFile({ id }) });
  const rows = [1, 2, 3, 4].map(picture);
  expect(toLines(rows, false)).toHaveLength(4);
  expect(toLines(rows, true)).toHaveLength(1);
  expect(toLines(rows, false).map(({ album }) => album)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('the same rows and pending texts are the same list, and another text is another', () => {
  const rows = minutes(2);
  const [one, two] = [pendingText('a'), pendingText('b')];
  const first = withPending(rows, [one, pendingText('c', 2)], 1);
  expect(first.map(({ clientId }) => clientId).slice(2)).toEqual(['a']);
  // What other Chats wait for does not matter here.
  expect(withPending(rows, [one], 1)).toBe(first);
  const second = withPending(rows, [one, two], 1);
  expect(second).toHaveLength(4);
  expect(second[2]).toBe(first[2]);
  expect(withPending([...rows, aMessage({ id: 5, clientId: 'a', fromMe: true })], [one], 1)).toHaveLength(3);
  expect(withPending(rows, [], 1)).toBe(rows);
});

test('of two colleagues who answer in a row each begins a group; what is on its way goes with what is before it', () => {
  const [one, two] = [
    { id: 7, name: 'Ann' },
    { id: 8, name: 'Ben' },
  ];
  const rows = minutes(3).map((row, at) => ({ ...row, fromMe: true, agent: at < 2 ? one! : two! }));
  const lines = toLines(withPending(rows, [{ ...pendingText('c1'), at: anyTime + 180_000 }], 1));
  expect(lines.map((line) => line.startsGroup)).toEqual([true, false, true, false]);
});
