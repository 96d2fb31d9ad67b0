import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { newInbox, textEvent } from '../chat/testing.ts';
import type { Pairing } from '../contract/session-state.ts';
import { openTestSessions, PlayedEngine, type PlayedSession, type TestSessions } from './testing.ts';

const poll = (check: () => unknown) => expect.poll(check, { interval: 5, timeout: 30_000 });
const minutes = async (t: TestSessions, n: number): Promise<void> => {
  for (let s = 0; s < n * 60; s += 5) await t.clock.advance(5_000);
};
const log = (t: TestSessions) =>
  t.test.db.selectFrom('session_event').selectAll().where('inbox_id', '=', t.inboxId).orderBy('id').execute();

/** Five crashes, each with its pause. */
async function crashFiveTimes(t: TestSessions): Promise<void> {
  let life: PlayedSession = await t.link();
  for (const ms of [1_000, 2_000, 4_000, 8_000]) {
    const n = t.engine.lives.length;
    const before = t.pauses().length;
    life.say({ state: 'lost', code: 'browser-crashed', action: 'retry' });
    await poll(() => t.pauses()).toHaveLength(before + 1);
    await t.clock.advance(ms);
    life = await t.engine.life(n);
  }
  life.say({ state: 'lost', code: 'browser-crashed', action: 'retry' });
  await poll(async () => (await t.row()).code).toBe('too-many-failures');
}

describeDatabases('the breaker of a Session', (database) => {
  test('says until when it is open, tries once, and is closed by a minute of work', async () => {
    await using t = await openTestSessions(database().db);
    await crashFiveTimes(t);
    const until = t.clock.now() + 300_000;
    expect(await t.row()).toMatchObject({ state: 'lost', action: 'wait', wanted: 1, retry_at: until });
    expect(t.engine.running).toBe(0);
    await t.clock.advance(299_000);
    expect(t.engine.lives).toHaveLength(5);
    await t.clock.advance(1_000);
    const life = await t.engine.life(5);
    life.say({ me: { address: '393330000001@c.us', name: 'Shop' } });
    await poll(async () => (await t.row()).state).toBe('working');
    expect(await t.row()).toMatchObject({ retry_at: 0 });
    expect(t.sessions.health(t.inboxId)).toMatchObject({ breaker: 'half-open' });
    await minutes(t, 1);
    await poll(async () => (await log(t)).map((row) => row.event)).toContain('breaker-closed');
    expect((await log(t)).map((row) => row.event).filter((event) => event.startsWith('breaker'))).toEqual([
      'breaker-opened',
      'breaker-half-open',
      'breaker-closed',
    ]);
    expect(t.sessions.health(t.inboxId)).toMatchObject({ breaker: 'closed', failures: 0 });
  });

  test('a failure of the one try opens it again for five minutes', async () => {
    await using t = await openTestSessions(database().db);
    await crashFiveTimes(t);
    await t.clock.advance(300_000);
    (await t.engine.life(5)).say({ state: 'failed', code: 'start-timeout', action: 'retry' });
    await poll(() => t.pauses().at(-1)).toBe(300_000);
    await poll(() => t.pauses().filter((ms) => ms === 300_000)).toHaveLength(2);
    expect(t.sessions.figures().get(t.inboxId)).toMatchObject({
      breakerOpened: 2,
      reconnects: 5,
      failedReconnects: 5,
    });
  });

  test('a person need not wait for it; a stop ends the wait', async () => {
    await using t = await openTestSessions(database().db);
    await crashFiveTimes(t);
    await t.sessions.link(t.inboxId, { method: 'qr' });
    await t.engine.life(5);
    await t.sessions.stop(t.inboxId);
    expect(t.clock.waiting).toBe(0);
  });

  test('of one Session does not touch another', async () => {
    const { db } = database();
    const engine = new PlayedEngine();
    await using t = await openTestSessions(db, { engine });
    const otherId = await newInbox(db, 'played');
    await t.link();
    await t.sessions.link(otherId, { method: 'qr' });
    (await engine.life(1)).say({ state: 'working' });
    await poll(() => t.sessions.live(otherId)).toBeDefined();
    engine.lives[0]!.say({ state: 'lost', code: 'browser-crashed' });
    await poll(() => t.pauses()).toEqual([1_000]);
    expect(t.sessions.live(otherId)).toBeDefined();
    expect(t.sessions.health(otherId)).toMatchObject({ state: 'working', failures: 0 });
  });
});

describeDatabases('the log of a Session’s life', (database) => {
  test('has what stood around a disconnect, as a row and as one line', async () => {
    await using t = await openTestSessions(database().db);
    const life = await t.link({ engineVersion: '1.34.7 / 2.3000.1' });
    await t.clock.advance(7_000);
    life.tell([textEvent({ body: 'hello' })]);
    await t.clock.advance(2_000);
    life.say({
      state: 'logged-out',
      code: 'logged-out-on-phone',
      action: 'pair-again',
      detail: 'device removed',
    });
    await poll(async () => (await t.row()).wanted).toBe(0);
    await poll(async () => (await log(t)).at(-1)).toMatchObject({
      event: 'disconnected',
      state: 'logged-out',
      code: 'logged-out-on-phone',
      detail: 'device removed',
      number: '393330000001',
      engine: 'played',
      engine_version: '1.34.7 / 2.3000.1',
      connected_ms: 9_000,
      last_action: 'message received',
      last_action_at: t.clock.now() - 2_000,
    });
    const lines = t.test.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter(({ msg }) => msg === 'DISCONNECT EVENT')).toMatchObject([
      { status: 401, message: 'device removed', number: '393330000001', connectedMs: 9_000 },
    ]);
    expect(t.test.logged.join()).not.toContain('hello');
  });

  test('has each QR code once; the last one waits for a person', async () => {
    await using t = await openTestSessions(database().db);
    const qr = (turn: number): Pairing => ({
      kind: 'qr',
      value: `SECRET-${turn}`,
      issuedAt: 1,
      expiresAt: 2,
      turn,
    });
    const life = await t.link({ state: 'pairing', pairing: qr(1) });
    life.say({ state: 'pairing', pairing: qr(1) });
    life.say({ state: 'pairing', pairing: qr(2) });
    life.say({ state: 'failed', code: 'qr-expired', action: 'retry' });
    await poll(async () => (await t.row()).wanted).toBe(0);
    await poll(async () => (await log(t)).map((row) => row.event)).toEqual(['state', 'qr', 'qr', 'failed']);
    expect(t.sessions.figures().get(t.inboxId)).toMatchObject({ qrCodes: 2, connects: 0 });
    expect(t.clock.waiting).toBe(0);
    expect(JSON.stringify([await log(t), t.test.logged])).not.toContain('SECRET-');
  });
});

describeDatabases('looks at a live Session', (database) => {
  test('that does not answer: degraded, then started afresh', async () => {
    await using t = await openTestSessions(database().db);
    t.engine.probe = () => new Promise(() => {});
    await t.link();
    await minutes(t, 1);
    await t.clock.advance(10_000);
    await poll(async () => (await t.row()).state).toBe('degraded');
    await t.clock.advance(5_000);
    await t.clock.advance(10_000);
    await poll(async () => (await t.row()).code).toBe('not-responding');
    await poll(() => t.pauses()).toHaveLength(1);
    expect(t.engine.running).toBe(0);
  });

  test('that takes too much memory twice: a new life without anybody’s doing, nothing counted as trouble', async () => {
    await using t = await openTestSessions(database().db);
    t.engine.probe = () => Promise.resolve({ memoryBytes: 2_000_000_000 });
    await t.link();
    await minutes(t, 2);
    await t.engine.life(1);
    expect(t.engine.course).toEqual(['connect 0', 'end 0', 'connect 1']);
    await poll(async () => (await log(t)).map((row) => row.event)).toContain('planned-restart');
    expect(t.sessions.health(t.inboxId)).toMatchObject({ failures: 0, breaker: 'closed' });
  });
});

describeDatabases('many starts', (database) => {
  test('wait in line; a stop leaves it, an end of a start lets the next one in', async () => {
    const { db } = database();
    const engine = new PlayedEngine();
    await using t = await openTestSessions(db, { engine, startsAtOnce: 1 });
    const second = await newInbox(db, 'played');
    const third = await newInbox(db, 'played');
    await t.sessions.link(t.inboxId, { method: 'qr' });
    await engine.life(0);
    await t.sessions.link(second, { method: 'qr' });
    await t.sessions.link(third, { method: 'qr' });
    await t.sessions.stop(second);
    expect(engine.lives).toHaveLength(1);
    engine.lives[0]!.say({ state: 'pairing' });
    const life = await engine.life(1);
    expect(life.options.inboxId).toBe(third);
  });
});
