import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { Pairing } from '../contract/session-state.ts';
import { openTestSessions } from './testing.ts';

const code: Pairing = {
  kind: 'code',
  value: 'ABCD1234',
  issuedAt: 1_795_000_000_000,
  expiresAt: 1_795_000_180_000,
  turn: 1,
};

describeDatabases('a wish and a restart that was planned before it', (database) => {
  test('a pairing code wanted while the lost engine is taken down: the planned restart does not end it', async () => {
    await using t = await openTestSessions(database().db);
    const first = await t.link();
    const { promise, resolve } = Promise.withResolvers<void>();
    t.engine.held = promise;
    first.say({ state: 'lost', code: 'page-crashed', action: 'retry' });
    await t.sessions.link(t.inboxId, { method: 'code', phone: '393330000001' });
    resolve();
    const second = await t.engine.life(1);
    second.say({ state: 'pairing', action: 'open-phone', pairing: { ...code, kind: 'qr', value: 'QR' } });
    await expect.poll(() => second.paired.length).toBe(1);
    second.paired[0]!.answer();
    second.say({ state: 'pairing', action: 'open-phone', pairing: code });
    await t.clock.advance(61_000);
    await t.clock.advance(1_000);
    expect(t.engine.course).toEqual(['connect 0', 'end 0', 'connect 1']);
    await expect.poll(async () => (await t.row()).wanted).toBe(1);
  });
});
