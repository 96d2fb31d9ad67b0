import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { SessionReport } from '../contract/session-state.ts';
import { newInbox, openTestRoom, scope } from './testing.ts';

const report = (change: Partial<SessionReport>) => ({
  kind: 'session-state' as const,
  report: { state: 'working', code: 'none', action: 'none', ...change } as SessionReport,
});

describeDatabases('session reports', (database) => {
  test('write the session and its log; the pairing code is in no push, no log line and no row', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room, clock } = test;
    const inboxId = await newInbox(db);
    const pairing = { kind: 'qr' as const, value: 'SECRET-QR', issuedAt: 1, expiresAt: 2, turn: 1 };
    await room.receive(inboxId, [report({ state: 'pairing', pairing })], 'engine');
    const stored = await db
      .selectFrom('session')
      .select('pairing')
      .where('inbox_id', '=', inboxId)
      .executeTakeFirst();
    expect(JSON.parse(stored!.pairing!)).toEqual({ ...pairing, value: '' });
    expect((await room.findInbox(scope, inboxId)).session).toMatchObject({
      state: 'pairing',
      pairing: { kind: 'qr', turn: 1 },
    });
    await clock.advance(9_000);
    const me = { address: '393330000001@c.us', lid: '777@lid', name: 'Shop' };
    await room.receive(inboxId, [report({ state: 'syncing', progress: 40 }), report({ me })], 'engine');
    const { session } = await room.findInbox(scope, inboxId);
    expect(session).toMatchObject({
      state: 'working',
      since: clock.now(),
      pairing: null,
      progress: null,
      me: { phone: '393330000001', name: 'Shop' },
    });
    const log = await db
      .selectFrom('session_event')
      .selectAll()
      .where('inbox_id', '=', inboxId)
      .orderBy('id')
      .execute();
    expect(log.map((row) => [row.state, row.lasted])).toEqual([
      ['pairing', expect.any(Number)],
      ['syncing', 9_000],
      ['working', 0],
    ]);
    expect((await room.listContacts(scope, inboxId, {})).list).toMatchObject([
      { isMe: true, phone: '393330000001' },
    ]);
    const head = await room.head(inboxId);
    await room.receive(inboxId, [report({ me })], 'engine');
    expect(await room.head(inboxId)).toBe(head);
    await expect.poll(() => test.pushes.length).toBe(2);
    expect(JSON.stringify([test.pushes, test.logged])).not.toContain('SECRET-QR');
  });

  test('from a webhook count only for an Inbox without an engine', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const own = await newInbox(db);
    const hooked = await newInbox(db, 'none');
    for (const id of [own, hooked]) await test.room.receive(id, [report({})], 'webhook');
    expect((await test.room.findInbox(scope, own)).session.state).toBe('stopped');
    expect((await test.room.findInbox(scope, hooked)).session.state).toBe('working');
  });

  test('a new Inbox begins stopped and is in the changes', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inbox = await test.room.createInbox(7, { name: 'Two', engine: 'test', upstream: 'sandbox' });
    expect(await test.room.changes(inbox.id, 0)).toMatchObject({ session: { state: 'stopped' }, cursor: 1 });
    expect(await test.room.listInboxes(scope)).toContainEqual(inbox);
  });
});
