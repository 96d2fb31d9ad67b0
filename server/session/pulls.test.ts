import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { ManualClock } from '../clock.ts';
import { phoneAddress } from '../contract/address.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { Problem } from '../contract/problem.ts';
import type { EngineSession, HistoryRequest } from '../engine/engine.ts';
import { EngineUnavailable } from '../engine/engine.ts';
import { bounds, Pulls } from './pulls.ts';

const anna = phoneAddress('393331234567');
const contact = (n: number): EngineEvent => ({ kind: 'contact', address: phoneAddress(String(39000 + n)) });
const page = (length: number): EngineEvent[] => Array.from({ length }, (_, n) => contact(n));

/** Pulls from a history that the test writes, into a door that it watches. */
class Scene implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly asked: Omit<HistoryRequest, 'signal'>[] = [];
  readonly received: number[] = [];
  backfills = 0;
  caughtUpAt = 0;
  linkedAt = 0;
  door: () => Promise<void> = () => Promise.resolve();
  history: (signal: AbortSignal) => AsyncIterable<EngineEvent[]> = async function* () {
    yield page(3);
  };
  readonly pulls: Pulls;

  constructor() {
    const session: EngineSession = {
      connect: () => {},
      send: () => Promise.resolve({ kind: 'not-sent', reason: 'session-not-working' }),
      history: ({ signal, ...request }) => {
        this.asked.push(request);
        return this.history(signal);
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    this.pulls = new Pulls({
      inboxId: 1,
      session,
      receive: async (_inboxId, events, source) => {
        expect(source).toBe('history');
        await this.door();
        this.received.push(events.length);
      },
      clock: this.clock,
      log: pino({ level: 'silent' }),
      known: () => Promise.resolve({ caughtUpAt: this.caughtUpAt, linkedAt: this.linkedAt }),
      reconcileMs: 300_000,
      backfillInbox: () => {
        this.backfills += 1;
        return Promise.resolve();
      },
      noteCaughtUp: (at) => {
        this.caughtUpAt = at;
        return Promise.resolve();
      },
    });
  }
  /** Until it sleeps: every pull ends with a rest or a pause. */
  asleep(): Promise<void> {
    return vi.waitFor(() => expect(this.clock.waiting).toBe(1), { interval: 1, timeout: 20_000 });
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.pulls[Symbol.asyncDispose]();
  }
}

const owned: AsyncDisposable[] = [];
afterEach(async () => {
  for (const thing of owned.splice(0)) await thing[Symbol.asyncDispose]();
});
function scene(): Scene {
  const made = new Scene();
  owned.push(made);
  return made;
}
/** A promise that the test keeps. */
function held(): { promise: Promise<void>; release: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, release: () => resolve() };
}

test('after the first linking: the newest chats, bounded, and it is noted', async () => {
  const it = scene();
  const began = it.clock.now();
  it.pulls.catchUp(true);
  await it.asleep();
  expect(it.asked).toEqual([{ chats: bounds.newestChats, messagesPerChat: bounds.messagesPerChat }]);
  expect(it.caughtUpAt).toBe(began);
});

test('after a reconnect: what happened since the last time, and somewhat before', async () => {
  const it = scene();
  it.caughtUpAt = it.clock.now() - 3_600_000;
  const last = it.caughtUpAt;
  it.pulls.catchUp(false);
  await it.asleep();
  expect(it.asked).toHaveLength(1);
  expect(it.asked[0]).toMatchObject({ chats: bounds.changedChats, messagesPerChat: 0 });
  expect(it.asked[0]!.since).toBeLessThan(last);
});

test('linked anew after a time of its own: both', async () => {
  const it = scene();
  it.caughtUpAt = it.clock.now() - 3_600_000;
  it.pulls.catchUp(true);
  await it.asleep();
  expect(it.asked.map(({ messagesPerChat }) => messagesPerChat)).toEqual([bounds.messagesPerChat, 0]);
});

test('a life that ended before it had caught up: the next pulls back to when the number was linked', async () => {
  const it = scene();
  it.linkedAt = it.clock.now() - 1;
  it.pulls.catchUp(false);
  await it.asleep();
  expect(it.asked.map(({ messagesPerChat }) => messagesPerChat)).toEqual([bounds.messagesPerChat, 0]);
});

test('the door is given pages of a hundred at most, one after the other', async () => {
  const it = scene();
  it.history = async function* () {
    yield page(250);
    yield page(1);
  };
  it.pulls.catchUp(true);
  await it.asleep();
  expect(it.received).toEqual([100, 100, 50, 1]);
});

test('history that ends before the end is pulled again, three times at most, and is not noted as caught up', async () => {
  const it = scene();
  it.history = async function* () {
    yield page(1);
    throw new EngineUnavailable('gone');
  };
  it.pulls.catchUp(true);
  for (const pause of [5_000, 30_000]) {
    await it.asleep();
    await it.clock.advance(pause);
  }
  await it.asleep();
  expect(it.asked).toHaveLength(3);
  expect(it.caughtUpAt).toBe(0);
});

test('a database that is away is waited for; the page is not lost', async () => {
  const it = scene();
  let shut = true;
  it.door = async () => {
    if (shut) throw new Problem('unavailable', undefined, { retryAfter: 2 });
  };
  it.pulls.catchUp(true);
  await it.asleep();
  expect(it.received).toEqual([]);
  shut = false;
  await it.clock.advance(2_000);
  await it.asleep();
  expect(it.received).toEqual([3]);
  expect(it.caughtUpAt).toBeGreaterThan(0);
});

test('a line that comes and goes: one catch-up at a time, and a rest between two', async () => {
  const it = scene();
  it.pulls.catchUp(true);
  for (let flap = 0; flap < 5; flap++) it.pulls.catchUp(false);
  await it.asleep();
  expect(it.asked).toHaveLength(1);
  await it.clock.advance(60_000);
  await it.asleep();
  expect(it.asked).toHaveLength(2);
  await it.clock.advance(60_000);
  await it.asleep();
  expect(it.asked).toHaveLength(2);
});

test('every live event lost: within one interval the phone is asked for what it has since the last time', async () => {
  const it = scene();
  it.pulls.catchUp(true);
  await it.asleep();
  for (let interval = 1; interval <= 3; interval++) {
    const last = it.caughtUpAt;
    await it.clock.advance(60_000);
    await it.asleep();
    await it.clock.advance(240_000);
    await it.asleep();
    expect(it.asked).toHaveLength(1 + interval);
    expect(it.asked.at(-1)).toMatchObject({ messagesPerChat: 0 });
    expect(it.asked.at(-1)!.since).toBeLessThan(last);
  }
});

test('a reconnect does not wait for the interval', async () => {
  const it = scene();
  it.pulls.catchUp(true);
  await it.asleep();
  await it.clock.advance(60_000);
  await it.asleep();
  it.pulls.catchUp(false);
  await vi.waitFor(() => expect(it.asked).toHaveLength(2), { interval: 1, timeout: 20_000 });
});

test('the backfill is gone on with after every catch-up, and when somebody asks', async () => {
  const it = scene();
  it.pulls.catchUp(true);
  await it.asleep();
  expect(it.backfills).toBe(1);
  it.pulls.wantBackfill();
  expect(it.backfills).toBe(2);
});

test('ended while it pulls: no more reaches the door, and nothing is noted', async () => {
  const it = scene();
  const { promise, release } = held();
  it.history = async function* () {
    yield page(1);
    await promise;
    yield page(1);
  };
  it.pulls.catchUp(true);
  await vi.waitFor(() => expect(it.received).toHaveLength(1), { interval: 1, timeout: 20_000 });
  const ended = it.pulls[Symbol.asyncDispose]();
  release();
  await ended;
  expect(it.received).toEqual([1]);
  expect(it.caughtUpAt).toBe(0);
  it.pulls.catchUp(true);
  expect(it.pulls.backfill(anna, undefined)).toBe(false);
  expect(it.asked).toHaveLength(1);
});

test('older messages: once at a time for a chat, four chats at once', async () => {
  const it = scene();
  const { promise, release } = held();
  it.history = async function* () {
    await promise;
    yield page(2);
  };
  expect(it.pulls.backfill(anna, 1_000)).toBe(true);
  expect(it.pulls.backfill(anna, 1_000)).toBe(false);
  const others = Array.from({ length: 5 }, (_, n) =>
    it.pulls.backfill(phoneAddress(String(40_000 + n)), undefined),
  );
  expect(others).toEqual([true, true, true, false, false]);
  expect(it.asked[0]).toEqual({ chat: anna, before: 1_000, chats: 1, messagesPerChat: bounds.backfill });
  release();
  await vi.waitFor(() => expect(it.received).toEqual([2, 2, 2, 2]), { interval: 1, timeout: 20_000 });
  await vi.waitFor(() => expect(it.pulls.backfill(anna, undefined)).toBe(true), {
    interval: 1,
    timeout: 20_000,
  });
});
