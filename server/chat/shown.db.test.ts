import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { address, anna, newInbox, openTestRoom, scope, textEvent } from './testing.ts';

const status = address('status@broadcast');
const letter = address('120363000000000009@newsletter');

describeDatabases('what is told to everybody', (database) => {
  const events = [
    textEvent({ chat: status, sender: anna, senderName: 'Anna', body: 'On holiday' }),
    textEvent({ chat: letter, body: 'Issue 7' }),
    { kind: 'chat' as const, chat: letter, name: 'The Letter', unread: 4, at: Date.now() },
  ];

  test('is ignored', async () => {
    const { db } = database();
    await using t = openTestRoom(db);
    const inboxId = await newInbox(db);
    await t.room.receive(inboxId, events, 'engine');
    expect((await t.room.listChats(scope, inboxId, {})).list).toEqual([]);
  });

  test('is shown where it is wanted, and never counts as unread', async () => {
    const { db } = database();
    await using t = openTestRoom(db, { shows: { status: true, channels: true } });
    const inboxId = await newInbox(db);
    await t.room.receive(inboxId, events, 'engine');
    const { list } = await t.room.listChats(scope, inboxId, {});
    expect(list.toSorted((a, b) => a.name.localeCompare(b.name))).toMatchObject([
      { kind: 'channel', name: '', unread: 0, last: { body: 'On holiday' } },
      { kind: 'channel', name: 'The Letter', unread: 0, last: { body: 'Issue 7' } },
    ]);
    const ofStatus = list.find((chat) => chat.name === '')!;
    expect((await t.room.listMessages(scope, ofStatus.id, {})).list).toMatchObject([
      { sender: { name: 'Anna' } },
    ]);
  });
});
