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

test('of two names that come together the newer one is shown', () => {
  vi.useFakeTimers();
  const shown: (string | undefined)[] = [];
  using gather = new Gather((_, { inbox }) => shown.push(inbox?.name));
  gather.add(1, rows(aMessage({ id: 1, seq: 1 })));
  gather.add(1, { ...rows(), inbox: { id: 1, name: 'Second', seq: 3 } });
  gather.add(1, { ...rows(), inbox: { id: 1, name: 'First', seq: 2 } });
  vi.advanceTimersByTime(100);
  expect(shown).toEqual([undefined, 'Second']);
});
