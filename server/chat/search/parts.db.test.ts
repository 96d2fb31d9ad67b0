import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Database } from '../../../db/database.ts';
import { describeDatabases } from '../../../db/testing.ts';
import { anna, annaLid, bob, newInbox, openTestRoom, scope, start, textEvent } from '../testing.ts';
import { chatWork } from '../work/index.ts';
import { indexAll } from './index.ts';

async function open(db: Database) {
  const test = openTestRoom(db);
  const inboxId = await newInbox(db);
  const work = chatWork(test.room);
  const tell = async (events: Parameters<typeof test.room.receive>[1]) => {
    await test.room.receive(inboxId, events, 'engine');
    await indexAll(db);
  };
  const ask = (text: string, more: object = {}) => test.room.search(scope, { text, inboxId, ...more });
  /** Where it was found, and what was marked. */
  const where = async (text: string) =>
    (await ask(text)).messages.map(({ matched, snippet, highlights }) => ({
      matched,
      marked: highlights.map(([from, to]) => snippet.slice(from, to)),
    }));
  return { test, room: test.room, inboxId, work, tell, ask, where };
}

describeDatabases('search in all of a Message', (database) => {
  test('file names, captions, polls, contact cards and places are found, and the answer says where', async () => {
    const { test, tell, where, ask } = await open(database().db);
    await using _ = test;
    await tell([
      textEvent({
        type: 'document',
        body: 'счёт за ноябрь',
        media: { mime: 'application/pdf', fileName: 'Invoice_2026-11 Rossi.pdf' },
      }),
      textEvent({
        type: 'poll',
        body: 'Which day suits you?',
        content: { poll: { question: 'Which day suits you?', options: ['Monday', 'Wednesday evening'] } },
      }),
      textEvent({
        type: 'contact-card',
        body: 'Giulia Bianchi',
        content: { cards: [{ name: 'Giulia Bianchi', phones: ['+39 333 765 4321'] }] },
      }),
      textEvent({
        type: 'location',
        body: '',
        content: { location: { latitude: 45, longitude: 9, name: 'Caffè Duomo', address: 'Via Torino 1' } },
      }),
      textEvent({
        type: 'invitation',
        body: 'Saturday riders',
        content: {
          invitation: { group: '120363099887766554@g.us', name: 'Saturday riders', text: 'Come along?' },
        },
      }),
      textEvent({ body: 'only words' }),
    ]);
    expect(await where('invoice ros')).toEqual([{ matched: ['file'], marked: ['Invoice', 'Ros'] }]);
    expect(await where('счет')).toEqual([{ matched: ['caption'], marked: ['счёт'] }]);
    // A word of the caption and one of the name.
    expect(await where('ноябрь rossi')).toEqual([{ matched: ['caption', 'file'], marked: ['ноябрь'] }]);
    expect(await where('wednesday')).toEqual([{ matched: ['poll'], marked: ['Wednesday'] }]);
    expect(await where('which day')).toEqual([{ matched: ['poll'], marked: ['Which', 'day'] }]);
    expect(await where('bianchi')).toEqual([{ matched: ['card'], marked: ['Bianchi'] }]);
    expect(await where('3337654321')).toEqual([{ matched: ['card'], marked: ['333 765 4321'] }]);
    expect(await where('caffe')).toEqual([{ matched: ['place'], marked: ['Caffè'] }]);
    expect(await where('torino')).toEqual([{ matched: ['place'], marked: ['Torino'] }]);
    expect(await where('riders along')).toEqual([{ matched: ['invitation'], marked: ['riders', 'along'] }]);
    expect(await where('words')).toEqual([{ matched: ['text'], marked: ['words'] }]);
    expect((await ask('caffe', { kinds: ['chats'] })).messages).toEqual([]);
  });

  test('what was edited is found by its new text only, what was taken back by nothing, its file neither', async () => {
    const { db } = database();
    const { test, room, inboxId, tell, ask, where } = await open(db);
    await using _ = test;
    await tell([
      textEvent({
        messageId: '3EB0F1',
        type: 'document',
        body: 'the old caption',
        media: { mime: 'application/pdf', fileName: 'contract.pdf' },
      }),
    ]);
    const about = { chat: anna, fromMe: false, messageId: '3EB0F1' };
    const found = async (text: string) => (await ask(text)).messages.length;
    await room.receive(
      inboxId,
      [{ kind: 'edit', ...about, body: 'a newer one', at: start + 9_000_000 }],
      'engine',
    );
    // Before the index has followed: nothing old is shown.
    expect(await found('caption')).toBe(0);
    await indexAll(db);
    expect([await found('caption'), await found('newer'), await found('contract')]).toEqual([0, 1, 1]);
    expect(await where('newer contract')).toEqual([{ matched: ['caption', 'file'], marked: ['newer'] }]);
    await room.receive(inboxId, [{ kind: 'revoke', ...about, at: start + 9_100_000 }], 'engine');
    expect([await found('newer'), await found('contract')]).toEqual([0, 0]);
    await indexAll(db);
    expect([await found('newer'), await found('contract')]).toEqual([0, 0]);
    expect(
      await db.selectFrom('message_text').select('item').where('inbox_id', '=', inboxId).execute(),
    ).toEqual([]);
  });

  test('a file’s name that is told later is found once it is', async () => {
    const { test, tell, where } = await open(database().db);
    await using _ = test;
    const event = { messageId: '3EB0F2', type: 'document' as const, body: '', at: start };
    await tell([textEvent(event)]);
    expect(await where('price')).toEqual([]);
    await tell([textEvent({ ...event, media: { mime: 'text/csv', fileName: 'price list.csv' } })]);
    expect(await where('price')).toEqual([{ matched: ['file'], marked: ['price'] }]);
  });

  test('notes are found by colleagues who may see the Chat and by nobody else, edited and deleted as they stand', async () => {
    const { db } = database();
    const { test, room, inboxId, work, tell, ask } = await open(db);
    await using _ = test;
    await tell([textEvent({ body: 'hello' }), textEvent({ chat: bob, body: 'hello' })]);
    const chatId = (await room.chatOfAddress(inboxId, anna))!;
    const note = await work.addNote(scope, chatId, {
      clientId: randomUUID(),
      body: 'Wants a discount, ask Marta',
    });
    await indexAll(db);
    const notes = async (text: string, more: object = {}) =>
      (await ask(text, more)).notes.map((hit) => hit.note.body);
    expect(await notes('disc')).toEqual(['Wants a discount, ask Marta']);
    const [hit] = (await ask('marta')).notes;
    expect(hit).toMatchObject({ chat: { id: chatId }, note: { id: note.id } });
    expect(hit!.highlights.map(([from, to]) => hit!.snippet.slice(from, to))).toEqual(['Marta']);
    // A note is no Message: neither is it sent, nor is it found as one.
    expect((await ask('discount')).messages).toEqual([]);
    expect(await notes('discount', { kinds: ['messages'] })).toEqual([]);
    expect(await notes('discount', { chatId })).toHaveLength(1);
    expect(await notes('discount', { chatId: await room.chatOfAddress(inboxId, bob) })).toEqual([]);
    const stranger = { organisationId: 8, agentId: 2 };
    expect((await room.search(stranger, { text: 'discount' })).notes).toEqual([]);
    await expect(room.search(stranger, { text: 'discount', chatId })).rejects.toMatchObject({
      code: 'not-found',
    });

    await work.editNote({ ...scope, role: 'agent' }, note.id, { body: 'No discount for him' });
    expect(await notes('marta')).toEqual([]);
    await indexAll(db);
    expect([await notes('marta'), await notes('him')]).toEqual([[], ['No discount for him']]);
    // It goes where its Chat goes.
    await tell([textEvent({ chat: annaLid, body: 'the other address' })]);
    await tell([{ kind: 'address-pair', lid: annaLid, phone: anna }]);
    const joined = (await room.chatOfAddress(inboxId, anna))!;
    expect(await notes('discount', { chatId: joined })).toHaveLength(1);
    await work.deleteNote({ ...scope, role: 'agent' }, note.id);
    expect(await notes('him')).toEqual([]);
    await indexAll(db);
    expect(await notes('him')).toEqual([]);
    expect(await db.selectFrom('note_text').select('item').where('inbox_id', '=', inboxId).execute()).toEqual(
      [],
    );
  });

  test('a telephone number is found however it is written and typed, in texts and in names', async () => {
    const { test, tell, ask } = await open(database().db);
    await using _ = test;
    const bodies = [
      'call me at +39 333 765-4321',
      'mine is 00393337654321',
      'счет 40817 810 0 9991 0004312',
      'on 2026-11-21 at 7',
    ];
    await tell(bodies.map((body, n) => textEvent({ body, chat: bob, at: start + n * 1_000 })));
    const found = async (typed: string) =>
      (await ask(typed, { kinds: ['messages'] })).messages.map((hit) => bodies.indexOf(hit.message.body));
    expect(await found('+393337654321')).toEqual([1, 0]);
    expect(await found('+39 333 765')).toEqual([1, 0]);
    expect(await found('333 765 43 21')).toEqual([1, 0]);
    expect(await found('(333) 7654')).toEqual([1, 0]);
    expect(await found('3337654321')).toEqual([1, 0]);
    expect(await found('4321')).toEqual([1, 0]);
    expect(await found('40817810099910004312')).toEqual([]);
    expect(await found('9991 0004312')).toEqual([2]);
    expect(await found('2026-11-21')).toEqual([3]);
    expect(await found('call 333 765 4321')).toEqual([0]);
    const [hit] = (await ask('333 765 4321 call')).messages;
    expect(hit!.highlights.map(([from, to]) => hit!.snippet.slice(from, to))).toEqual([
      'call',
      '333 765-4321',
    ]);
    // Bob's own number.
    const digits = bob.slice(0, bob.indexOf('@'));
    const spelled = `+${digits.slice(0, 2)} ${digits.slice(2, 5)} (${digits.slice(5, 8)}) ${digits.slice(8)}`;
    for (const typed of [digits, spelled, digits.slice(4), `${digits.slice(2, 5)} ${digits.slice(5)}`]) {
      expect(
        (await ask(typed)).chats.map((chat) => chat.phone),
        typed,
      ).toEqual([digits]);
    }
  });

  test('search in one Chat tells how many there are and pages through all of them, newest first', async () => {
    const { test, room, inboxId, tell, ask } = await open(database().db);
    await using _ = test;
    await tell(
      Array.from({ length: 30 }, (_, n) =>
        textEvent({
          body: n % 2 ? `parcel ${n}` : 'nothing',
          chat: n % 3 ? anna : bob,
          at: start + n * 1_000,
        }),
      ),
    );
    const chatId = (await room.chatOfAddress(inboxId, anna))!;
    const seen: string[] = [];
    const totals: (number | null)[] = [];
    let before: string | undefined;
    do {
      const page = await ask('parcel', { chatId, limit: 4, before });
      seen.push(...page.messages.map((hit) => hit.message.body));
      totals.push(page.total);
      before = page.next ?? undefined;
    } while (before !== undefined);
    expect(seen).toEqual(['29', '25', '23', '19', '17', '13', '11', '7', '5', '1'].map((n) => `parcel ${n}`));
    expect(totals).toEqual([10, null, null]);
    expect((await ask('parcel')).total).toBe(null);
    expect((await ask('nobody said this', { chatId })).total).toBe(0);
  });
});
