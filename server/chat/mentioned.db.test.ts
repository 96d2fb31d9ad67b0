import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { MessageEvent } from '../contract/engine-event.ts';
import { chatWork } from './work/index.ts';
import { insertAgent } from '../../db/query/agent.ts';
import {
  address,
  anna,
  annaLid,
  bob,
  group,
  newInbox,
  openTestRoom,
  scope,
  start,
  textEvent,
} from './testing.ts';

const me = address('390000000001@c.us');
const myLid = address('11111111111111@lid');
const at = (n: number): number => start + n * 60_000;

describeDatabases('who is named in what is not read', (database) => {
  async function open() {
    const { db } = database();
    const test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const told = (event: Partial<MessageEvent>) =>
      test.room.receive(inboxId, [textEvent({ chat: group, sender: bob, ...event })], 'engine');
    const learn = () =>
      test.room.receive(
        inboxId,
        [
          { kind: 'contact', address: me, isMe: true },
          { kind: 'address-pair', lid: myLid, phone: me },
        ],
        'engine',
      );
    const chat = async () => test.room.findChat(scope, (await test.room.chatOfAddress(inboxId, group))!);
    return { db, test, inboxId, told, learn, chat };
  }
  const naming = (...mentions: string[]) => ({ content: { mentions } });

  test('a group says so until it is read; history never does, nor a name of somebody else', async () => {
    const { test, told, learn, chat } = await open();
    await using _ = test;
    await learn();
    await told({ at: at(1), origin: 'history', ...naming(me) });
    await told({ at: at(2), ...naming(anna) });
    expect(await chat()).toMatchObject({ unread: 1, mentioned: false });
    await told({ at: at(3), ...naming(anna, myLid) });
    await told({ at: at(4) });
    expect(await chat()).toMatchObject({ unread: 3, mentioned: true });
    const listed = await test.room.listChats(scope, (await chat()).inboxId, { filter: 'mentions' });
    expect(listed.list.map((one) => one.kind)).toEqual(['group']);
    expect(await test.room.countChats(scope)).toMatchObject([{ mentions: 1 }]);
    await test.room.markRead(scope, (await chat()).id);
    expect(await chat()).toMatchObject({ unread: 0, mentioned: false });
    await test.room.markUnread(scope, (await chat()).id);
    expect(await chat()).toMatchObject({ unread: -1, mentioned: false });
  });

  test('an Address that turns out to be ours later counts as well; a message taken back names nobody', async () => {
    const { test, inboxId, told, learn, chat } = await open();
    await using _ = test;
    await told({ at: at(1), messageId: '3EB0NAMED', ...naming(myLid) });
    expect((await chat()).mentioned).toBe(false);
    await learn();
    expect((await chat()).mentioned).toBe(true);
    await test.room.receive(
      inboxId,
      [{ kind: 'revoke', messageId: '3EB0NAMED', chat: group, fromMe: false, at: at(2) }],
      'engine',
    );
    expect((await chat()).mentioned).toBe(false);
  });

  test('read on the phone: what it still counts as unread may name us, what lies before does not', async () => {
    const { test, inboxId, told, learn, chat } = await open();
    await using _ = test;
    await learn();
    await told({ at: at(1), ...naming(me) });
    for (const n of [2, 3]) await told({ at: at(n) });
    const count = (unread: number, when: number) =>
      test.room.receive(inboxId, [{ kind: 'chat', chat: group, unread, at: at(when) }], 'engine');
    await count(3, 3);
    expect((await chat()).mentioned).toBe(true);
    await count(2, 4);
    expect(await chat()).toMatchObject({ unread: 2, mentioned: false });
  });

  test('an Agent named in a note: theirs alone, until they open the Chat; it goes with a note, and with joined Chats', async () => {
    const { db, test, inboxId } = await open();
    await using _ = test;
    const work = chatWork(test.room);
    const hire = (email: string) =>
      insertAgent(db, {
        organisation_id: scope.organisationId,
        email,
        name: email,
        role: 'agent',
        locale: 'en',
        password_hash: 'x',
        created_at: 1,
        disabled_at: 0,
      });
    const [author, named] = [await hire('a@x'), await hire('b@x')];
    const [asAuthor, asNamed] = [author, named].map((agentId) => ({ ...scope, agentId }));
    const one = await test.room.openChat(scope, inboxId, anna);
    const two = await test.room.openChat(scope, inboxId, annaLid);
    const note = (chatId: number, n: number, mentions = [author, named]) =>
      work.addNote(asAuthor!, chatId, {
        clientId: `3f2504e0-4f89-41d3-9a0c-0305e82c330${n}`,
        body: 'see',
        mentions,
      });
    const first = await note(two.id, 1);
    expect((await test.room.findChat(scope, two.id)).notedFor).toEqual([named]);
    await note(two.id, 1);
    await test.room.receive(inboxId, [{ kind: 'address-pair', lid: annaLid, phone: anna }], 'engine');
    const noted = async () => (await test.room.findChat(scope, one.id)).notedFor;
    expect(await noted()).toEqual([named]);
    const mine = async (who: typeof scope) =>
      (await test.room.listChats(who, inboxId, { filter: 'mentions' })).list.length;
    expect([await mine(asAuthor!), await mine(asNamed!)]).toEqual([0, 1]);
    const counts = await test.room.countChats(asNamed!);
    expect(counts.find((of) => of.inboxId === inboxId)).toMatchObject({ mentions: 1 });
    await test.room.markRead(asAuthor!, one.id);
    expect(await noted()).toEqual([named]);
    await work.editNote({ ...asAuthor!, role: 'agent' }, first.id, { body: 'see', mentions: [] });
    expect(await noted()).toEqual([]);
    const second = await note(one.id, 2);
    await test.room.markRead(asNamed!, one.id);
    expect(await noted()).toEqual([]);
    expect(await mine(asNamed!)).toBe(0);
    await work.editNote({ ...asAuthor!, role: 'agent' }, second.id, { body: 'look', mentions: [named] });
    expect(await noted()).toEqual([]);
    const third = await note(one.id, 3, [named]);
    expect(await noted()).toEqual([named]);
    await work.deleteNote({ ...asAuthor!, role: 'agent' }, third.id);
    expect(await noted()).toEqual([]);
  });
});
