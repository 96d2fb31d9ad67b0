import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { typingMs } from '../../../server/contract/typing-ms.ts';
import type { Presence } from '../../../server/contract/presence.ts';
import { aMessage } from '../../testing/rows.ts';
import { Presences } from './presences.ts';

let presences: Presences;
const tell = (presence: Presence['presence'], chatId = 1): void =>
  presences.hear({ inboxId: 1, chatId, presence });

beforeEach(() => {
  vi.useFakeTimers();
  presences = new Presences(Date.now);
});
afterEach(() => {
  presences.clear();
  vi.useRealTimers();
});

test('who writes is shown until they stop, or for as long as it is believed', () => {
  tell('typing');
  tell('recording', 2);
  expect([presences.in(1), presences.in(2), presences.in(3)]).toEqual(['typing', 'recording', undefined]);
  tell('paused');
  expect(presences.in(1)).toBeUndefined();
  vi.advanceTimersByTime(typingMs - 1);
  expect(presences.in(2)).toBe('recording');
  vi.advanceTimersByTime(1);
  expect(presences.in(2)).toBeUndefined();
});

test('when they were there last is known of who has gone and does not hide it', () => {
  presences.hear({ inboxId: 1, chatId: 1, presence: 'offline', lastSeen: 5_000 });
  expect([presences.lastSeen(1), presences.lastSeen(2), presences.in(1)]).toEqual([
    5_000,
    undefined,
    undefined,
  ]);
  tell('typing');
  tell('paused');
  expect(presences.lastSeen(1)).toBe(5_000);
  tell('online');
  expect(presences.lastSeen(1)).toBeUndefined();
  presences.hear({ inboxId: 1, chatId: 1, presence: 'offline', lastSeen: 9_000 });
  tell('offline');
  expect(presences.lastSeen(1)).toBeUndefined();
  presences.hear({ inboxId: 1, chatId: 1, presence: 'offline', lastSeen: 9_000 });
  presences.clear();
  expect(presences.lastSeen(1)).toBeUndefined();
});

test('told again before it passes it goes on, and each Chat passes by itself', () => {
  tell('typing');
  vi.advanceTimersByTime(typingMs / 2);
  tell('typing', 2);
  tell('typing');
  vi.advanceTimersByTime(typingMs / 2);
  expect([presences.in(1), presences.in(2)]).toEqual(['typing', 'typing']);
  vi.advanceTimersByTime(typingMs / 2);
  expect([presences.in(1), presences.in(2)]).toEqual([undefined, undefined]);
});

test('a message that has come is no longer being written; one of ours changes nothing', () => {
  tell('typing');
  presences.arrived([aMessage({ id: 1, chatId: 1, fromMe: true }), aMessage({ id: 2, chatId: 2 })]);
  expect(presences.in(1)).toBe('typing');
  presences.arrived([aMessage({ id: 3, chatId: 1 })]);
  expect(presences.in(1)).toBeUndefined();
});

test('who is there stays there until they go, also when a message comes', () => {
  tell('online');
  tell('paused');
  presences.arrived([aMessage({ id: 1, chatId: 1 })]);
  vi.advanceTimersByTime(10 * typingMs);
  expect(presences.in(1)).toBe('online');
  tell('offline');
  expect(presences.in(1)).toBeUndefined();
});
