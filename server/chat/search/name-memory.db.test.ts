import { expect, test } from 'vitest';
import { describeDatabases } from '../../../db/testing.ts';
import { anna, annaLid, bob, newInbox, openTestRoom, scope, textEvent } from '../testing.ts';
import { NameMemory } from './index.ts';

describeDatabases('names in memory', (database) => {
  test('a name told, changed or joined by another process is found at the next question, as the database finds it', async () => {
    const { db } = database();
    await using here = openTestRoom(db);
    await using elsewhere = openTestRoom(db);
    const inboxId = await newInbox(db);
    const find = async (text: string) =>
      (await here.room.search(scope, { text, inboxId, kinds: ['chats'] })).chats.map((chat) => chat.name);
    const tell = (events: Parameters<typeof elsewhere.room.receive>[1]) =>
      elsewhere.room.receive(inboxId, events, 'engine');
    await tell([textEvent({ chat: bob, senderName: 'Bob\nBuilder' })]);
    // The first questions are answered by the database, beside them the names are read.
    for (let n = 0; n < 20; n++) expect(await find('builder')).toHaveLength(1);
    await tell([textEvent({ chat: anna, senderName: 'Anna Petrova' })]);
    expect(await find('etro')).toEqual(['Anna Petrova']);
    await tell([{ kind: 'contact', address: anna, name: 'Anna Ivanova' }]);
    expect([await find('petrovna'), await find('vanov')]).toEqual([[], ['Anna Ivanova']]);
    await tell([textEvent({ chat: annaLid, senderName: 'Hidden' })]);
    expect(await find('hidden')).toEqual(['Hidden']);
    await tell([{ kind: 'address-pair', lid: annaLid, phone: anna }]);
    expect(await find('vanov')).toEqual(['Anna Ivanova']);
    expect(await find(anna.slice(3, 9))).toEqual(['Anna Ivanova']);
    expect(await find('nobody')).toEqual([]);
  });

  test('many names: what memory finds is what the database finds, also after many have changed', async () => {
    const { db } = database();
    const inboxId = await newInbox(db);
    const name = (n: number, round: number): string => `name ${(n * 7919) % 5_000} ${round} 39${n}`;
    const rows = Array.from({ length: 6_000 }, (_, n) => ({
      inbox_id: inboxId,
      name: '',
      push_name: '',
      phone: `39${n}`,
      is_business: 0,
      is_me: 0,
      search_text: name(n, 1),
      seq: 1,
    }));
    for (let from = 0; from < rows.length; from += 500)
      await db
        .insertInto('contact')
        .values(rows.slice(from, from + 500))
        .execute();
    const memory = new NameMemory(db);
    const check = async (): Promise<void> => {
      for (const text of ['name 77', '395', ' 1 39', 'e 4999', 'none', '2 39']) {
        const found = await memory.find(inboxId, [text], 10_000);
        const read = await db
          .selectFrom('contact')
          .select('id')
          .where('inbox_id', '=', inboxId)
          .where('search_text', 'like', `%${text}%`)
          .execute();
        expect(new Set(found), text).toEqual(new Set(read.map((row) => row.id)));
      }
    };
    for (let n = 0; n < 5; n++) await check();
    await db
      .updateTable('contact')
      .set((eb) => ({
        search_text: eb.fn('replace', ['search_text', eb.val(' 1 39'), eb.val(' 2 39')]),
        seq: 2,
      }))
      .where('inbox_id', '=', inboxId)
      .where('phone', 'like', '%1')
      .execute();
    await check();
    await db
      .updateTable('contact')
      .set({ search_text: 'name 77 all', seq: 3 })
      .where('inbox_id', '=', inboxId)
      .execute();
    await check();
  });
});
