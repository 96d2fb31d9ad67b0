import { afterEach, expect, test, vi } from 'vitest';
import type { ChangedRows, Message } from '../../../server/contract/wire.ts';
import { aMessage } from '../../testing/rows.ts';
import { Gather } from './gather.ts';

const rows = (...messages: Message[]): ChangedRows => ({
  chats: [],
  messages,
  contacts: [],
  notes: [],
  session: null,
});
afterEach(() => vi.useRealTimers());

test('what a slow page has fallen behind with comes in portions, each row once, in order', () => {
  vi.useFakeTimers();
  const shown: number[][] = [];
  using gather = new Gather((_, { messages }) => shown.push(messages.map((row) => row.seq)));
  for (let seq = 1; seq <= 31; seq++) gather.add(1, rows(aMessage({ id: seq, seq })));
  // One answer to a question is never cut in two.
  gather.add(2, rows(...[101, 102, 103, 104].map((seq) => aMessage({ id: seq, seq }))));
  vi.advanceTimersByTime(300);
  expect(shown.map((list) => list.length)).toEqual([1, 8, 8, 8, 6, 4]);
  expect(shown.flat()).toEqual([...Array.from({ length: 31 }, (_, at) => at + 1), 101, 102, 103, 104]);
});

test('the first row is shown at once, a hundred behind it in one go, each once and as it is last', () => {
  vi.useFakeTimers();
  const shown: number[][] = [];
  using gather = new Gather((_, { messages }) => shown.push(messages.map((row) => row.seq)));
  gather.add(1, rows(aMessage({ id: 1, seq: 1 })));
  for (let seq = 2; seq <= 101; seq++) gather.add(1, rows(aMessage({ id: (seq % 50) + 2, seq })));
  expect(shown).toEqual([[1]]);
  vi.advanceTimersByTime(100);
  expect(shown).toHaveLength(2);
  expect(shown[1]).toHaveLength(50);
  expect(Math.min(...shown[1]!)).toBe(52);
  vi.advanceTimersByTime(1_000);
  gather.add(1, rows(aMessage({ id: 1, seq: 200 })));
  expect(shown.at(-1)).toEqual([200]);
});
