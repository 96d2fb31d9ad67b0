import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { Ack } from '../contract/ack.ts';
import { anna, newInbox, openTestRoom, scope, textEvent } from './testing.ts';

describeDatabases('receive', (database) => {
  test('stores a message, shows it in the chat list, counts it unread and pushes it', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room } = test;
    const inboxId = await newInbox(db);
    const event = textEvent({ body: 'hello', senderName: 'Anna' });
    await room.receive(inboxId, [event], 'engine');
    const chats = await room.listChats(scope, inboxId, {});
    expect(chats.list).toHaveLength(1);
    expect(chats.list[0]).toMatchObject({ name: 'Anna', unread: 1, last: { body: 'hello', at: event.at } });
    const messages = await room.listMessages(scope, chats.list[0]!.id, {});
    expect(messages.list).toMatchObject([{ body: 'hello', messageId: event.messageId, fromMe: false }]);
    const changes = await room.changes(inboxId, 1);
    expect(changes).toMatchObject({ cursor: 2, more: false, reset: false });
    await room.changes(inboxId, 2);
    expect(changes.messages).toEqual(messages.list);
    await expect.poll(() => test.pushes.length).toBe(1);
    expect(test.pushes[0]).toMatchObject({ inboxId, seq: 2, rows: { messages: messages.list } });
  });

  test('the same webhook again takes no number and publishes nothing', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const event = textEvent({ senderName: 'Anna' });
    await test.room.receive(inboxId, [event], 'webhook');
    const head = await test.room.head(inboxId);
    await test.room.receive(inboxId, [event, event], 'webhook');
    expect(await test.room.head(inboxId)).toBe(head);
    await expect.poll(() => test.pushes.length).toBe(1);
  });

  test('race: ack before message', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const event = textEvent({ fromMe: true, ack: Ack.pending });
    const head = await test.room.head(inboxId);
    const fact = {
      kind: 'ack' as const,
      messageId: event.messageId,
      chat: anna,
      fromMe: true,
      ack: Ack.read,
    };
    await test.room.receive(inboxId, [fact], 'engine');
    await test.room.receive(inboxId, [fact], 'engine');
    expect(await test.room.head(inboxId)).toBe(head);
    await test.room.receive(inboxId, [event], 'engine');
    const { messages } = await test.room.changes(inboxId, head!);
    expect(messages).toMatchObject([{ ack: Ack.read }]);
    expect(await db.selectFrom('early').selectAll().where('inbox_id', '=', inboxId).execute()).toEqual([]);
  });
});
