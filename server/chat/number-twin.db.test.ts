import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { Ack } from '../contract/ack.ts';
import { contradictions } from './testing-dump.ts';
import { address, newInbox, openTestRoom, scope, textEvent } from './testing.ts';

const long = address('5511987654321@c.us');
const short = address('551187654321@c.us');
const lid = address('70987654321098@lid');

describeDatabases('a number that is written in two ways', (database) => {
  test('is one person and one chat, whichever spelling comes first', async () => {
    const { db } = database();
    await using t = openTestRoom(db);
    for (const [first, second] of [
      [long, short],
      [short, long],
    ] as const) {
      const inboxId = await newInbox(db);
      await t.room.receive(inboxId, [textEvent({ chat: first, senderName: 'João' })], 'engine');
      await t.room.receive(inboxId, [textEvent({ chat: second })], 'webhook');
      const { list } = await t.room.listChats(scope, inboxId, {});
      expect(list).toMatchObject([{ name: 'João', unread: 2 }]);
      expect((await t.room.listContacts(scope, inboxId, {})).list).toHaveLength(1);
      expect(await contradictions(db, inboxId)).toEqual([]);
    }
  });

  test('a tick under one spelling finds the message under the other, also when it comes first', async () => {
    const { db } = database();
    await using t = openTestRoom(db);
    const inboxId = await newInbox(db);
    const sent = textEvent({ chat: short, fromMe: true });
    const ack = { kind: 'ack' as const, messageId: sent.messageId, chat: long, fromMe: true, ack: Ack.read };
    await t.room.receive(inboxId, [ack], 'engine');
    await t.room.receive(inboxId, [sent], 'engine');
    const later = textEvent({ chat: short, fromMe: true });
    await t.room.receive(inboxId, [later, { ...ack, messageId: later.messageId }], 'engine');
    const { list } = await t.room.listChats(scope, inboxId, {});
    const messages = await t.room.listMessages(scope, list[0]!.id, {});
    expect(messages.list.map((row) => row.ack)).toEqual([Ack.read, Ack.read]);
  });

  test('typed in one spelling, it opens the chat that WhatsApp knows under the other', async () => {
    const { db } = database();
    await using t = openTestRoom(db);
    const inboxId = await newInbox(db);
    await t.room.receive(inboxId, [textEvent({ chat: short })], 'engine');
    const { list } = await t.room.listChats(scope, inboxId, {});
    expect((await t.room.openChat(scope, inboxId, long)).id).toBe(list[0]!.id);
    expect(await t.room.chatOfAddress(inboxId, long)).toBe(list[0]!.id);
  });

  test('a LID learnt with one spelling joins what stands under the other', async () => {
    const { db } = database();
    await using t = openTestRoom(db);
    const inboxId = await newInbox(db);
    await t.room.receive(inboxId, [textEvent({ chat: lid }), textEvent({ chat: short })], 'engine');
    await t.room.receive(inboxId, [{ kind: 'address-pair', lid, phone: long }], 'engine');
    const { list } = await t.room.listChats(scope, inboxId, {});
    expect(list).toMatchObject([{ unread: 2 }]);
    expect(await contradictions(db, inboxId)).toEqual([]);
  });

  test('both spellings at the same moment, told to two processes: one chat', async () => {
    const { db } = database();
    await using a = openTestRoom(db);
    await using b = openTestRoom(db);
    const inboxId = await newInbox(db);
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        (n % 2 ? a : b).room.receive(inboxId, [textEvent({ chat: n % 3 ? long : short })], 'webhook'),
      ),
    );
    const { list } = await a.room.listChats(scope, inboxId, {});
    expect(list).toMatchObject([{ unread: 10 }]);
    expect(await contradictions(db, inboxId)).toEqual([]);
  });
});
