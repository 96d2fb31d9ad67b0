import { expect, test } from 'vitest';
import { describeDatabases } from '../../../db/testing.ts';
import { newInbox } from '../../chat/testing.ts';
import type { SessionReport } from '../../contract/session-state.ts';
import { openTestSessions, PlayedEngine, type TestSessions } from '../testing.ts';

// Rows of the fault matrix that take hours: what is left of an engine in them is what it reports, so it is a played one,
// and the clock is turned by hand. Which report each engine gives at which fault is in testing-matrix.ts.

const poll = (check: () => unknown) => expect.poll(check, { interval: 2, timeout: 30_000 });
const crashed: Partial<SessionReport> = { state: 'lost', code: 'browser-crashed', action: 'retry' };
const cut: Partial<SessionReport> = { state: 'lost', code: 'no-internet', action: 'retry' };

/** A second Session, which works all the time. */
async function withNeighbour(db: Parameters<typeof openTestSessions>[0]) {
  const engine = new PlayedEngine();
  const t = await openTestSessions(db, { engine });
  const neighbour = await newInbox(db, 'played');
  await t.sessions.link(neighbour, { method: 'qr' });
  (await engine.life(0)).say({ state: 'working' });
  await poll(() => t.sessions.live(neighbour)).toBeDefined();
  const undisturbed = (): void => {
    expect(t.sessions.health(neighbour)).toMatchObject({ state: 'working', failures: 0 });
    expect(engine.course.filter((step) => step.endsWith(' 0'))).toEqual(['connect 0']);
  };
  return { t, undisturbed };
}
/** Its newest life ends like this; the pause that is planned then, ms. */
async function ends(t: TestSessions, report: Partial<SessionReport>): Promise<number> {
  const before = t.pauses().length;
  t.engine.lives.at(-1)!.say(report);
  await poll(() => t.pauses()).toHaveLength(before + 1);
  return t.pauses().at(-1)!;
}
/** After so long there is a next life. */
async function restarts(t: TestSessions, ms: number): Promise<void> {
  const n = t.engine.lives.length;
  await t.clock.advance(ms);
  await t.engine.life(n);
}

describeDatabases('hours of trouble', (database) => {
  test('no network for 10 min: tried again at most every minute, never a breaker, back within a minute of it', async () => {
    const { t, undisturbed } = await withNeighbour(database().db);
    await using _ = t;
    await t.link();
    const begun = t.clock.now();
    while (t.clock.now() - begun < 10 * 60_000) {
      const pause = await ends(t, cut);
      expect(pause).toBeLessThanOrEqual(60_000);
      await poll(() => t.row()).toMatchObject({ state: 'lost', code: 'no-internet', wanted: 1 });
      await restarts(t, pause);
    }
    const back = t.clock.now() - begun - 10 * 60_000;
    expect(back).toBeLessThanOrEqual(60_000);
    t.engine.lives.at(-1)!.say({ me: { address: '393330000001@c.us', name: 'Shop' } });
    await poll(async () => (await t.row()).state).toBe('working');
    expect(await t.states()).not.toContain('lost too-many-failures');
    expect(t.engine.running).toBe(2);
    undisturbed();
  });

  test('no network for half a minute, as an engine with a page tells it: degraded, the same life, nothing started', async () => {
    const { t, undisturbed } = await withNeighbour(database().db);
    await using _ = t;
    const life = await t.link();
    life.say({ state: 'degraded', code: 'no-internet', action: 'wait' });
    await poll(async () => (await t.row()).state).toBe('degraded');
    await t.clock.advance(30_000);
    life.say({ me: { address: '393330000001@c.us', name: 'Shop' } });
    await poll(async () => (await t.row()).state).toBe('working');
    expect(t.pauses()).toEqual([]);
    undisturbed();
  });

  test('50 crashes in a row: four quick restarts, then one try every 5 min; one life at a time; the 51st works', async () => {
    const { t, undisturbed } = await withNeighbour(database().db);
    await using _ = t;
    await t.link();
    const pauses: number[] = [];
    for (let crash = 0; crash < 50; crash++) {
      const pause = await ends(t, crashed);
      pauses.push(pause);
      expect(t.engine.running).toBe(1);
      await restarts(t, pause);
    }
    expect(pauses.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(pauses.slice(4)).toEqual(Array.from({ length: 46 }, () => 300_000));
    expect(t.engine.lives).toHaveLength(52);
    t.engine.lives.at(-1)!.say({ me: { address: '393330000001@c.us', name: 'Shop' } });
    await poll(async () => (await t.row()).state).toBe('working');
    for (let s = 0; s < 60; s += 5) await t.clock.advance(5_000);
    await poll(() => t.sessions.health(t.inboxId)).toMatchObject({ failures: 0, breaker: 'closed' });
    undisturbed();
  });
});
