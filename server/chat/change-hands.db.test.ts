import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { readDeliveries } from '../../db/query/delivery.ts';
import { readMediaOf, upsertMedia } from '../../db/query/media.ts';
import { describeDatabases } from '../../db/testing.ts';
import { Ack } from '../contract/ack.ts';
import { claim } from './claim.ts';
import { contextOf } from './contexts.ts';
import { settle } from './settle.ts';
import { anna, newInbox, openTestRoom, scope, textEvent, type TestRoom } from './testing.ts';

/** A Message of ours under way, with a file that we have, and with what was typed on the phone taken for it. */
async function guessed(test: TestRoom, db: Database) {
  const inboxId = await newInbox(db);
  const chat = await test.room.openChat(scope, inboxId, anna);
  const ours = await test.room.send(scope, chat.id, { clientId: randomUUID(), body: 'ecco' });
  const [delivery] = await readDeliveries(db, [ours.id]);
  await claim(contextOf(test.room), delivery!, { owner: 'me', leaseUntil: test.clock.now() + 90_000 });
  const facts = { mime: 'image/png', fileName: 'a.png' };
  await upsertMedia(db, [{ inboxId, message: ours.id, facts, dueAt: null, seq: 1 }]);
  const stored = { state: 'stored', size: 3, digest: 'd'.repeat(64) } as const;
  await db.updateTable('media').set(stored).where('message', '=', ours.id).execute();
  const media = { mime: 'image/png', reference: 'of the phone' };
  const echo = { messageId: 'P1', fromMe: true, body: 'ecco', at: test.clock.now(), media };
  await test.room.receive(inboxId, [textEvent(echo)], 'engine');
  const at = test.clock.now() + 1_000;
  const edit = { kind: 'edit', messageId: 'P1', chat: anna, fromMe: true, body: 'eccolo', at } as const;
  await test.room.receive(inboxId, [edit], 'engine');
  const list = async () => (await test.room.listMessages(scope, chat.id, { limit: 10 })).list;
  expect(await list()).toMatchObject([{ id: ours.id, messageId: 'P1', body: 'eccolo' }]);
  const settled = (outcome: Parameters<typeof settle>[2]): Promise<void> =>
    settle(contextOf(test.room), { inboxId, message: ours.id, attempt: 1 }, outcome);
  return { ours, list, settled };
}

describeDatabases('what was guessed', (open) => {
  test('guessed, and then not sent: ours says again what was written here and keeps its file; what was typed has its own', async () => {
    await using room = openTestRoom(open().db);
    const { ours, list, settled } = await guessed(room, open().db);
    await settled({ kind: 'not-sent', reason: 'timeout' });
    const all = await list();
    const typed = all.find(({ messageId }) => messageId === 'P1');
    expect(all.find(({ id }) => id === ours.id)).toMatchObject({ body: 'ecco', messageId: null });
    expect(typed).toMatchObject({ body: 'eccolo', clientId: null });
    const files = await readMediaOf(open().db, [ours.id, typed!.id]);
    expect(files.get(ours.id)).toMatchObject({ state: 'stored', digest: 'd'.repeat(64), reference: null });
    expect(files.get(typed!.id)).toMatchObject({ state: 'remote', digest: null, reference: 'of the phone' });
    expect((await room.room.messageInfo(scope, typed!.id)).versions.map(({ body }) => body)).toEqual([
      'ecco',
      'eccolo',
    ]);
  });

  test('guessed, and then accepted under another id: the texts and files part as the ids do', async () => {
    await using room = openTestRoom(open().db);
    const { ours, list, settled } = await guessed(room, open().db);
    await settled({ kind: 'accepted', messageId: 'S1', ack: Ack.server, at: room.clock.now() });
    const all = await list();
    expect(all.find(({ id }) => id === ours.id)).toMatchObject({ body: 'ecco', messageId: 'S1' });
    const typed = all.find(({ messageId }) => messageId === 'P1');
    const files = await readMediaOf(open().db, [ours.id, typed!.id]);
    expect(files.get(ours.id)?.state).toBe('stored');
    expect(files.get(typed!.id)).toMatchObject({ state: 'remote', reference: 'of the phone' });
  });
});
