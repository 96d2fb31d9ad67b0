import type { UseStore } from 'idb-keyval';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DatabaseKeep } from './keep-db.ts';

const draft = { chatId: 1, at: 1, text: 'Half a sentence', note: '', reply: null, picked: [] };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a database that is slow to answer counts as none until it does, and what was asked of it meanwhile is not lost', async () => {
  const answers: (() => void)[] = [];
  const store = (() => new Promise<void>((done) => answers.push(done))) as unknown as UseStore;
  const keep = new DatabaseKeep('an account', Date.now, store);
  keep.putDraft(draft);
  await vi.advanceTimersByTimeAsync(9_000);
  expect(keep.trouble.value).toBeNull();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(keep.trouble.value).toBe('off');
  keep.putDraft({ ...draft, text: 'Half a sentence more' });
  expect(answers).toHaveLength(2);
  answers.forEach((done) => done());
  await vi.advanceTimersByTimeAsync(0);
  expect(keep.trouble.value).toBeNull();
});

test('a database that refuses is not asked again', async () => {
  const store = vi.fn(() => Promise.reject(new DOMException('no', 'InvalidStateError')));
  const keep = new DatabaseKeep('an account', Date.now, store as unknown as UseStore);
  keep.putDraft(draft);
  await keep.settled();
  expect(keep.trouble.value).toBe('off');
  keep.putDraft(draft);
  await keep.settled();
  expect(store).toHaveBeenCalledTimes(1);
});
