import { expect, test } from 'vitest';
import type { DeliveryRow } from '../../db/query/delivery.ts';
import { chooseNext } from './next-delivery.ts';

const row = (message: number, chat: number, state: DeliveryRow['state'], due = 0): DeliveryRow => ({
  message,
  chat_id: chat,
  state,
  due_at: due,
  inbox_id: 1,
  attempt: 0,
  content_digest: '',
  request: null,
  guessed_message_id: null,
  lease_owner: null,
  lease_until: 500,
  created_at: 0,
});

test('the oldest goes first, and a chat with one in flight waits', () => {
  const pending = [row(1, 1, 'sending'), row(2, 1, 'queued'), row(3, 2, 'queued'), row(4, 3, 'queued')];
  expect(chooseNext(pending, 10)).toMatchObject({ delivery: { message: 3 }, expiresAt: 500 });
});

test('one that waits for its next try holds back the younger ones of its chat only', () => {
  const pending = [row(1, 1, 'queued', 100), row(2, 1, 'queued'), row(3, 2, 'queued')];
  expect(chooseNext(pending, 10)).toMatchObject({ delivery: { message: 3 }, queuedAt: 100 });
  expect(chooseNext(pending.slice(0, 2), 10)).toMatchObject({ delivery: undefined, queuedAt: 100 });
});

test('an unconfirmed one does not hold up its chat', () => {
  const pending = [row(1, 1, 'unconfirmed', 60), row(2, 1, 'queued')];
  expect(chooseNext(pending, 10)).toMatchObject({ delivery: { message: 2 }, expiresAt: 60 });
});
