import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { openTestSessions, poll, type TestSessions } from './testing.ts';
import { openMs } from './supervision.ts';

/** Fails the newest life, and waits until that is stored. */
async function fail(t: TestSessions, failures: number): Promise<void> {
  t.engine.lives.at(-1)!.say({ state: 'lost', code: 'browser-crashed' });
  await poll(async () => (await t.row()).failures).toBe(failures);
  await poll(() => t.pauses()).toHaveLength(failures);
}
async function opened(t: TestSessions): Promise<void> {
  await t.link();
  for (let failures = 1; failures <= 5; failures++) {
    await fail(t, failures);
    if (failures === 5) break;
    await t.clock.advance(60_000);
    await t.engine.life(failures);
  }
  await poll(async () => (await t.row()).retry_at).toBe(t.clock.now() + openMs);
}

describeDatabases('a breaker, over a restart of the server', (database) => {
  test('that is open stays open until its time; its one try has one failure', async () => {
    const { db } = database();
    await db.updateTable('session').set({ wanted: 0 }).execute();
    const first = await openTestSessions(db);
    await opened(first);
    await first.clock.advance(60_000);
    const { clock, inboxId, dataFolder } = first;
    await first[Symbol.asyncDispose]();
    await using t = await openTestSessions(db, { clock, inboxId, dataFolder });
    const until = (await t.row()).retry_at;
    await t.sessions.startWanted();
    await poll(() => t.pauses()).toEqual([4 * 60_000]);
    expect(t.sessions.health(inboxId)).toMatchObject({
      breaker: 'open',
      failures: 5,
      retryAt: until,
      state: 'lost',
    });
    expect(await t.row()).toMatchObject({ state: 'lost', code: 'too-many-failures', retry_at: until });
    await clock.advance(4 * 60_000 - 1);
    expect(t.engine.lives).toEqual([]);
    await clock.advance(1);
    const life = await t.engine.life(0);
    expect(t.sessions.health(inboxId)?.breaker).toBe('half-open');
    life.say({ state: 'lost', code: 'browser-crashed' });
    await poll(() => t.pauses()).toEqual([4 * 60_000, openMs]);
    await poll(async () => (await t.row()).retry_at).toBe(clock.now() + openMs);
  });

  test('that was trying when the server was killed has one try, not five', async () => {
    const { db } = database();
    await using t = await openTestSessions(db);
    await t.link();
    await t.sessions.stop(t.inboxId);
    await db.updateTable('session').set({ wanted: 0 }).execute();
    const left = { wanted: 1, failures: 5, restarts: 5, retry_at: 0, state: 'starting' } as const;
    await db.updateTable('session').set(left).where('inbox_id', '=', t.inboxId).execute();
    await using next = await openTestSessions(db, { inboxId: t.inboxId });
    await next.sessions.startWanted();
    (await next.engine.life(0)).say({ state: 'lost', code: 'browser-crashed' });
    await poll(() => next.pauses()).toEqual([openMs]);
  });

  test('failures before it count on; a minute of work, a stop and a person’s wish do what they did', async () => {
    const { db } = database();
    await db.updateTable('session').set({ wanted: 0 }).execute();
    const first = await openTestSessions(db);
    await first.link();
    await fail(first, 1);
    const { clock, inboxId, dataFolder } = first;
    await first[Symbol.asyncDispose]();
    await using t = await openTestSessions(db, { clock, inboxId, dataFolder });
    await t.sessions.startWanted();
    const life = await t.engine.life(0);
    expect(t.sessions.health(inboxId)?.failures).toBe(1);
    life.say({});
    await poll(() => t.sessions.live(inboxId)).toBeDefined();
    for (let s = 0; s < 60; s += 5) await clock.advance(5_000);
    await poll(async () => (await t.row()).failures).toBe(0);
    life.say({ state: 'lost', code: 'browser-crashed' });
    await poll(() => t.pauses()).toEqual([1_000]);
    await t.sessions.link(inboxId, { method: 'qr' });
    await t.engine.life(1);
    await t.sessions.stop(inboxId);
    expect(clock.waiting).toBe(0);
  });
});
