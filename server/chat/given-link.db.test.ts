import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { Ack } from '../contract/ack.ts';
import type { Capabilities } from '../contract/capability.ts';
import { createChatRoom, createDeliverer } from './index.ts';
import { anna, HeldEngine, newInbox, openTestRoom, scope, testCapabilities, textEvent } from './testing.ts';

const words = { title: 'Città blu', description: 'Come nuova 🚲' };
const body = 'guarda bici.example/blu!';
const link = { url: 'bici.example/blu', ...words };
const content = { link: { url: 'https://bici.example/blu', ...words } };

describeDatabases('a preview of a link in a text', (open) => {
  test('is given to the engine, and is shown at once, in the history, in what changed and after the echo', async () => {
    await using t = openTestRoom(open().db);
    const inboxId = await newInbox(t.db);
    const chat = await t.room.openChat(scope, inboxId, anna);
    const engine = new HeldEngine();
    await using deliverer = createDeliverer({
      chat: t.room,
      clock: t.clock,
      log: t.log,
      live: () => engine,
      owner: randomUUID(),
      paceMs: 0,
    });
    const clientId = randomUUID();
    const sent = await t.room.send(scope, chat.id, { clientId, body, link });
    expect(sent.content).toEqual(content);
    // The same client id again is the same Message, whatever comes with it.
    expect((await t.room.send(scope, chat.id, { clientId, body })).content).toEqual(content);
    deliverer.wake(inboxId);
    const { request, answer } = await engine.sent();
    expect(request).toMatchObject({ body, link });
    await t.room.receive(
      inboxId,
      [textEvent({ messageId: 'S1', clientId, fromMe: true, body, content, at: t.clock.now() })],
      'engine',
    );
    answer({ kind: 'accepted', messageId: 'S1', ack: Ack.server, at: t.clock.now() });
    const { list } = await t.room.listMessages(scope, chat.id, { limit: 10 });
    expect(list.map((one) => [one.id, one.content])).toEqual([[sent.id, content]]);
  });

  test('is left out, and the text goes, where it does not fit or the engine sends none', async () => {
    const { db } = open();
    await using t = openTestRoom(db);
    const chat = await t.room.openChat(scope, await newInbox(db), anna);
    const send = (room: typeof t.room, given: typeof link) =>
      room.send(scope, chat.id, { clientId: randomUUID(), body, link: given });
    expect((await send(t.room, { ...link, url: 'bici.example/rossa' })).content).toBeNull();
    const unable = (): Capabilities => ({ ...testCapabilities, linkPreviews: false });
    const { bus, clock, log } = t;
    await using other = createChatRoom({ db, bus, clock, log, capabilitiesOf: unable });
    expect(await send(other, link)).toMatchObject({ body, content: null });
  });
});
