import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import type { MessageEvent } from '../contract/engine-event.ts';
import type { Chat } from '../contract/wire.ts';
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

const minute = 60_000;
const at = (n: number): number => start + n * minute;
const carl = address('49301234567@c.us');

describeDatabases('who waits for an answer', (database) => {
  async function open() {
    const { db } = database();
    const test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const told = (...events: Partial<MessageEvent>[]) =>
      test.room.receive(
        inboxId,
        events.map((event) => textEvent(event)),
        'engine',
      );
    const list = (page: Parameters<typeof test.room.listChats>[2] = {}) =>
      test.room.listChats(scope, inboxId, { sort: 'waiting', ...page });
    const since = async (of: typeof anna) =>
      (await test.room.findChat(scope, (await test.room.chatOfAddress(inboxId, of))!)).waitingSince;
    return { test, inboxId, told, list, since };
  }

  test('counts from the first unanswered message, until WhatsApp has ours; asking again does not start it anew', async () => {
    const { test, told, since } = await open();
    await using _ = test;
    await told({ at: at(1), origin: 'history' });
    expect(await since(anna)).toBeNull();
    await told({ at: at(2) }, { at: at(5) });
    expect(await since(anna)).toBe(at(2));
    await told({ at: at(6), fromMe: true, ack: 0, messageId: '3EB0OURS' });
    expect(await since(anna)).toBe(at(2));
    await told({ at: at(7) });
    await told({ at: at(6), fromMe: true, ack: 1, messageId: '3EB0OURS' });
    expect(await since(anna)).toBe(at(7));
    await told({ at: at(8), fromMe: true });
    expect(await since(anna)).toBeNull();
    // Late, but from before our answer.
    await told({ at: at(4) });
    expect(await since(anna)).toBeNull();
    await told({ at: at(9), chat: group, sender: bob });
    expect(await since(group)).toBeNull();
  });

  test('a message taken back asks nothing; two Chats that become one wait as one', async () => {
    const { test, inboxId, told, since } = await open();
    await using _ = test;
    await told({ at: at(2), messageId: '3EB0GONE' }, { at: at(4) });
    await test.room.receive(
      inboxId,
      [{ kind: 'revoke', messageId: '3EB0GONE', chat: anna, fromMe: false, at: at(5) }],
      'engine',
    );
    expect(await since(anna)).toBe(at(4));
    await told({ at: at(3), chat: annaLid });
    await test.room.receive(inboxId, [{ kind: 'address-pair', lid: annaLid, phone: anna }], 'engine');
    expect(await since(anna)).toBe(at(3));
  });

  test('what needs no answer waits no longer, until the customer writes again; what was not seen still waits', async () => {
    const { test, inboxId, told, since } = await open();
    await using _ = test;
    await told({ at: at(2) });
    const id = (await test.room.chatOfAddress(inboxId, anna))!;
    await told({ at: at(3) });
    expect((await test.room.settleChat(scope, id, { settled: true, until: at(2) })).waitingSince).toBe(at(3));
    expect(await test.room.settleChat(scope, id, { settled: true })).toMatchObject({
      waitingSince: null,
      settled: true,
    });
    await told({ at: at(9) });
    expect(await since(anna)).toBe(at(9));
    expect(await test.room.settleChat(scope, id, { settled: false })).toMatchObject({
      waitingSince: at(2),
      settled: false,
    });
    await expect(
      test.room.settleChat({ ...scope, organisationId: 8 }, id, { settled: true }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });

  test('the list begins with who waits longest and goes on as usual, page by page, each Chat once', async () => {
    const { test, told, list } = await open();
    await using _ = test;
    const people = Array.from({ length: 9 }, (__, n) => address(`39333000000${n}@c.us`));
    for (const [n, chat] of people.entries()) {
      await told({ chat, at: at(20 - n) });
      if (n % 3 === 0) await told({ chat, at: at(40 + n), fromMe: true });
    }
    await told({ chat: carl, at: at(50), fromMe: true });
    const seen: Chat[] = [];
    for (let before: string | undefined; ;) {
      const page = await list({ limit: 4, before });
      seen.push(...page.list);
      if (page.next === null) break;
      before = page.next;
    }
    expect(seen.map((chat) => chat.waitingSince)).toEqual([
      ...[8, 7, 5, 4, 2, 1].map((n) => at(20 - n)),
      null,
      null,
      null,
      null,
    ]);
    expect(seen.slice(6).map((chat) => chat.last?.at)).toEqual([at(50), at(46), at(43), at(40)]);
    expect(new Set(seen.map((chat) => chat.id)).size).toBe(10);
    expect((await list({ limit: 100, assignee: 'me' })).list).toEqual([]);
  });
});
