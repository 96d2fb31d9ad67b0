import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { Pairing } from '../contract/session-state.ts';
import { openTestSessions, poll, qr } from './testing.ts';

const code: Pairing = { ...qr(1), kind: 'code', value: 'ABCD1234' };

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

  test('a code that is shown is written nowhere, and nobody has it after a restart', async () => {
    const { db } = database();
    await using t = await openTestSessions(db);
    await t.link({ state: 'pairing', pairing: qr(7) });
    await poll(() => t.sessions.pairing(t.inboxId)).toEqual(qr(7));
    const row = await t.row();
    expect(JSON.parse(row.pairing ?? '')).toMatchObject({ kind: 'qr', turn: 7, value: '' });
    expect(JSON.stringify(row)).not.toContain('QR-7');
    expect(t.test.logged.join()).not.toContain('QR-7');
    await using next = await openTestSessions(db, { inboxId: t.inboxId });
    expect(await next.sessions.pairing(t.inboxId)).toBeUndefined();
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
