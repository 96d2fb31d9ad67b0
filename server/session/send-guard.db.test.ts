import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { textEvent } from '../chat/testing.ts';
import { ManualClock } from '../clock.ts';
import type { Address } from '../contract/address.ts';
import { SendGuard } from './send-guard.ts';
import { nextDay } from './send-rules.ts';
import { openTestSessions } from './testing.ts';

const poll = (check: () => unknown) => expect.poll(check, { interval: 5, timeout: 30_000 });
const to = (n: number) => ({
  chat: `3933300000${n}@c.us` as Address,
  body: 'hello',
  clientId: String(n),
  signal: new AbortController().signal,
});

describeDatabases('sending limits', (database) => {
  test('new contacts of a day: the cap refuses, says when, and forgets with the day; those who wrote are free', async () => {
    await using t = await openTestSessions(database().db);
    const life = await t.link();
    await t.sessions.setLimits(t.inboxId, { perMinute: 100, newContactsPerDay: 2, warmUpDays: 0 });
    const known = textEvent({});
    life.tell([known]);
    await poll(() => t.received.some(({ events }) => events.includes(known))).toBe(true);
    const session = t.sessions.live(t.inboxId)!;
    const sent = { kind: 'not-sent', reason: 'session-not-working' };
    expect(await Promise.all([session.send(to(10)), session.send(to(11)), session.send(to(12))])).toEqual([
      sent,
      sent,
      { kind: 'refused', reason: 'rate-limited' },
    ]);
    const { chat } = known as { chat: Address };
    expect(await session.send({ ...to(1), chat })).toEqual(sent);
    const retryAt = nextDay(t.clock.now());
    expect(await t.sessions.limits(t.inboxId)).toMatchObject({
      newContactsToday: 2,
      reached: 'new-contacts',
      retryAt,
    });
    // Another process, the next day.
    const next = new SendGuard({ db: database().db, inboxId: t.inboxId, clock: new ManualClock(retryAt) });
    expect(await next.limits()).toMatchObject({ rules: { newContactsPerDay: 2 } });
    expect(await next.limits()).toMatchObject({ newContactsToday: 0, reached: null });
  });

  test('of a minute: nothing is handed to the deliverer until one more fits, and then it is woken', async () => {
    const woken: number[] = [];
    await using t = await openTestSessions(database().db, { onWorking: (inboxId) => woken.push(inboxId) });
    await t.link();
    await t.sessions.setLimits(t.inboxId, { perMinute: 2, newContactsPerDay: 100, warmUpDays: 0 });
    const session = t.sessions.sender(t.inboxId)!;
    await session.send(to(20));
    expect(t.sessions.sender(t.inboxId)).toBeDefined();
    await session.send(to(21));
    expect(t.sessions.sender(t.inboxId)).toBeUndefined();
    expect(t.sessions.live(t.inboxId)).toBeDefined();
    expect(await t.sessions.limits(t.inboxId)).toMatchObject({
      sentThisMinute: 2,
      reached: 'per-minute',
      retryAt: t.clock.now() + 60_000,
    });
    const before = woken.length;
    for (let s = 0; s < 60; s += 5) await t.clock.advance(5_000);
    await poll(() => woken.length).toBe(before + 1);
    expect(t.sessions.sender(t.inboxId)).toBeDefined();
  });
});
