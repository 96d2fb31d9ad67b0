import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { newInbox, scope, textEvent } from '../chat/testing.ts';
import type { Pairing } from '../contract/session-state.ts';
import { openTestSessions, PlayedEngine } from './testing.ts';

const poll = (check: () => unknown) => expect.poll(check, { interval: 5, timeout: 5_000 });
const qr = (turn: number): Pairing => ({
  kind: 'qr',
  value: `QR-${turn}`,
  issuedAt: 1_795_000_000_000,
  expiresAt: 1_795_000_020_000,
  turn,
});
const code: Pairing = { ...qr(1), kind: 'code', value: 'ABCD1234' };

function gate(): { open: () => void; opened: Promise<void> } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

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

describeDatabases('pairing', (database) => {
  const phone = '393331234567';
  test('QR, then code, then QR: the last way wished for is the one shown', async () => {
    await using t = await openTestSessions(database().db);
    const first = await t.link({ state: 'pairing', pairing: qr(1) });
    expect(await t.sessions.pairing(t.inboxId)).toEqual(qr(1));
    await t.sessions.link(t.inboxId, { method: 'code', phone });
    await poll(() => first.paired).toMatchObject([{ digits: phone }]);
    first.say({ state: 'pairing', pairing: code });
    first.paired[0]!.answer();
    await poll(() => t.sessions.pairing(t.inboxId)).toEqual(code);
    await t.sessions.link(t.inboxId, { method: 'qr' });
    const second = await t.engine.life(1);
    second.say({ state: 'pairing', pairing: qr(2) });
    await poll(() => t.sessions.pairing(t.inboxId)).toEqual(qr(2));
    expect(second.paired).toEqual([]);
    expect(t.engine.course).toEqual(['connect 0', 'end 0', 'connect 1']);
  });

  test('back to QR while the code is still being made: no code appears afterwards', async () => {
    await using t = await openTestSessions(database().db);
    const first = await t.link({ state: 'pairing', pairing: qr(1) });
    await t.sessions.link(t.inboxId, { method: 'code', phone });
    await poll(() => first.paired).toHaveLength(1);
    await t.sessions.link(t.inboxId, { method: 'qr' });
    const second = await t.engine.life(1);
    first.say({ state: 'pairing', pairing: code });
    first.paired[0]!.answer();
    second.say({ state: 'pairing', pairing: qr(2) });
    await poll(() => t.sessions.pairing(t.inboxId)).toEqual(qr(2));
  });

  test('a code requested before the first QR is asked for with it, once', async () => {
    await using t = await openTestSessions(database().db);
    await t.sessions.link(t.inboxId, { method: 'code', phone });
    const life = await t.engine.life(0);
    expect(life.paired).toEqual([]);
    life.say({ state: 'pairing', pairing: qr(1) });
    life.say({ state: 'pairing', pairing: qr(2) });
    await poll(() => life.paired).toMatchObject([{ digits: phone }]);
  });

  test('a code that is refused is told, and the QR code stays', async () => {
    await using t = await openTestSessions(database().db);
    const life = await t.link({ state: 'pairing', pairing: qr(1) });
    await t.sessions.link(t.inboxId, { method: 'code', phone });
    await poll(() => life.paired).toHaveLength(1);
    life.paired[0]!.answer(new Error('rate-overlimit'));
    await poll(async () => (await t.row()).code).toBe('pairing-code-refused');
    expect(await t.sessions.pairing(t.inboxId)).toEqual(qr(1));
  });

  test('a stop does not wait for a code that is being made', async () => {
    await using t = await openTestSessions(database().db);
    const life = await t.link({ state: 'pairing', pairing: qr(1) });
    await t.sessions.link(t.inboxId, { method: 'code', phone });
    await poll(() => life.paired).toHaveLength(1);
    await t.sessions.stop(t.inboxId);
    life.paired[0]!.answer(new Error('gone'));
    expect(await t.row()).toMatchObject({ state: 'stopped', code: 'none', pairing: null });
  });

  test('a code is not given after its time', async () => {
    await using t = await openTestSessions(database().db);
    await t.link({ state: 'pairing', pairing: qr(1) });
    await t.clock.advance(20_000);
    expect(await t.sessions.pairing(t.inboxId)).toBeUndefined();
  });
});

describeDatabases('unlinking', (database) => {
  test('tells WhatsApp, forgets the credentials, and says who did it', async () => {
    await using t = await openTestSessions(database().db);
    await t.link();
    expect(t.hasFolder()).toBe(true);
    await t.sessions.unlink(t.inboxId);
    expect(t.engine.course).toEqual(['connect 0', 'unlink 0', 'end 0']);
    expect(t.hasFolder()).toBe(false);
    expect(await t.row()).toMatchObject({
      state: 'logged-out',
      code: 'unlinked-by-agent',
      action: 'pair-again',
      me_address: null,
      wanted: 0,
    });
    await t.sessions.stop(t.inboxId);
    expect((await t.row()).state).toBe('logged-out');
  });

  test('during the pause before a restart: nothing restarts, the credentials are gone', async () => {
    await using t = await openTestSessions(database().db);
    (await t.link()).say({ state: 'lost', code: 'no-internet' });
    await poll(() => t.pauses()).toHaveLength(1);
    await t.sessions.unlink(t.inboxId);
    expect(t.clock.waiting).toBe(0);
    expect(t.hasFolder()).toBe(false);
    expect((await t.row()).code).toBe('unlinked-by-agent');
  });

  test('a stop just after a link that follows a log-out stops the engine', async () => {
    await using t = await openTestSessions(database().db);
    await t.link();
    await t.sessions.unlink(t.inboxId);
    await t.sessions.link(t.inboxId, { method: 'qr' });
    await t.engine.life(1);
    await t.sessions.stop(t.inboxId);
    expect(t.engine.running).toBe(0);
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

describeDatabases('history', (database) => {
  test('after linking, what the phone knows comes in as history and is noted', async () => {
    await using t = await openTestSessions(database().db);
    t.engine.pages = [[textEvent({ origin: 'history' })], [textEvent({ origin: 'history' })]];
    const began = t.clock.now();
    const life = await t.link();
    await poll(async () => (await t.row()).caught_up_at).toBe(began);
    expect(t.received.filter(({ source }) => source === 'history').map(({ events }) => events)).toEqual(
      t.engine.pages,
    );
    expect(life.histories).toHaveLength(1);
    expect((await t.test.room.listChats(scope, t.inboxId, {})).list).toMatchObject([{ unread: 0 }]);
  });

  test('the database is away during a catch-up: it goes on where it was', async () => {
    await using t = await openTestSessions(database().db);
    t.engine.pages = [[textEvent({ origin: 'history' })], [textEvent({ origin: 'history' })]];
    const held = gate();
    const n = t.link();
    const life = await t.engine.life(0);
    life.heldPages = held.opened;
    await n;
    t.away.is = true;
    held.open();
    await poll(() => t.clock.waiting).toBe(2);
    t.away.is = false;
    await t.clock.advance(1_000);
    await poll(() => t.received.filter(({ source }) => source === 'history')).toHaveLength(2);
    expect(life.histories).toHaveLength(1);
  });

  test('older messages of a Chat are pulled once at a time', async () => {
    await using t = await openTestSessions(database().db);
    const life = await t.link();
    const event = textEvent({ origin: 'history' });
    t.engine.pages = [[event]];
    const held = gate();
    life.heldPages = held.opened;
    expect(t.sessions.backfill(t.inboxId, event.chat, 5)).toBe(true);
    expect(t.sessions.backfill(t.inboxId, event.chat, 5)).toBe(false);
    held.open();
    await poll(() => t.received.some(({ source }) => source === 'history')).toBe(true);
    expect(life.histories.at(-1)).toMatchObject({ chat: event.chat, before: 5, messagesPerChat: 50 });
    await poll(() => t.sessions.backfill(t.inboxId, event.chat, undefined)).toBe(true);
    await t.sessions.stop(t.inboxId);
    expect(t.sessions.backfill(t.inboxId, event.chat, 5)).toBe(false);
  });
});

describeDatabases('facts', (database) => {
  test('of a time without the database arrive when it is back, in their order', async () => {
    await using t = await openTestSessions(database().db);
    const life = await t.link();
    t.away.is = true;
    const [one, two] = [textEvent({ body: 'one' }), textEvent({ body: 'two' })];
    life.tell([one]);
    life.say({ state: 'degraded', code: 'no-internet' });
    life.tell([two]);
    await t.clock.advance(1_000);
    t.away.is = false;
    await t.clock.advance(1_000);
    await poll(async () => (await t.row()).state).toBe('degraded');
    const { list } = await t.test.room.listChats(scope, t.inboxId, {});
    await poll(async () => (await t.test.room.listMessages(scope, list[0]!.id, {})).list.length).toBe(2);
  });

  test('the process ends although the database is away', async () => {
    const t = await openTestSessions(database().db);
    const life = await t.link();
    t.away.is = true;
    life.tell([textEvent()]);
    await t[Symbol.asyncDispose]();
    expect(t.clock.waiting).toBe(0);
  });

  test('a number is looked for only where it can be, and an engine that cannot say is no fault', async () => {
    const { db } = database();
    await using t = await openTestSessions(db);
    const look = (inboxId = t.inboxId) => t.sessions.findNumber(inboxId, '39333');
    await expect(look()).rejects.toMatchObject({ code: 'session-not-working' });
    await expect(look(await newInbox(db, 'none'))).rejects.toMatchObject({ code: 'not-supported' });
    await expect(look(999_999)).rejects.toMatchObject({ code: 'not-found' });
    const life = await t.link();
    expect(await look()).toBeUndefined();
    const { EngineUnavailable } = await import('../engine/engine.ts');
    life.find = () => Promise.reject(new EngineUnavailable('crashed'));
    await expect(look()).rejects.toMatchObject({ code: 'session-not-working' });
    life.find = () => Promise.reject(new TypeError('a fault stays a fault'));
    await expect(look()).rejects.toThrow('a fault stays a fault');
  });
});
