import { pino } from 'pino';
import { expect, test } from 'vitest';
import { ManualClock } from '../clock.ts';
import type { Address } from '../contract/address.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { Problem } from '../contract/problem.ts';
import { EventPump, mostWaiting } from './event-pump.ts';

const chat = '393331234567@c.us' as Address;
const fact = (n: number): EngineEvent => ({ kind: 'ack', messageId: `M${n}`, chat, ack: 2 });
const facts = (count: number): EngineEvent[] => Array.from({ length: count }, (_, n) => fact(n));
const report: EngineEvent = {
  kind: 'session-state',
  report: { state: 'logged-out', code: 'logged-out-on-phone', action: 'pair-again' },
};

/** A door that does what the test says, in turn, and otherwise takes everything. */
function door(...answers: (() => Promise<void>)[]) {
  const pages: EngineEvent[][] = [];
  const clock = new ManualClock();
  const end = new AbortController();
  const pump = new EventPump({
    inboxId: 1,
    clock,
    signal: end.signal,
    log: pino({ level: 'silent' }),
    receive: async (_, page) => {
      await answers.shift()?.();
      pages.push(page);
    },
  });
  return { pump, pages, clock, end, taken: () => pages.flat() };
}
const away = () => Promise.reject(new Problem('unavailable'));

test('facts arrive in the order they happened, a hundred at a time, however they were pushed', async () => {
  const { pump, pages, taken } = door();
  const all = facts(257);
  pump.push(all.slice(0, 3));
  pump.push(all.slice(3, 250));
  pump.push([]);
  pump.push(all.slice(250));
  await pump.idle();
  expect(taken()).toEqual(all);
  expect(Math.max(...pages.map((page) => page.length))).toBe(100);
});

test('the database is away: the page is tried again until it is back, and nothing overtakes it', async () => {
  const { pump, clock, taken } = door(away, away);
  pump.push(facts(2));
  await expect.poll(() => clock.waiting).toBe(1);
  pump.push([report]);
  await clock.advance(1_000);
  expect(taken()).toEqual([]);
  await clock.advance(1_000);
  await pump.idle();
  expect(taken()).toEqual([...facts(2), report]);
});

test('who asks what is stored is answered when all pushed before is, whatever comes after; never of what was let go', async () => {
  let open = (): void => {};
  const { pump, end, taken } = door(
    () => new Promise<void>((resolve) => (open = resolve)),
    () => new Promise<void>(() => {}),
  );
  pump.push(facts(2));
  const stored = pump.stored();
  pump.push([report]);
  open();
  await stored;
  expect(taken()).toEqual(facts(2));
  const closed = door(away, away);
  closed.pump.push(facts(3));
  const lost = closed.pump.stored();
  end.abort();
  closed.end.abort();
  await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
});

test('a fact that cannot be stored does not take its neighbours along', async () => {
  const poison = () => Promise.reject(new Error('no such thing'));
  const { pump, taken } = door(poison, async () => {}, poison);
  pump.push(facts(4));
  await pump.idle();
  expect(taken()).toEqual([fact(0), fact(2), fact(3)]);
});

test('too many facts while the database is away: the oldest go, state reports and the page under way stay', async () => {
  const { pump, clock, taken } = door(away);
  pump.push(facts(100));
  await expect.poll(() => clock.waiting).toBe(1);
  pump.push([report]);
  const late = Array.from({ length: mostWaiting }, (_, n) => fact(1_000 + n));
  pump.push(late);
  await clock.advance(1_000);
  await pump.idle();
  expect(taken().slice(0, 101)).toEqual([...facts(100), report]);
  expect(taken().slice(101)).toEqual(late.slice(mostWaiting / 2 + 1));
});

test('pushed while the last page is being taken: it is not left lying', async () => {
  const { pump, taken } = door(async () => {
    await Promise.resolve();
    queueMicrotask(() => queueMicrotask(() => pump.push([fact(1)])));
  });
  pump.push([fact(0)]);
  await expect.poll(taken).toEqual([fact(0), fact(1)]);
});

test('an end while the database is away: one more try, then it lets go', async () => {
  const { pump, clock, end, taken } = door(away, away);
  pump.push(facts(250));
  await expect.poll(() => clock.waiting).toBe(1);
  end.abort();
  await pump.idle();
  expect(taken()).toEqual([]);
  expect(clock.waiting).toBe(0);
});
