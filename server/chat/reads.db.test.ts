import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { dialectOf } from '../../db/portable.ts';
import { changedQuery } from '../../db/query/change.ts';
import { pageChatIdsQuery, waitingIdsQuery } from '../../db/query/chat-list.ts';
import { pageMessagesQuery } from '../../db/query/message.ts';
import { describeDatabases } from '../../db/testing.ts';
import { Ack } from '../contract/ack.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import type { Chat } from '../contract/wire.ts';
import { contradictions } from './testing-dump.ts';
import { address, anna, bob, group, newInbox, openTestRoom, scope, start, textEvent } from './testing.ts';

const person = (n: number) => address(`39333${String(n).padStart(4, '0')}@c.us`);

describeDatabases('reads', (database) => {
  test('the chat list pages through every chat once: pinned first, then the newest', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room } = test;
    const inboxId = await newInbox(db);
    const events: EngineEvent[] = [];
    for (let n = 0; n < 25; n++) {
      // Two chats in each second: pages must not lose one of them.
      events.push(textEvent({ chat: person(n), at: start + Math.floor(n / 2) * 1_000 }));
      if (n % 8 === 0) events.push({ kind: 'chat', chat: person(n), pinned: true });
    }
    await room.receive(inboxId, events, 'engine');
    const seen: Chat[] = [];
    let before: string | undefined;
    do {
      const page = await room.listChats(scope, inboxId, { before, limit: 4 });
      seen.push(...page.list);
      before = page.next ?? undefined;
    } while (before !== undefined);
    expect(new Set(seen.map((chat) => chat.id)).size).toBe(25);
    expect(seen.slice(0, 4).every((chat) => chat.pinned)).toBe(true);
    const order = seen.slice(4).map((chat) => chat.last!.at);
    expect(order).toEqual(order.toSorted((a, b) => b - a));
  });

  test('messages page back through a chat, oldest first within a page', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room } = test;
    const inboxId = await newInbox(db);
    await room.receive(
      inboxId,
      Array.from({ length: 23 }, (_, n) =>
        textEvent({ body: `${n}`, at: start + Math.floor(n / 5) * 1_000 }),
      ),
      'engine',
    );
    const { id } = (await room.listChats(scope, inboxId, {})).list[0]!;
    const bodies: string[] = [];
    let before: string | undefined;
    do {
      const page = await room.listMessages(scope, id, { before, limit: 6 });
      bodies.unshift(...page.list.map((message) => message.body));
      before = page.next ?? undefined;
    } while (before !== undefined);
    expect(bodies).toEqual(Array.from({ length: 23 }, (_, n) => `${n}`));
    for (const bad of ['x', 'W10', Buffer.from('[1,"a",""]').toString('base64url'), 'e30']) {
      await expect(room.listMessages(scope, id, { before: bad })).rejects.toMatchObject({
        code: 'bad-request',
      });
      await expect(room.listChats(scope, inboxId, { before: bad })).rejects.toMatchObject({
        code: 'bad-request',
      });
    }
    expect((await room.listMessages(scope, id, { limit: 100_000 })).list).toHaveLength(23);
    expect((await room.listMessages(scope, id, { limit: -3 })).list).toHaveLength(1);
  });

  test('search finds names and numbers and takes wildcards literally', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room } = test;
    const inboxId = await newInbox(db);
    await room.receive(
      inboxId,
      [
        textEvent({ chat: anna, senderName: 'ÄNNA 100%' }),
        textEvent({ chat: bob, senderName: 'Bob_1' }),
        textEvent({ chat: group }),
        { kind: 'chat', chat: group, name: 'Ｆａｍｉｌｙ!' },
      ],
      'engine',
    );
    const names = async (search: string) =>
      (await room.listChats(scope, inboxId, { search })).list.map((chat) => chat.name).toSorted();
    expect(await names('änna')).toEqual(['ÄNNA 100%']);
    expect(await names('%')).toEqual(['ÄNNA 100%']);
    expect(await names('_')).toEqual(['Bob_1']);
    expect(await names('family!')).toEqual(['Ｆａｍｉｌｙ!']);
    expect(await names('9161')).toEqual(['Bob_1']);
    expect((await room.listContacts(scope, inboxId, { search: 'bob' })).list).toMatchObject([
      { pushName: 'Bob_1' },
    ]);
    const filtered = await room.listChats(scope, inboxId, { filter: 'groups' });
    expect(filtered.list).toMatchObject([{ kind: 'group' }]);
  });

  test('contacts page by name; a saved name comes before the one they gave', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room } = test;
    const inboxId = await newInbox(db);
    const events: EngineEvent[] = [];
    for (let n = 0; n < 11; n++) events.push({ kind: 'contact', address: person(n), pushName: `p${n % 3}` });
    events.push({ kind: 'contact', address: person(3), name: 'A saved name' });
    await room.receive(inboxId, events, 'engine');
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await room.listContacts(scope, inboxId, { after, limit: 3 });
      names.push(...page.list.map((contact) => contact.name));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(names).toHaveLength(11);
    expect(names).toEqual(names.toSorted());
    expect(names[0]).toBe('A saved name');
  });

  test('unread: read by an agent, read on the phone, and told by the phone', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room } = test;
    const inboxId = await newInbox(db);
    const at = start + 1_000;
    await room.receive(inboxId, [textEvent({ at }), textEvent({ at, origin: 'history' })], 'engine');
    const { id } = (await room.listChats(scope, inboxId, { filter: 'unread' })).list[0]!;
    const unread = async (): Promise<number> => (await room.findChat(scope, id)).unread;
    expect(await unread()).toBe(1);
    expect(await room.markRead(scope, id)).toMatchObject({ unread: 0 });
    const head = await room.head(inboxId);
    await room.markRead(scope, id);
    expect(await room.head(inboxId)).toBe(head);
    // In the same second as the one that was read, as WhatsApp's whole seconds often have it.
    await room.receive(inboxId, [textEvent({ at })], 'engine');
    expect(await unread()).toBe(1);
    await room.receive(inboxId, [{ kind: 'chat', chat: anna, unread: 0, at: at + 5_000 }], 'engine');
    expect(await unread()).toBe(0);
    await room.receive(inboxId, [textEvent({ at: at + 6_000 })], 'engine');
    expect(await unread()).toBe(1);
    await room.receive(inboxId, [{ kind: 'chat', chat: anna, unread: 4, at: at + 7_000 }], 'engine');
    expect(await unread()).toBe(4);
    await room.markRead(scope, id);
    expect(await unread()).toBe(0);
    expect(await room.markUnread(scope, id)).toMatchObject({ unread: -1 });
    expect((await room.listChats(scope, inboxId, { filter: 'unread' })).list).toMatchObject([{ unread: -1 }]);
    expect(await contradictions(db, inboxId)).toEqual([]);
    await room.receive(inboxId, [{ kind: 'chat', chat: anna, unread: -1, at: at + 3_600_000 }], 'engine');
    expect(await unread()).toBe(-1);
    await room.receive(inboxId, [textEvent({ at: at + 3_601_000 })], 'engine');
    expect(await unread()).toBe(2);
    await room.markRead(scope, id);
    expect(await unread()).toBe(0);
    expect(await contradictions(db, inboxId)).toEqual([]);
  });

  test('what came while an agent said what they have read stays unread, also of the same second', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room } = test;
    const inboxId = await newInbox(db);
    const at = start + 1_000;
    const says = (after: number) => room.receive(inboxId, [textEvent({ at: at + after })], 'engine');
    await says(0);
    const { id } = (await room.listChats(scope, inboxId, {})).list[0]!;
    const newest = async (): Promise<number> =>
      (await room.listMessages(scope, id, { limit: 1 })).list.at(-1)!.id;
    const seen = await newest();
    await says(0);
    await says(2_000);
    expect(await room.markRead(scope, id, seen)).toMatchObject({ unread: 2 });
    const head = await room.head(inboxId);
    await room.markRead(scope, id, seen);
    expect(await room.head(inboxId)).toBe(head);
    expect(await room.markRead(scope, id, await newest())).toMatchObject({ unread: 0 });
    // A word from before, late, takes nothing back.
    expect(await room.markRead(scope, id, seen)).toMatchObject({ unread: 0 });
    // What the phone counts and we have not: read with the newest that we have.
    await room.receive(inboxId, [{ kind: 'chat', chat: anna, unread: 4, at: at + 9_000 }], 'engine');
    expect(await room.markRead(scope, id, await newest())).toMatchObject({ unread: 0 });
    await expect(room.markRead(scope, id, 1_000_000)).rejects.toMatchObject({ code: 'not-found' });
    expect(await contradictions(db, inboxId)).toEqual([]);
  });

  test('what is of another organisation is not found', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room } = test;
    const inboxId = await newInbox(db);
    const chat = await room.openChat(scope, inboxId, anna);
    const message = await room.send(scope, chat.id, { clientId: randomUUID(), body: 'x' });
    const other = { organisationId: 8, agentId: 2 };
    const input = { clientId: randomUUID(), body: 'x' };
    for (const ask of [
      () => room.findInbox(other, inboxId),
      () => room.findChat(other, chat.id),
      () => room.listChats(other, inboxId, {}),
      () => room.listMessages(other, chat.id, {}),
      () => room.listContacts(other, inboxId, {}),
      () => room.openChat(other, inboxId, bob),
      () => room.markRead(other, chat.id),
      () => room.send(other, chat.id, input),
      () => room.retry(other, message.id),
      () => room.discard(other, message.id),
      () => room.findChat(scope, Number.NaN),
      () => room.findInbox(scope, 999_999),
    ]) {
      await expect(ask()).rejects.toMatchObject({ code: 'not-found' });
    }
    expect(await room.listInboxes(other)).toEqual([]);
  });

  test('sending needs an engine that can, and no more text than it takes; offline it waits', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room } = test;
    const hooked = await newInbox(db, 'none');
    const quiet = await room.openChat(scope, hooked, anna);
    const clientId = randomUUID();
    await expect(room.send(scope, quiet.id, { clientId, body: 'x' })).rejects.toMatchObject({
      code: 'not-supported',
    });
    const inboxId = await newInbox(db);
    const chat = await room.openChat(scope, inboxId, anna);
    const body = 'x'.repeat(65_537);
    await expect(room.send(scope, chat.id, { clientId, body })).rejects.toMatchObject({ code: 'too-large' });
    const sent = await room.send(scope, chat.id, { clientId, body: 'x' });
    expect(sent).toMatchObject({
      clientId,
      messageId: null,
      ack: Ack.pending,
      delivery: 'queued',
      fromMe: true,
    });
    await expect(room.retry(scope, sent.id)).rejects.toMatchObject({ code: 'conflict' });
    expect((await room.findChat(scope, chat.id)).last).toMatchObject({ body: 'x', ack: Ack.pending });
  });
});

describeDatabases('plans', (database) => {
  test('the hot reads are one range of their index', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const other = await newInbox(db);
    const events = Array.from({ length: 400 }, (_, n) => textEvent({ chat: person(n % 100) }));
    await test.room.receive(inboxId, events, 'engine');
    await test.room.receive(other, events, 'engine');
    if (dialectOf(db) === 'mysql') await sql`analyze table message, chat, contact`.execute(db);
    const [chat] = (await test.room.listChats(scope, inboxId, {})).list;
    const range = { inboxId, after: 3, until: 9, limit: 50 };
    const list = { search: '', filter: 'all' as const, before: undefined, limit: 51 };
    const page = { before: { at: start + 300_000, id: 20 }, limit: 51 };
    const before = { pinned: 0, at: start + 300_000, id: 20 };
    for (const page of [list, { ...list, before }, { ...list, filter: 'groups' as const, before }]) {
      const query = pageChatIdsQuery(db, inboxId, page).compile();
      expect(await indexOf(db, query)).toContain('chat_list_filtered');
    }
    const waiting = waitingIdsQuery(db, inboxId, { ...list, after: { since: start + 50_000, id: 20 } });
    expect(await indexOf(db, waiting.compile())).toContain('chat_waiting');
    if (dialectOf(db) === 'sqlite') {
      const query = pageChatIdsQuery(db, inboxId, { ...list, filter: 'unread', before }).compile();
      expect(await indexOf(db, query)).toContain('chat_unread');
    }
    expect(await indexOf(db, pageMessagesQuery(db, chat!.id, page).compile())).toContain('message_page');
    expect(await indexOf(db, changedQuery(db, 'message', range).compile())).toContain('message_seq');
    expect(await indexOf(db, changedQuery(db, 'chat', range).compile())).toContain('chat_seq');
    expect(await indexOf(db, changedQuery(db, 'contact', range).compile())).toContain('contact_seq');
  });
});

/** The index a query takes; fails when it sorts what it has read. */
async function indexOf(
  db: Database,
  query: { sql: string; parameters: readonly unknown[] },
): Promise<string> {
  const mysql = dialectOf(db) === 'mysql';
  const { rows } = await db.executeQuery<Record<string, unknown>>({
    ...sql`select 1`.compile(db),
    sql: `${mysql ? 'explain' : 'explain query plan'} ${query.sql}`,
    parameters: query.parameters,
  });
  const text = JSON.stringify(rows);
  expect(text).not.toMatch(/filesort|TEMP B-TREE|"SCAN/);
  return mysql ? String(rows[0]?.['key']) : text;
}
