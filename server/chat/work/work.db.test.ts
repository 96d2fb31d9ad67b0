import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Database } from '../../../db/database.ts';
import { insertAgent } from '../../../db/query/agent.ts';
import { describeDatabases } from '../../../db/testing.ts';
import type { Problem } from '../../contract/problem.ts';
import { anna, annaLid, bob, newInbox, openTestRoom, scope, textEvent, until } from '../testing.ts';
import { chatWork } from './index.ts';

let counter = 0;
function agent(db: Database, name: string, change: { organisation?: number; disabled?: number } = {}) {
  return insertAgent(db, {
    organisation_id: change.organisation ?? scope.organisationId,
    email: `a${++counter}-${randomUUID()}@crm.example`,
    name,
    role: 'agent',
    password_hash: 'x',
    locale: 'en',
    disabled_at: change.disabled ?? 0,
    created_at: 1,
  });
}

async function desk(db: Database) {
  const test = openTestRoom(db);
  const inboxId = await newInbox(db);
  const [ann, ben] = [await agent(db, 'Ann'), await agent(db, 'Ben')];
  const work = chatWork(test.room);
  await test.room.receive(inboxId, [textEvent()], 'engine');
  const chatId = (await test.room.chatOfAddress(inboxId, anna))!;
  const as = (agentId: number) => ({ organisationId: scope.organisationId, agentId });
  return { test, inboxId, work, chatId, ann: as(ann), ben: as(ben) };
}

const refused = (promise: Promise<unknown>): Promise<Problem | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => error as Problem,
  );

describeDatabases('conversation work', (database) => {
  test('two agents claim at once: exactly one has it, the other is told who', async () => {
    const { test, work, chatId, ann, ben } = await desk(database().db);
    await using _ = test;
    const [one, two] = await Promise.all([
      refused(work.claim(ann, chatId)),
      refused(work.claim(ben, chatId)),
    ]);
    const { assignee } = await test.room.findChat(scope, chatId);
    const loser = one ?? two;
    expect([one, two].filter(Boolean)).toHaveLength(1);
    expect(loser).toMatchObject({ code: 'conflict', detail: `${assignee!.name} has it` });
    expect(assignee!.id).toBe(one ? ben.agentId : ann.agentId);
    // Again by who has it: nothing happens, and nothing is published.
    const winner = one ? ben : ann;
    const head = await test.room.head((await test.room.findChat(scope, chatId)).inboxId);
    expect((await work.claim(winner, chatId)).assignee).toEqual(assignee);
    expect(await test.room.head((await test.room.findChat(scope, chatId)).inboxId)).toBe(head);
  });

  test('a colleague reassigns while another unassigns: the one who expected otherwise is refused', async () => {
    const { test, work, chatId, ann, ben } = await desk(database().db);
    await using _ = test;
    await work.claim(ann, chatId);
    await work.assign(ann, chatId, { agentId: ben.agentId, expected: ann.agentId });
    expect(await refused(work.assign(ann, chatId, { agentId: null, expected: ann.agentId }))).toMatchObject({
      code: 'conflict',
      detail: 'Ben has it',
    });
    expect((await work.assign(ann, chatId, { agentId: null })).assignee).toBeNull();
  });

  test('every change of a Chat’s work reaches push and changes with the Chat’s row', async () => {
    const { test, inboxId, work, chatId, ann } = await desk(database().db);
    await using _ = test;
    const since = (await test.room.head(inboxId))!;
    await work.claim(ann, chatId);
    const label = await work.createLabel(ann, { name: `VIP ${++counter}`, colour: 'red' });
    await work.labelChat(ann, chatId, label.id, true);
    const { chats } = await test.room.changes(inboxId, since);
    expect(chats).toMatchObject([{ id: chatId, assignee: { name: 'Ann' }, labels: [label] }]);
    await test.room[Symbol.asyncDispose]();
    expect(test.pushes.at(-1)!.rows!.chats).toMatchObject([{ id: chatId, labels: [{ id: label.id }] }]);
  });

  test('nobody of another Organisation, and nobody who may not sign in, is given a Chat', async () => {
    const { db } = database();
    const { test, work, chatId, ann } = await desk(db);
    await using _ = test;
    const foreign = await agent(db, 'Foreign', { organisation: 99 });
    const gone = await agent(db, 'Gone', { disabled: 5 });
    for (const agentId of [foreign, gone, 999_999]) {
      expect(await refused(work.assign(ann, chatId, { agentId }))).toMatchObject({ code: 'not-found' });
    }
    expect((await work.colleagues(ann)).map(({ id }) => id)).not.toContain(gone);
    expect((await work.colleagues(ann)).map(({ id }) => id)).not.toContain(foreign);
  });

  test('the list is cut to mine, to nobody’s, to a colleague’s and to a label’s', async () => {
    const { test, inboxId, work, chatId, ann, ben } = await desk(database().db);
    await using _ = test;
    await test.room.receive(inboxId, [textEvent({ chat: bob })], 'engine');
    const other = (await test.room.chatOfAddress(inboxId, bob))!;
    await work.claim(ann, chatId);
    const label = await work.createLabel(ann, { name: `Late ${++counter}`, colour: 'blue' });
    await work.labelChat(ann, other, label.id, true);
    const ids = async (who: typeof ann, page: object) =>
      (await test.room.listChats(who, inboxId, page)).list.map(({ id }) => id);
    expect(await ids(ann, { assignee: 'me' })).toEqual([chatId]);
    expect(await ids(ben, { assignee: 'me' })).toEqual([]);
    expect(await ids(ben, { assignee: ann.agentId })).toEqual([chatId]);
    expect(await ids(ann, { assignee: 'none' })).toEqual([other]);
    expect(await ids(ann, { label: label.id })).toEqual([other]);
    expect(await ids(ann, { label: label.id, assignee: 'me' })).toEqual([]);
  });

  test('a note is told by push and changes, is no Message, and leaves a tombstone without its text', async () => {
    const { test, inboxId, work, chatId, ann, ben } = await desk(database().db);
    await using _ = test;
    // A push tells of a row as it is when it is read: what is changed before it has gone out is told once.
    const told = (): string[] => test.pushes.flatMap(({ rows }) => rows?.notes ?? []).map(({ body }) => body);
    const isTold = (body: string) => until(test, async () => told().at(-1) === body);
    const since = (await test.room.head(inboxId))!;
    const before = await test.room.listMessages(ann, chatId, {});
    const clientId = randomUUID();
    const note = await work.addNote(ann, chatId, { clientId, body: ' call back ' });
    expect(note).toMatchObject({ body: 'call back', author: { name: 'Ann' }, deleted: false });
    await isTold('call back');
    expect(await work.addNote(ann, chatId, { clientId, body: 'call back' })).toEqual(note);
    expect((await test.room.changes(inboxId, since)).notes).toEqual([note]);
    expect((await test.room.listMessages(ann, chatId, {})).list).toEqual(before.list);
    expect(await database().db.selectFrom('delivery').selectAll().execute()).toEqual([]);

    const asker = { ...ben, role: 'agent' as const };
    expect(await refused(work.editNote(asker, note.id, { body: 'x' }))).toMatchObject({
      code: 'not-allowed',
    });
    expect(await refused(work.deleteNote(asker, note.id))).toMatchObject({ code: 'not-allowed' });
    const edited = await work.editNote({ ...ben, role: 'admin' }, note.id, { body: 'call tomorrow' });
    expect(edited).toMatchObject({ body: 'call tomorrow', author: { name: 'Ann' } });
    expect(edited.seq).toBeGreaterThan(note.seq);
    await isTold('call tomorrow');
    await work.deleteNote({ ...ann, role: 'agent' }, note.id);
    const { notes } = await test.room.changes(inboxId, since);
    expect(notes).toMatchObject([{ id: note.id, deleted: true, body: '' }]);
    expect((await work.listNotes(ann, chatId, {})).list).toEqual([]);
    await test.room[Symbol.asyncDispose]();
    expect(told()).toEqual(['call back', 'call tomorrow', '']);
  });

  test('a note names colleagues of the own Organisation, each once; a change of it keeps or replaces them', async () => {
    const { test, inboxId, work, chatId, ann, ben } = await desk(database().db);
    await using _ = test;
    const write = (mentions: number[]) =>
      work.addNote(ann, chatId, { clientId: randomUUID(), body: '@Ben, @Ann?', mentions });
    const named = [ann, ben].map(({ agentId: id }) => ({ id, name: id === ann.agentId ? 'Ann' : 'Ben' }));
    const note = await write([ben.agentId, ann.agentId, ben.agentId]);
    expect(note.mentions).toEqual(named.toSorted((a, b) => a.id - b.id));
    expect((await test.room.changes(inboxId, note.seq - 1)).notes).toEqual([note]);
    expect(await refused(write([ben.agentId, 999_999]))).toMatchObject({ code: 'bad-request' });
    const asker = { ...ann, role: 'agent' as const };
    expect((await work.editNote(asker, note.id, { body: '@Ben, @Ann!' })).mentions).toEqual(note.mentions);
    const fewer = await work.editNote(asker, note.id, { body: '@Ben', mentions: [ben.agentId] });
    expect(fewer).toMatchObject({ body: '@Ben', mentions: [{ id: ben.agentId, name: 'Ben' }] });
    await work.deleteNote(asker, note.id);
    expect((await test.room.changes(inboxId, fewer.seq)).notes).toMatchObject([{ mentions: [] }]);
  });

  test('notes come in pages, the newest first', async () => {
    const { test, work, chatId, ann } = await desk(database().db);
    await using _ = test;
    for (const body of ['1', '2', '3']) await work.addNote(ann, chatId, { clientId: randomUUID(), body });
    const first = await work.listNotes(ann, chatId, { limit: 2 });
    expect(first.list.map(({ body }) => body)).toEqual(['2', '3']);
    const rest = await work.listNotes(ann, chatId, { limit: 2, before: first.next! });
    expect(rest.list.map(({ body }) => body)).toEqual(['1']);
    expect(rest.next).toBeNull();
  });

  test('two label one Chat at once: both labels stand; a label deleted leaves every Chat', async () => {
    const { test, inboxId, work, chatId, ann, ben } = await desk(database().db);
    await using _ = test;
    const [a, b] = [
      await work.createLabel(ann, { name: `A ${++counter}`, colour: 'red' }),
      await work.createLabel(ann, { name: `B ${++counter}`, colour: 'teal' }),
    ];
    await Promise.all([
      work.labelChat(ann, chatId, a.id, true),
      work.labelChat(ben, chatId, b.id, true),
      work.labelChat(ben, chatId, a.id, true),
    ]);
    expect((await test.room.findChat(ann, chatId)).labels).toEqual([a, b]);
    expect(await refused(work.createLabel(ann, { name: a.name.toUpperCase(), colour: 'red' }))).toMatchObject(
      {
        code: 'conflict',
      },
    );
    const since = (await test.room.head(inboxId))!;
    await work.changeLabel(ann, a.id, { colour: 'green' });
    expect((await test.room.changes(inboxId, since)).chats).toMatchObject([
      { id: chatId, labels: [{ id: a.id, colour: 'green' }, { id: b.id }] },
    ]);
    await work.deleteLabel(ann, a.id);
    expect((await test.room.findChat(ann, chatId)).labels).toEqual([b]);
    expect((await test.room.listChats(ann, inboxId, { label: a.id })).list).toEqual([]);
  });

  test('two Chats become one: the later assignment, the labels of both and every note stay', async () => {
    for (const laterIsLid of [true, false]) {
      const { db } = database();
      const { test, inboxId, work, chatId, ann, ben } = await desk(db);
      await using _ = test;
      await test.room.receive(inboxId, [textEvent({ chat: annaLid })], 'engine');
      const other = (await test.room.chatOfAddress(inboxId, annaLid))!;
      expect(other).not.toBe(chatId);
      const [first, second] = laterIsLid ? [chatId, other] : [other, chatId];
      await work.claim(ann, first);
      test.clock.advance(1_000);
      await work.claim(ben, second);
      const [a, b, both] = [
        await work.createLabel(ann, { name: `P ${++counter}`, colour: 'red' }),
        await work.createLabel(ann, { name: `Q ${++counter}`, colour: 'pink' }),
        await work.createLabel(ann, { name: `R ${++counter}`, colour: 'blue' }),
      ];
      await work.labelChat(ann, chatId, a.id, true);
      await work.labelChat(ann, other, b.id, true);
      await work.labelChat(ann, chatId, both.id, true);
      await work.labelChat(ann, other, both.id, true);
      await work.addNote(ann, chatId, { clientId: randomUUID(), body: 'of the number' });
      await work.addNote(ann, other, { clientId: randomUUID(), body: 'of the LID' });
      const since = (await test.room.head(inboxId))!;
      await test.room.receive(inboxId, [{ kind: 'address-pair', lid: annaLid, phone: anna }], 'engine');

      const joined = await test.room.findChat(ann, other);
      expect(joined.id).toBe((await test.room.findChat(ann, chatId)).id);
      expect(joined.assignee).toMatchObject({ id: ben.agentId });
      expect(joined.labels).toEqual([a, b, both]);
      const { list } = await work.listNotes(ann, joined.id, {});
      expect(list.map(({ body }) => body)).toEqual(['of the number', 'of the LID']);
      // What moved is told of.
      const { notes } = await test.room.changes(inboxId, since);
      expect(notes.map(({ chatId: id }) => id)).toEqual([joined.id]);
      expect((await test.room.listChats(ann, inboxId, { label: b.id })).list).toMatchObject([
        { id: joined.id },
      ]);
      // Under its old number the Chat is still the one that stands.
      expect((await work.assign(ann, other, { agentId: null })).id).toBe(joined.id);
    }
  });
});
