import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Message } from '../../../server/contract/wire.ts';
import { aMessage } from '../../testing/rows.ts';
import type { Api } from '../link/api.ts';
import { Outbox } from './outbox.ts';
import { toKept, toOutgoing } from './outbox-share.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

let ids = 0;
function anOutbox(holdMs = 5_000) {
  const sent: string[] = [];
  const send = async (chatId: number, clientId: string, body: string): Promise<Message> => {
    sent.push(body);
    return aMessage({ chatId, clientId, body, fromMe: true });
  };
  const outbox = new Outbox({
    api: { send } as unknown as Api,
    accept: () => undefined,
    now: Date.now,
    newId: () => `id-${++ids}`,
    holdMs: () => holdMs,
  });
  return { outbox, sent };
}

test('what is held goes when its time is over, in the order it was written', async () => {
  const { outbox, sent } = anOutbox();
  outbox.send(1, 'first');
  await vi.advanceTimersByTimeAsync(3_000);
  outbox.send(1, 'second');
  await vi.advanceTimersByTimeAsync(1_999);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual(['first']);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(sent).toEqual(['first', 'second']);
  expect(outbox.pending.value).toEqual([]);
});

test('what is taken back in time is never sent, and what was written after it goes at its own time', async () => {
  const { outbox, sent } = anOutbox();
  outbox.send(1, 'oops');
  await vi.advanceTimersByTimeAsync(1_000);
  outbox.send(1, 'right');
  outbox.discard(outbox.pending.value[0]!.clientId);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(sent).toEqual(['right']);
});

test('a page that was reloaded holds what is kept as long as was left; one that comes too late sends at once', async () => {
  const { outbox } = anOutbox();
  outbox.send(1, 'held');
  const kept = outbox.pending.value.map(toKept);
  outbox.clear();
  await vi.advanceTimersByTimeAsync(2_000);
  const [soon, late] = [anOutbox(0), anOutbox(0)];
  soon.outbox.take(kept.map(toOutgoing));
  await vi.advanceTimersByTimeAsync(2_999);
  expect(soon.sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(soon.sent).toEqual(['held']);
  late.outbox.take(kept.map(toOutgoing));
  await vi.advanceTimersByTimeAsync(0);
  expect(late.sent).toEqual(['held']);
});

test('a clock that was put back holds nothing for hours', async () => {
  const { outbox, sent } = anOutbox();
  outbox.send(1, 'now');
  vi.setSystemTime(Date.now() - 3_600_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(sent).toEqual(['now']);
});
