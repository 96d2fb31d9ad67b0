import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { anna, annaLid, bob, group, newInbox, openTestRoom, scope, start, textEvent } from './testing.ts';

describeDatabases('people a message speaks of', (database) => {
  test('those of a line nobody wrote are named, by whichever Address it told of them', async () => {
    await using test = openTestRoom(database().db);
    const inboxId = await newInbox(test.db);
    const stranger = '15550001111@c.us';
    const line = textEvent({
      chat: group,
      type: 'system',
      body: '',
      content: { system: { what: 'added', actor: annaLid, people: [bob, stranger, '5550@lid'] } },
    });
    await test.room.receive(
      inboxId,
      [
        line,
        { kind: 'contact', address: anna, name: 'Anna' },
        { kind: 'contact', address: bob, pushName: 'Bob', isMe: true },
      ],
      'engine',
    );
    const shown = async () => {
      const { messages } = await test.room.changes(inboxId, 0);
      return messages.find(({ messageId }) => messageId === line.messageId)!;
    };
    expect((await shown()).named[0]).toMatchObject({ address: annaLid, name: '', contactId: null });
    await test.room.receive(inboxId, [{ kind: 'address-pair', lid: annaLid, phone: anna }], 'engine');
    expect((await shown()).named).toMatchObject([
      { address: annaLid, name: 'Anna', contactId: expect.any(Number), isMe: false },
      { address: bob, name: 'Bob', isMe: true },
      { address: stranger, name: '+15550001111', contactId: null },
      { address: '5550@lid', name: '', contactId: null },
    ]);
  });

  test('a changed number leads to both conversations, and joins nothing', async () => {
    await using test = openTestRoom(database().db);
    const { room } = test;
    const inboxId = await newInbox(test.db);
    const line = textEvent({
      chat: bob,
      type: 'system',
      body: '',
      content: { system: { what: 'number-changed', people: [anna, bob] } },
    });
    await room.receive(inboxId, [textEvent({ chat: anna, body: 'from the old number' }), line], 'engine');
    const oldChat = await room.chatOfAddress(inboxId, anna);
    const newChat = (await room.chatOfAddress(inboxId, bob))!;
    expect(oldChat).not.toBe(newChat);
    const { list } = await room.listMessages(scope, newChat, {});
    expect(list[0]!.named).toMatchObject([
      { address: anna, chatId: oldChat },
      { address: bob, chatId: newChat },
    ]);
  });

  test('a member whose number is hidden can be mentioned, and is named where they are', async () => {
    await using test = openTestRoom(database().db);
    const { room } = test;
    const inboxId = await newInbox(test.db);
    await room.receive(
      inboxId,
      [
        { kind: 'contact', address: annaLid, pushName: 'Anna' },
        {
          kind: 'group',
          chat: group,
          at: start,
          members: [
            { address: annaLid, role: 'member' },
            { address: bob, role: 'member' },
          ],
        },
      ],
      'engine',
    );
    const chatId = (await room.chatOfAddress(inboxId, group))!;
    const { members } = await room.listMembers(scope, chatId);
    const hidden = members.find(({ phone }) => phone === null)!;
    expect(hidden).toMatchObject({ name: 'Anna', mention: '98765432109876' });
    expect(members.find(({ phone }) => phone !== null)).toMatchObject({ mention: '79161234567' });
    const sent = await room.send(scope, chatId, {
      clientId: crypto.randomUUID(),
      body: `@${hidden.mention} look`,
      mentions: [hidden.contactId],
    });
    expect(sent.mentions).toEqual([{ digits: '98765432109876', name: 'Anna', contactId: hidden.contactId }]);
    const { request } = await test.db
      .selectFrom('delivery')
      .select('request')
      .where('message', '=', sent.id)
      .executeTakeFirstOrThrow();
    expect(JSON.parse(request!)).toEqual({ mentions: [annaLid] });
  });
});
