import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { openTestSessions, poll, qr } from './testing.ts';

describeDatabases('restarts', (database) => {
  test('after passing trouble, later each time up to 60 s; a minute of work forgives', async () => {
    await using t = await openTestSessions(database().db);
    let life = await t.link();
    const expected: number[] = [];
    for (const ms of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      const n = t.engine.lives.length;
      life.say({ state: 'lost', code: 'no-internet' });
      await poll(() => t.pauses()).toEqual([...expected, ms]);
      expected.push(ms);
      expect(t.engine.running).toBe(0);
      await t.clock.advance(ms - 1);
      expect(t.engine.lives).toHaveLength(n);
      await t.clock.advance(1);
      life = await t.engine.life(n);
    }
    life.say({ state: 'working' });
    life.say({ state: 'degraded', code: 'no-internet' });
    for (let s = 0; s < 60; s += 5) await t.clock.advance(5_000);
    life.say({ state: 'lost', code: 'not-responding' });
    await poll(() => t.pauses()).toEqual([...expected, 1_000]);
    await poll(() => t.row()).toMatchObject({ state: 'lost', code: 'not-responding', wanted: 1 });
  });

  test.each([
    ['logged-out', 'logged-out-on-phone'],
    ['lost', 'taken-over'],
    ['failed', 'restricted'],
  ] as const)('never after %s, %s', async (state, code) => {
    await using t = await openTestSessions(database().db);
    const life = await t.link();
    life.say({ state, code, action: 'pair-again' });
    await poll(async () => (await t.row()).wanted).toBe(0);
    expect(t.engine.course).toEqual(['connect 0', 'end 0']);
    expect(t.clock.waiting).toBe(0);
    await poll(() => t.row()).toMatchObject({ state, code });
  });

  test('never of what was not linked: a code nobody scanned, a crash while pairing', async () => {
    for (const code of ['qr-expired', 'browser-crashed'] as const) {
      await using t = await openTestSessions(database().db);
      const life = await t.link({ state: 'pairing', pairing: qr(1) });
      life.say({ state: 'failed', code, action: 'retry' });
      await poll(async () => (await t.row()).wanted).toBe(0);
      expect(t.pauses()).toEqual([]);
      await poll(() => t.row()).toMatchObject({ state: 'failed', code, pairing: null });
    }
  });

  test('a stop during the pause ends it; a link does not wait for it', async () => {
    await using t = await openTestSessions(database().db);
    (await t.link()).say({ state: 'lost', code: 'no-internet' });
    await poll(() => t.pauses()).toHaveLength(1);
    await t.sessions.link(t.inboxId, { method: 'qr' });
    (await t.engine.life(1)).say({ state: 'lost', code: 'no-internet' });
    await poll(() => t.pauses()).toHaveLength(2);
    await t.sessions.stop(t.inboxId);
    expect(t.clock.waiting).toBe(0);
    expect(t.engine.running).toBe(0);
  });

  test('stopped just before the engine is lost: it does not start again', async () => {
    await using t = await openTestSessions(database().db);
    const life = await t.link();
    const stopped = t.sessions.stop(t.inboxId);
    life.say({ state: 'lost', code: 'no-internet' });
    await stopped;
    expect(t.clock.waiting).toBe(0);
    await t.clock.advance(61_000);
    expect(t.engine.course).toEqual(['connect 0', 'end 0']);
    expect((await t.row()).state).toBe('stopped');
  });

  test('a restart while the engine cannot be made is tried again', async () => {
    await using t = await openTestSessions(database().db);
    (await t.link()).say({ state: 'lost', code: 'browser-crashed' });
    await poll(() => t.pauses()).toEqual([1_000]);
    t.engine.fails = true;
    await t.clock.advance(1_000);
    await poll(() => t.pauses()).toEqual([1_000, 2_000]);
    t.engine.fails = false;
    await t.clock.advance(2_000);
    await t.engine.life(1);
  });
});
