import { sql } from 'kysely';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Database } from '../../../db/database.ts';
import { describeDatabases } from '../../../db/testing.ts';
import { anna, annaLid, bob, group, newInbox, openTestRoom, scope, start, textEvent } from '../testing.ts';
import { createIndexer, indexAll } from './index.ts';

async function open(db: Database) {
  const test = openTestRoom(db);
  const inboxId = await newInbox(db);
  const tell = async (events: Parameters<typeof test.room.receive>[1]) => {
    await test.room.receive(inboxId, events, 'engine');
    await indexAll(db);
  };
  const find = async (text: string, more: object = {}) => {
    const { messages } = await test.room.search(scope, { text, inboxId, ...more });
    return messages.map((hit) => hit.message.body);
  };
  const marked = async (text: string) => {
    const { messages } = await test.room.search(scope, { text, inboxId });
    return messages.map((hit) => hit.highlights.map(([from, to]) => hit.snippet.slice(from, to)));
  };
  return { test, room: test.room, inboxId, tell, find, marked };
}

describeDatabases('search', (database) => {
  test('words are found as they are typed, in any case, with or without accents, in any script', async () => {
    const { db } = database();
    const { test, tell, find, marked } = await open(db);
    await using _ = test;
    const bodies = [
      'Добрый день! Мой заказ ещё не пришёл',
      'Perché l’ordine è in ritardo?',
      'ΚΑΛΗΜΕΡΑ σας',
      '你好，我的订单在哪里',
      'مرحبا بالعالم',
      'שלום עולם',
      'Straße 12, Zürich',
      'who was the one about it',
      'ｆｕｌｌ ｗｉｄｔｈ',
      '한국어 메시지',
      'สวัสดีครับ',
    ];
    await tell(bodies.map((body, n) => textEvent({ body, at: start + n * 1_000 })));
    for (const [typed, n] of [
      ['зак', 0],
      ['ЗАКАЗ еще', 0],
      ['пришел', 0],
      ['perche', 1],
      ['ordine È', 1],
      ['καλημέρα', 2],
      ['订单', 3],
      ['哪', 3],
      ['我的订', 3],
      ['مرحبا', 4],
      ['עולם', 5],
      ['strasse', 6],
      ['zurich 12', 6],
      ['who was the about', 7],
      ['it', 7],
      ['full width', 8],
      ['한국', 9],
      ['สวัสดี', 10],
    ] as const) {
      expect(await find(typed), typed).toEqual([bodies[n]]);
    }
    expect(await find('день заказы')).toEqual([]);
    expect(await find('rdine')).toEqual([]);
    expect(await marked('еще зак')).toEqual([['зак', 'ещё']]);
    expect(await marked('ORDINE')).toEqual([['ordine']]);
    expect(await marked('订单')).toEqual([['订单']]);
  });

  test('nothing that is typed is an error or syntax', async () => {
    const { db } = database();
    const { test, tell, find } = await open(db);
    await using _ = test;
    await tell([textEvent({ body: 'near and or not match' })]);
    expect(await find('NEAR AND OR NOT')).toHaveLength(1);
    expect(await find('words : x')).toEqual([]);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 40 }),
          fc.string({
            unit: fc.constantFrom(
              '"',
              '*',
              '+',
              '-',
              '(',
              ')',
              '<',
              '~',
              '@',
              ':',
              '^',
              "'",
              '%',
              'a',
              ' ',
              '\0',
            ),
            maxLength: 20,
          }),
        ),
        async (typed) => void (await find(typed)),
      ),
      { numRuns: 150 },
    );
    expect(await find('   ')).toEqual([]);
    expect(await find('x'.repeat(500))).toEqual([]);
  });

  test('any text is found by any of its words', async () => {
    const { db } = database();
    const { test, room, inboxId, tell } = await open(db);
    await using _ = test;
    const texts = fc.sample(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), {
      numRuns: 60,
      seed: 7,
    });
    await tell(texts.map((body) => textEvent({ body })));
    const { list } = await room.listChats(scope, inboxId, {});
    for (const body of texts) {
      const words = body
        .normalize('NFC')
        .split(/[^\p{L}\p{N}\p{M}]+/u)
        .filter((word) => (word.match(/[\p{L}\p{N}]/gu) ?? []).length > 1);
      for (const word of words.slice(0, 3)) {
        const found = await room.search(scope, { text: word, chatId: list[0]!.id, limit: 50 });
        expect(
          found.messages.map((hit) => hit.message.body),
          JSON.stringify([body, word]),
        ).toContain(body);
      }
    }
  });

  test('edited, taken back, joined: search follows, and what was taken back is not found before it does', async () => {
    const { db } = database();
    const { test, room, inboxId, tell, find } = await open(db);
    await using _ = test;
    await tell([
      textEvent({ messageId: '3EB0E1', body: 'first wording' }),
      textEvent({ messageId: '3EB0E2', body: 'a secret wording' }),
      textEvent({ messageId: '3EB0E3', chat: annaLid, body: 'under another address' }),
    ]);
    const about = { chat: anna, fromMe: false };
    await tell([{ kind: 'edit', ...about, messageId: '3EB0E1', body: 'second wording', at: start + 9_000 }]);
    expect(await find('first')).toEqual([]);
    expect(await find('second')).toEqual(['second wording']);
    await room.receive(
      inboxId,
      [{ kind: 'revoke', ...about, messageId: '3EB0E2', at: start + 9_000 }],
      'engine',
    );
    expect(await find('secret')).toEqual([]);
    await indexAll(db);
    expect(await find('secret')).toEqual([]);
    const chatOf = async () => (await room.search(scope, { text: 'another', inboxId })).messages[0]!.chat.id;
    const apart = await chatOf();
    await tell([{ kind: 'address-pair', lid: annaLid, phone: anna }]);
    const chatId = await room.chatOfAddress(inboxId, anna);
    expect(await chatOf()).toBe(chatId);
    expect(await find('another', { chatId })).toEqual(['under another address']);
    expect(await find('another', { chatId: apart })).toEqual(['under another address']);
    const left = await db.selectFrom('message_text').select('item').where('inbox_id', '=', inboxId).execute();
    expect(left).toHaveLength(2);
  });

  test('pages are newest first, whatever the order of arrival, each Message once', async () => {
    const { db } = database();
    const { test, room, inboxId, tell } = await open(db);
    await using _ = test;
    const order = Array.from({ length: 30 }, (_, n) => (n * 7) % 30);
    // Three in each second.
    await tell(order.map((n) => textEvent({ body: `order ${n}`, at: start + Math.floor(n / 3) * 1_000 })));
    const seen: { at: number; body: string }[] = [];
    let before: string | undefined;
    do {
      const page = await room.search(scope, { text: 'ord', inboxId, before, limit: 4 });
      seen.push(...page.messages.map((hit) => hit.message));
      before = page.next ?? undefined;
    } while (before !== undefined);
    expect(new Set(seen.map((one) => one.body)).size).toBe(30);
    expect(seen).toHaveLength(30);
    const times = seen.map((one) => one.at);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  test('other Organisations and other Chats are never among the answers', async () => {
    const { db } = database();
    const { test, room, inboxId, tell, find } = await open(db);
    await using _ = test;
    await tell([
      textEvent({ body: 'treasure of anna' }),
      textEvent({ chat: bob, body: 'treasure of bob', senderName: 'Bob Treasure' }),
      textEvent({ chat: group, body: 'nothing' }),
    ]);
    const chatId = (await room.chatOfAddress(inboxId, anna))!;
    expect(await find('treasure', { chatId })).toEqual(['treasure of anna']);
    const all = await room.search(scope, { text: 'treasure', inboxId });
    expect(all.chats.map((chat) => chat.name)).toEqual(['Bob Treasure']);
    expect(all.contacts).toEqual([]);
    const only = await room.search(scope, { text: 'treasure', inboxId, kinds: ['contacts'] });
    expect(only).toMatchObject({ chats: [], messages: [], contacts: [{ pushName: 'Bob Treasure' }] });
    const stranger = { organisationId: 8, agentId: 2 };
    expect(await room.search(stranger, { text: 'treasure' })).toEqual({
      chats: [],
      contacts: [],
      messages: [],
      notes: [],
      next: null,
      total: null,
    });
    for (const place of [{ chatId }, { inboxId }]) {
      await expect(room.search(stranger, { text: 'treasure', ...place })).rejects.toMatchObject({
        code: 'not-found',
      });
    }
  });

  test('a kill between any two steps of the index leaves it exact; so does making it anew, and two at once', async () => {
    const { db } = database();
    const { test, room, inboxId, find } = await open(db);
    await using _ = test;
    await room.receive(
      inboxId,
      Array.from({ length: 450 }, (_, n) => textEvent({ body: `parcel ${n}` })),
      'history',
    );
    const killed = new AbortController();
    const first = indexAll(db, killed.signal);
    killed.abort();
    await first;
    await Promise.all([indexAll(db), indexAll(db), indexAll(db)]);
    const rows = () => db.selectFrom('message_text').selectAll().where('inbox_id', '=', inboxId).execute();
    expect(await rows()).toHaveLength(450);
    expect(await find('parcel 449')).toEqual(['parcel 449']);
    await using indexer = createIndexer(test);
    await indexer.rebuild(inboxId);
    await indexAll(db);
    expect(await rows()).toHaveLength(450);
    expect(await find('parcel')).toHaveLength(20);
    expect(await find('parcel 1')).toEqual(['parcel 1']);
  });

  test('an ack changes nothing in the index', async () => {
    const { db } = database();
    const { test, inboxId, tell } = await open(db);
    await using _ = test;
    await tell([textEvent({ messageId: '3EB0A1', fromMe: true, body: 'on its way' })]);
    const doc = () =>
      db.selectFrom('message_text').select(['doc', 'digest']).where('inbox_id', '=', inboxId).execute();
    const before = await doc();
    await tell([{ kind: 'ack', messageId: '3EB0A1', chat: anna, fromMe: true, ack: 3 }]);
    expect(await doc()).toEqual(before);
  });

  test('the indexer follows by itself, and ends when it is told to', async () => {
    const { db } = database();
    const { test, room, inboxId, find } = await open(db);
    await using _ = test;
    await using indexer = createIndexer(test);
    await room.receive(inboxId, [textEvent({ body: 'by itself' })], 'engine');
    while ((await find('itself')).length === 0) {
      await test.clock.advance(10_000);
      await sql`select 1`.execute(db);
    }
    expect(indexer).toBeDefined();
  });

  test('a page around a Message leads on in both directions', async () => {
    const { db } = database();
    const { test, room, inboxId, tell } = await open(db);
    await using _ = test;
    // Two in each second.
    await tell(
      Array.from({ length: 40 }, (_, n) =>
        textEvent({ body: `${n}`, at: start + Math.floor(n / 2) * 1_000 }),
      ),
    );
    const { id } = (await room.listChats(scope, inboxId, {})).list[0]!;
    const all = (await room.listMessages(scope, id, { limit: 100 })).list;
    for (const target of [all[0]!, all[20]!, all[39]!]) {
      const page = await room.listMessages(scope, id, { around: target.id, limit: 8 });
      expect(page.list).toHaveLength(target === all[0] ? 5 : 8);
      expect(page.list.map((one) => one.id)).toContain(target.id);
      const bodies = page.list.map((one) => one.body);
      for (let { next } = page; next;) {
        const older = await room.listMessages(scope, id, { before: next, limit: 7 });
        bodies.unshift(...older.list.map((one) => one.body));
        next = older.next;
      }
      for (let { newer } = page; newer;) {
        const later = await room.listMessages(scope, id, { after: newer, limit: 7 });
        bodies.push(...later.list.map((one) => one.body));
        newer = later.newer;
      }
      expect(bodies).toEqual(all.map((one) => one.body));
    }
    await tell([textEvent({ chat: bob, body: 'elsewhere' })]);
    const other = (await room.search(scope, { text: 'elsewhere', inboxId })).messages[0]!.message;
    await expect(room.listMessages(scope, id, { around: other.id })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(room.listMessages(scope, id, { around: 1, before: 'x' })).rejects.toMatchObject({
      code: 'bad-request',
    });
  });
});
