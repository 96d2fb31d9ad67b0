import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { describeDatabases, sqliteForTest } from '../../db/testing.ts';
import { forAtMost } from '../../db/testing-limit.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import type { Rules } from './merge.ts';
import { contradictions, dump } from './testing-dump.ts';
import { history } from './testing-law.ts';
import { anna, annaLid, newInbox, openTestRoom, scope, start, textEvent } from './testing.ts';

/** What the database holds after `rooms` processes have taken these batches by turns, `turnOf` saying whose each is. */
async function toldBy(
  db: Database,
  batches: readonly EngineEvent[][],
  options: { rooms: number; turnOf?: (n: number) => number; rules?: Partial<Rules> },
): Promise<unknown> {
  const { rooms: count, turnOf = (n) => n, rules = {} } = options;
  const inboxId = await newInbox(db);
  const rooms = Array.from({ length: count }, () => openTestRoom(db, { rules }));
  for (const [n, batch] of batches.entries()) {
    await rooms[turnOf(n) % count]!.room.receive(inboxId, batch, 'engine');
  }
  for (const room of rooms) await room[Symbol.asyncDispose]();
  expect(await contradictions(db, inboxId)).toEqual([]);
  return dump(db, inboxId);
}

function law(db: Database, rules: Partial<Rules> = {}, limitMs?: number) {
  return fc.asyncProperty(
    history,
    fc.infiniteStream(fc.nat(1)),
    forAtMost(limitMs, async ({ events, batches }, whose) => {
      const turns = batches.map(() => whose.next().value as number);
      const both = await toldBy(db, batches, { rooms: 2, turnOf: (n) => turns[n]!, rules });
      expect(both).toEqual(await toldBy(db, [events], { rooms: 1 }));
    }),
  );
}

describeDatabases('two processes that write one Inbox by turns', (database) => {
  test('never work with what the other has changed meanwhile', async () => {
    await fc.assert(law(database().db, {}, 6_000), { numRuns: 150 });
  });

  test('see each other’s previews, unread counts and names', async () => {
    const { db } = database();
    await using a = openTestRoom(db);
    await using b = openTestRoom(db);
    const inboxId = await newInbox(db);
    const said = (senderName: string, at: number) => [textEvent({ senderName, at, body: senderName })];
    await a.room.receive(inboxId, said('Ann', start + 1_000), 'engine');
    await b.room.receive(inboxId, said('Annie', start + 9_000), 'engine');
    await a.room.receive(inboxId, said('Anna', start + 5_000), 'engine');
    const { list } = await b.room.listChats(scope, inboxId, {});
    expect(list).toMatchObject([{ name: 'Annie', unread: 3, last: { body: 'Annie' } }]);
  });

  test('see what the other wrote without taking a number', async () => {
    const { db } = database();
    await using a = openTestRoom(db);
    await using b = openTestRoom(db);
    const inboxId = await newInbox(db);
    await a.room.receive(inboxId, [textEvent({ senderName: 'Ann', at: start + 1_000 })], 'engine');
    const head = await a.room.head(inboxId);
    // The same name, told later: a bookkeeping of the merge that no client sees.
    await b.room.receive(inboxId, [textEvent({ senderName: 'Ann', at: start + 1_000 })], 'engine');
    await b.room.receive(inboxId, [{ kind: 'contact', address: anna, pushName: 'Ann' }], 'engine');
    expect(await a.room.head(inboxId)).toBe(head! + 1);
    await a.room.receive(inboxId, [textEvent({ senderName: 'Old', at: start + 2_000 })], 'engine');
    const { list } = await a.room.listContacts(scope, inboxId, {});
    expect(list).toMatchObject([{ pushName: 'Ann' }]);
  });

  test('a Chat made for one Address is found under the other', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room } = test;
    const inboxId = await newInbox(db);
    await room.receive(inboxId, [{ kind: 'address-pair', lid: annaLid, phone: anna }], 'engine');
    await room.receive(inboxId, [textEvent({ chat: anna })], 'engine');
    await room.receive(inboxId, [textEvent({ chat: annaLid })], 'engine');
    expect((await room.listChats(scope, inboxId, {})).list).toMatchObject([{ unread: 2 }]);
  });

  test('a turn that was rolled back is not remembered', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room } = test;
    const inboxId = await newInbox(db);
    await room.receive(inboxId, [textEvent({ senderName: 'Anna' })], 'engine');
    const known = textEvent({ chat: annaLid });
    await room.receive(inboxId, [known], 'engine');
    const head = await room.head(inboxId);
    // Known already: all is given back, the turn with it.
    await room.receive(inboxId, [known], 'engine');
    expect(await room.head(inboxId)).toBe(head);
    await room.receive(inboxId, [textEvent({ senderName: 'Anna' })], 'engine');
    expect((await room.listChats(scope, inboxId, {})).list).toMatchObject([{ unread: 2 }, { unread: 1 }]);
    expect(await contradictions(db, inboxId)).toEqual([]);
  });
});

test('the alarm rings for a process that believes its memory whoever has written since', async () => {
  await using database = await sqliteForTest();
  const result = await fc.check(law(database.db, { isNext: () => true }), {
    numRuns: 500,
    // Most notice within sixty histories; of one that takes long a busy machine would make minutes. This one takes eleven.
    seed: 313,
    endOnFailure: true,
  });
  expect(result.failed).toBe(true);
});
