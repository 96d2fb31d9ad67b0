import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { address, anna, annaLid, bob, group, newInbox, openTestRoom, scope, textEvent } from './testing.ts';

describeDatabases('what is received is stored exactly', (database) => {
  test.each([
    ['HTML', '<img src=x onerror="alert(1)"> &amp; <b>'],
    ['emoji of many parts', '👩‍👩‍👧‍👦 🏳️‍🌈 é e\u0301'],
    ['NUL and control characters', 'a\u0000b\u0007\u001b[31m\r\n\tc'],
    ['right-to-left and blanks', '  \u202eabc \u00a0 trailing  '],
    ['64 KiB', 'ж'.repeat(32_768)],
    ['SQL', `'; drop table message; -- \\' "`],
  ])('%s', async (_, body) => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    await test.room.receive(inboxId, [textEvent({ body, senderName: body.slice(0, 200) })], 'webhook');
    const { messages, chats } = await test.room.changes(inboxId, 1);
    expect(messages[0]!.body).toBe(body);
    expect(chats[0]!.last!.body).toBe(body.slice(0, 300));
    expect(chats[0]!.name).toBe(body.slice(0, 200));
  });

  test('half of a surrogate pair becomes the replacement character', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    await test.room.receive(
      inboxId,
      [textEvent({ body: 'a\ud83d' }), textEvent({ body: `${'x'.repeat(299)}😀` })],
      'webhook',
    );
    const { messages, chats } = await test.room.changes(inboxId, 1);
    expect(messages.map((message) => message.body)).toEqual(['a\ufffd', `${'x'.repeat(299)}😀`]);
    expect(chats[0]!.last!.body).toBe('x'.repeat(299));
  });

  test('ids that differ only in case are two messages', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    await test.room.receive(
      inboxId,
      [textEvent({ messageId: '3EB0aa' }), textEvent({ messageId: '3EB0AA' })],
      'engine',
    );
    expect((await test.room.changes(inboxId, 1)).messages).toHaveLength(2);
  });

  test('status updates, newsletters and ids that are none are not stored', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const events = [
      textEvent({ chat: address('status@broadcast') }),
      textEvent({ chat: address('120363@newsletter') }),
      textEvent({ messageId: 'with blank' }),
      textEvent({ messageId: '~mine' }),
      textEvent({ messageId: '' }),
    ];
    await test.room.receive(inboxId, events, 'webhook');
    expect(await test.room.head(inboxId)).toBe(1);
  });

  test('a time far in the future does not hold the top of the list', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    await test.room.receive(inboxId, [textEvent({ at: 9e15 })], 'webhook');
    expect((await test.room.changes(inboxId, 1)).messages[0]!.at).toBe(test.clock.now());
  });
});

describeDatabases('receive under trouble', (database) => {
  test('a different known sender under the same key is stored apart and never changes the first', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const first = textEvent({ messageId: '3EB0SAME', chat: group, sender: anna, body: 'by anna' });
    const forged = textEvent({
      messageId: '3EB0SAME',
      chat: group,
      sender: bob,
      body: 'by bob, much longer',
    });
    await test.room.receive(inboxId, [first], 'engine');
    await test.room.receive(inboxId, [forged, forged], 'engine');
    await test.room.receive(inboxId, [forged, first], 'engine');
    const { messages } = await test.room.changes(inboxId, 1);
    expect(messages.map(({ body, messageId, sender }) => [body, messageId, sender?.phone])).toEqual([
      ['by anna', '3EB0SAME', '393331234567'],
      ['by bob, much longer', '3EB0SAME', '79161234567'],
    ]);
    expect(test.logged.some((line) => line.includes('sender-differs'))).toBe(true);
  });

  test('what was stored apart is folded when both senders turn out to be one', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const event = textEvent({ chat: group, sender: anna });
    await test.room.receive(inboxId, [event], 'engine');
    await test.room.receive(inboxId, [{ ...event, sender: annaLid }], 'engine');
    const { list } = await test.room.listChats(scope, inboxId, {});
    expect(list).toMatchObject([{ unread: 2 }]);
    await test.room.receive(inboxId, [{ kind: 'address-pair', lid: annaLid, phone: anna }], 'engine');
    expect(await test.room.listChats(scope, inboxId, {})).toMatchObject({ list: [{ unread: 1 }] });
    expect((await test.room.listMessages(scope, list[0]!.id, {})).list).toHaveLength(1);
  });

  test('one event that cannot be stored does not lose its neighbours', async () => {
    const { db } = database();
    const rules = {
      messageIdOf: (event: { messageId: string }): string => {
        if (event.messageId === '3EB0POISON') throw new Error('poison');
        return event.messageId;
      },
    };
    await using test = openTestRoom(db, { rules });
    const inboxId = await newInbox(db);
    const events = Array.from({ length: 9 }, () => textEvent());
    events.splice(4, 0, textEvent({ messageId: '3EB0POISON', body: 'a secret' }));
    await test.room.receive(inboxId, events, 'webhook');
    expect((await test.room.changes(inboxId, 1)).messages).toHaveLength(9);
    expect(test.logged.filter((line) => line.includes('3EB0POISON'))).toHaveLength(1);
    expect(test.logged.join()).not.toContain('a secret');
  });

  test('an Inbox that does not exist is not found, a full queue is unavailable', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    await expect(test.room.receive(999_999, [textEvent()], 'engine')).rejects.toMatchObject({
      code: 'not-found',
    });
    const inboxId = await newInbox(db);
    const flood = Array.from({ length: 20_001 }, () => textEvent());
    await expect(test.room.receive(inboxId, flood, 'engine')).rejects.toMatchObject({
      code: 'unavailable',
      retryAfter: 2,
    });
  });

  test('a database that is gone is unavailable, for senders and for receivers', async () => {
    const { db } = database();
    await using own = openTestRoom(db);
    const inboxId = await newInbox(db);
    const { id } = await own.room.openChat(scope, inboxId, anna);
    const broken = new Proxy(db, {
      get: (target, name): unknown => {
        const value = Reflect.get(target, name) as unknown;
        if (name !== 'transaction') return typeof value === 'function' ? value.bind(target) : value;
        return () => {
          throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
        };
      },
    });
    await using test = openTestRoom(broken);
    await expect(test.room.receive(inboxId, [textEvent()], 'webhook')).rejects.toMatchObject({
      code: 'unavailable',
    });
    const input = { clientId: '7d444840-9dc0-11d1-b245-5ffdce74fad2', body: 'x' };
    await expect(test.room.send(scope, id, input)).rejects.toMatchObject({ code: 'unavailable' });
    // Nothing waits for ever: the next one is taken when the database is back.
    await own.room.receive(inboxId, [textEvent()], 'webhook');
  });

  test('facts whose message never comes are let go after a week', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    await test.room.receive(inboxId, [{ kind: 'ack', messageId: '3EB0NEVER', ack: 1 }], 'engine');
    const waiting = () => db.selectFrom('early').selectAll().where('inbox_id', '=', inboxId).execute();
    expect(await waiting()).toHaveLength(1);
    await test.clock.advance(6 * 86_400_000);
    expect(await waiting()).toHaveLength(1);
    await expect
      .poll(async () => {
        await test.clock.advance(86_400_000);
        return (await waiting()).length;
      })
      .toBe(0);
  });
});
