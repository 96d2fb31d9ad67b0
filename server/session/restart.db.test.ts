import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { newInbox } from '../chat/testing.ts';
import { openTestSessions, poll } from './testing.ts';

describeDatabases('a restart that a person asks for', (database) => {
  test('is one act: the old engine has ended before the new one begins, and the story says why', async () => {
    await using t = await openTestSessions(database().db);
    const first = await t.link();
    await t.sessions.restart(t.inboxId);
    const second = await t.engine.life(1);
    expect(t.engine.course).toEqual(['connect 0', 'end 0', 'connect 1']);
    second.say({});
    const story = async (): Promise<string[]> =>
      (await t.test.db.selectFrom('session_event').select('event').execute()).map(({ event }) => event);
    // Told behind the act; until then the row is that of the old life, which was working too.
    await poll(story).toContain('planned-restart');
    await poll(async () => (await t.row()).state).toBe('working');
    expect(await t.row()).toMatchObject({ wanted: 1, me_address: '393330000001@c.us' });
    // What the old one says afterwards is nobody's news.
    first.say({ state: 'lost', code: 'no-internet' });
    expect(t.pauses()).toEqual([]);
  });

  test('asked for twice while the old engine ends, it is one restart', async () => {
    await using t = await openTestSessions(database().db);
    await t.link();
    const { promise, resolve } = Promise.withResolvers<void>();
    t.engine.held = promise;
    await t.sessions.restart(t.inboxId);
    await t.sessions.restart(t.inboxId);
    resolve();
    (await t.engine.life(1)).say({});
    await poll(async () => (await t.row()).state).toBe('working');
    expect(t.engine.lives).toHaveLength(2);
  });

  test('a stop that comes while it restarts has the last word', async () => {
    await using t = await openTestSessions(database().db);
    await t.link();
    const { promise, resolve } = Promise.withResolvers<void>();
    t.engine.held = promise;
    await t.sessions.restart(t.inboxId);
    const stopped = t.sessions.stop(t.inboxId);
    resolve();
    await stopped;
    await poll(() => t.row()).toMatchObject({ state: 'stopped', wanted: 0 });
    expect(t.engine.running).toBe(0);
  });

  test('wakes a stopped number, ends a pause, and does not wait for an open breaker', async () => {
    await using t = await openTestSessions(database().db);
    const first = await t.link();
    await t.sessions.stop(t.inboxId);
    await t.sessions.restart(t.inboxId);
    const second = await t.engine.life(1);
    second.say({ state: 'lost', code: 'browser-crashed' });
    await poll(() => t.pauses()).toHaveLength(1);
    await t.sessions.restart(t.inboxId);
    await t.engine.life(2);
    await t.clock.advance(61_000);
    expect(t.engine.lives).toHaveLength(3);
    expect(first.options.inboxId).toBe(t.inboxId);
  });

  test('is refused where no phone is linked, and where nothing runs the number', async () => {
    const { db } = database();
    await using t = await openTestSessions(db);
    await expect(t.sessions.restart(t.inboxId)).rejects.toMatchObject({ code: 'not-linked' });
    const webhooks = await newInbox(db, 'none');
    await expect(t.sessions.restart(webhooks)).rejects.toMatchObject({ code: 'not-supported' });
    expect(t.engine.lives).toEqual([]);
  });
});

describeDatabases('a number that is taken out of use', (database) => {
  test('is unlinked on the phone, its link is wiped, and nothing starts it again', async () => {
    await using t = await openTestSessions(database().db);
    await t.link();
    expect(t.hasFolder()).toBe(true);
    expect(await t.sessions.retire(t.inboxId)).toBe('told');
    expect(t.engine.course).toEqual(['connect 0', 'unlink 0', 'end 0']);
    expect(t.hasFolder()).toBe(false);
    await poll(() => t.row()).toMatchObject({ wanted: 0, state: 'logged-out', me_address: null });
    const refused = { code: 'conflict' };
    await expect(t.sessions.link(t.inboxId, { method: 'qr' })).rejects.toMatchObject(refused);
    await expect(t.sessions.restart(t.inboxId)).rejects.toMatchObject(refused);
    expect(await t.sessions.retire(t.inboxId)).toBe('not-linked');
  });

  test('brought back it is linked like a new one, and starts by itself again after a fault', async () => {
    await using t = await openTestSessions(database().db);
    await t.link();
    await t.sessions.retire(t.inboxId);
    t.sessions.readmit(t.inboxId);
    // Nothing begins by itself: there is no link.
    await t.sessions.startWanted();
    expect(t.engine.lives).toHaveLength(1);
    await t.sessions.link(t.inboxId, { method: 'qr' });
    const life = await t.engine.life(1);
    life.say({ state: 'pairing', code: 'none', action: 'open-phone' });
    await poll(() => t.row()).toMatchObject({ state: 'pairing', wanted: 1 });
    life.say({ me: { address: '393330000001@c.us', name: 'Shop' } });
    await poll(() => t.row()).toMatchObject({ state: 'working', me_address: '393330000001@c.us' });
    life.say({ state: 'lost', code: 'engine-error', action: 'retry' });
    await poll(() => t.pauses()).toHaveLength(1);
    await t.clock.advance(t.pauses()[0]!);
    await t.engine.life(2);
  });

  test('while it is stopped the phone cannot be told, and that is said; history asked for is not under way for ever', async () => {
    await using t = await openTestSessions(database().db);
    await t.link();
    await t.sessions.stop(t.inboxId);
    await t.sessions.startBackfill(t.inboxId, { days: 30, messagesPerChat: 100 });
    expect(await t.sessions.retire(t.inboxId)).toBe('not-told');
    expect(await t.sessions.backfillProgress(t.inboxId)).toMatchObject({ state: 'stopped' });
    expect(t.hasFolder()).toBe(false);
    expect(t.engine.lives).toHaveLength(1);
  });
});
