import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { toAddress } from '../contract/address.ts';
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

  test.each([1, 7, 120])(
    '%i messages at once: the list leads to the newest of each chat, as the push does',
    async (count) => {
      const { db } = database();
      await using test = openTestRoom(db);
      const { room } = test;
      const inboxId = await newInbox(db);
      const people = [anna, toAddress('15550009991@c.us')!, toAddress('15550009992@c.us')!];
      const events = Array.from({ length: count }, (_, n) =>
        textEvent({ chat: people[n % 3]!, body: `${n}` }),
      );
      await room.receive(inboxId, events, 'webhook');
      await expect.poll(() => test.pushes.length).toBe(Math.ceil(count / 100));
      const pushed = test.pushes.flatMap(({ rows }) => rows?.messages ?? []);
      const stored = await db
        .selectFrom('message')
        .select(['id', 'body'])
        .where('inbox_id', '=', inboxId)
        .execute();
      expect(new Map(pushed.map(({ id, body }) => [id, body]))).toEqual(
        new Map(stored.map(({ id, body }) => [id, body])),
      );
      const chats = await db.selectFrom('chat').selectAll().where('inbox_id', '=', inboxId).execute();
      for (const chat of chats) {
        expect(stored.find(({ id }) => id === chat.last_message)?.body).toBe(chat.last_body);
      }
      // The next turn works with what it remembers of this one.
      await room.receive(inboxId, [textEvent({ chat: anna, body: 'one more' })], 'webhook');
      const { last_message } = await db
        .selectFrom('chat')
        .select('last_message')
        .where('inbox_id', '=', inboxId)
        .where('last_body', '=', 'one more')
        .executeTakeFirstOrThrow();
      const newest = await db
        .selectFrom('message')
        .select('id')
        .where('inbox_id', '=', inboxId)
        .where('body', '=', 'one more')
        .executeTakeFirstOrThrow();
      expect(last_message).toBe(newest.id);
    },
  );

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
