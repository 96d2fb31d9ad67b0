import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { newInbox, scope, textEvent } from '../chat/testing.ts';
import { gate, openTestSessions, PlayedEngine, poll } from './testing.ts';

describeDatabases('starting and stopping', (database) => {
  test('a link while the engine starts does not start another', async () => {
    await using t = await openTestSessions(database().db);
    await Promise.all([1, 2, 3].map(() => t.sessions.link(t.inboxId, { method: 'qr' })));
    await t.engine.life(0);
    await t.sessions.link(t.inboxId, { method: 'qr' });
    await t.sessions.stop(t.inboxId);
    expect(t.engine.course).toEqual(['connect 0', 'end 0']);
  });

  test('a stop while the engine starts leaves nothing running', async () => {
    await using t = await openTestSessions(database().db);
    await t.sessions.link(t.inboxId, { method: 'qr' });
    await t.sessions.stop(t.inboxId);
    expect(t.engine.running).toBe(0);
    expect(t.clock.waiting).toBe(0);
    expect(await t.row()).toMatchObject({ wanted: 0, state: 'stopped', lease_owner: null, lease_until: 0 });
  });

  test('start, stop, start in one breath: the last wish holds, one engine at a time', async () => {
    await using t = await openTestSessions(database().db);
    const held = gate();
    await t.link();
    t.engine.held = held.opened;
    const stopped = t.sessions.stop(t.inboxId);
    await poll(() => t.sessions.live(t.inboxId)).toBeUndefined();
    const linked = t.sessions.link(t.inboxId, { method: 'qr' });
    expect(t.engine.lives).toHaveLength(1);
    held.open();
    await Promise.all([stopped, linked]);
    await t.engine.life(1);
    expect(t.engine.course).toEqual(['connect 0', 'end 0', 'connect 1']);
    await poll(async () => (await t.row()).wanted).toBe(1);
  });

  test('what the engine says of itself while it is taken down is not written', async () => {
    await using t = await openTestSessions(database().db);
    const life = await t.link();
    const held = gate();
    t.engine.held = held.opened;
    const stopped = t.sessions.stop(t.inboxId);
    await poll(() => t.sessions.live(t.inboxId)).toBeUndefined();
    life.say({ state: 'lost', code: 'browser-crashed' });
    life.tell([textEvent({ body: 'last words' })]);
    held.open();
    await stopped;
    expect(await t.states()).toEqual(['starting', 'working', 'stopped']);
    expect((await t.test.room.listChats(scope, t.inboxId, {})).list[0]?.last?.body).toBe('last words');
    life.say({ state: 'working' });
    life.tell([textEvent({ body: 'from beyond' })]);
    expect((await t.row()).state).toBe('stopped');
    expect(t.clock.waiting).toBe(0);
  });

  test('a linked number is not linked again; an Inbox on webhooks cannot be', async () => {
    const { db } = database();
    await using t = await openTestSessions(db);
    await t.link();
    await expect(t.sessions.link(t.inboxId, { method: 'qr' })).rejects.toMatchObject({ code: 'conflict' });
    const hooked = await newInbox(db, 'none');
    await expect(t.sessions.link(hooked, { method: 'qr' })).rejects.toMatchObject({ code: 'not-supported' });
    await t.sessions.stop(hooked);
    await expect(t.sessions.link(999_999, { method: 'qr' })).rejects.toMatchObject({ code: 'not-found' });
  });

  test('an engine that cannot be made is told as a failed Session, and gives its lease back', async () => {
    await using t = await openTestSessions(database().db);
    t.engine.fails = true;
    await t.sessions.link(t.inboxId, { method: 'qr' });
    await poll(async () => (await t.row()).state).toBe('failed');
    expect(await t.row()).toMatchObject({ code: 'engine-error', action: 'retry', lease_owner: null });
    expect(t.clock.waiting).toBe(0);
    t.engine.fails = false;
    await t.link();
  });

  test('the end of the process ends every engine and every wait, and leaves the wish for the next', async () => {
    const t = await openTestSessions(database().db);
    await t.link();
    await t.sessions[Symbol.asyncDispose]();
    expect(t.engine.running).toBe(0);
    expect(t.clock.waiting).toBe(0);
    expect(await t.row()).toMatchObject({ wanted: 1, lease_owner: null });
    await expect(t.sessions.link(t.inboxId, { method: 'qr' })).rejects.toMatchObject({ code: 'unavailable' });
    await t[Symbol.asyncDispose]();
  });

  test('the next process starts what was wanted, and nothing else', async () => {
    const { db } = database();
    const dataFolder = mkdtempSync(join(tmpdir(), 'chatdock-session-'));
    const engine = new PlayedEngine();
    await db.updateTable('session').set({ wanted: 0 }).execute();
    const first = await openTestSessions(db, { dataFolder, engine });
    await first.link();
    const resting = await openTestSessions(db, { dataFolder });
    await resting.link();
    await resting.sessions.stop(resting.inboxId);
    await resting[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    await using second = await openTestSessions(db, {
      dataFolder,
      engine,
      inboxId: first.inboxId,
      owner: 'next',
    });
    await second.sessions.startWanted();
    const life = await engine.life(1);
    expect(life.options.inboxId).toBe(first.inboxId);
    life.say({ state: 'lost', code: 'no-internet' });
    await poll(() => second.pauses()).toEqual([1_000]);
    expect(engine.lives.map(({ options }) => options.inboxId)).not.toContain(resting.inboxId);
    await second.sessions.stop(first.inboxId);
    rmSync(dataFolder, { recursive: true });
  });

  test('what a killed process left alive in its row is told as stopped', async () => {
    const { db } = database();
    await using t = await openTestSessions(db);
    await db.updateTable('session').set({ state: 'working', wanted: 0 }).execute();
    await t.sessions.startWanted();
    await poll(async () => (await t.row()).state).toBe('stopped');
    expect(t.engine.lives).toEqual([]);
  });
});

describeDatabases('leases', (database) => {
  test('another’s lease is respected until it runs out', async () => {
    const { db } = database();
    await using t = await openTestSessions(db, { alone: false });
    await using other = await openTestSessions(db, { alone: false, owner: 'other', inboxId: t.inboxId });
    await t.link();
    await other.sessions.link(t.inboxId, { method: 'qr' });
    await poll(() => other.test.logged.join()).toContain('another process runs this Session');
    expect(other.engine.lives).toEqual([]);
    await t.sessions.stop(t.inboxId);
    await other.link();
  });

  test('a lease taken over stops the engine and writes nothing', async () => {
    const { db } = database();
    await using t = await openTestSessions(db, { alone: false });
    await using other = await openTestSessions(db, { owner: 'other', inboxId: t.inboxId });
    await t.link();
    await other.link();
    const states = ['starting', 'working', 'starting', 'working'];
    await poll(() => t.states()).toEqual(states);
    await t.clock.advance(5_000);
    await poll(() => t.engine.running).toBe(0);
    await poll(() => t.clock.waiting).toBe(0);
    expect(t.sessions.live(t.inboxId)).toBeUndefined();
    expect(await t.states()).toEqual(states);
    expect(await t.row()).toMatchObject({ wanted: 1, lease_owner: 'other' });
    expect(other.sessions.live(t.inboxId)).toBeDefined();
  });
});
