import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { describeDatabases } from '../../db/testing.ts';
import type { Position } from '../contract/wire.ts';
import { bringBack, copyOf } from './testing-copy.ts';
import { contradictions } from './testing-dump.ts';
import { address, anna, newInbox, openTestRoom, scope, textEvent, type TestRoom } from './testing.ts';

async function hear(test: TestRoom, inboxId: number, count: number, chat = anna): Promise<Position> {
  for (let n = 0; n < count; n++) await test.room.receive(inboxId, [textEvent({ chat })], 'engine');
  return (await test.room.position(inboxId))!;
}

/** Somebody who reads on from where they are; true: they were told to begin afresh. */
async function follow(test: TestRoom, inboxId: number, { seq, era }: Position) {
  const { reset, cursor, messages, ...now } = await test.room.changes(inboxId, seq, 500, era);
  return { reset, messages: messages.length, at: { seq: cursor, era: now.era } };
}

describeDatabases('a database that is brought back from a copy', (database) => {
  test('resets who had followed further, though the counter has passed them, and nobody else', async () => {
    const { db } = database();
    const inboxId = await newInbox(db);
    await using before = openTestRoom(db);
    const early = await hear(before, inboxId, 3);
    const kept = await hear(before, inboxId, 2);
    const copy = await copyOf(db);
    const lost = await hear(before, inboxId, 4);
    await bringBack(db, copy);

    await using after = openTestRoom(db);
    const now = await hear(after, inboxId, 9);
    expect(now.seq).toBeGreaterThan(lost.seq);
    expect(await follow(after, inboxId, early)).toEqual({ reset: false, messages: 11, at: now });
    expect(await follow(after, inboxId, kept)).toEqual({ reset: false, messages: 9, at: now });
    const told = await follow(after, inboxId, lost);
    expect(told).toEqual({ reset: true, messages: 0, at: now });
    // Once: from there on they follow as anybody.
    const further = await hear(after, inboxId, 1);
    expect(await follow(after, inboxId, told.at)).toEqual({ reset: false, messages: 1, at: further });
  });

  test('and was, twice from the same copy: each future is its own', async () => {
    const { db } = database();
    const inboxId = await newInbox(db);
    await using first = openTestRoom(db);
    await hear(first, inboxId, 2);
    const copy = await copyOf(db);
    const futures: Position[] = [await hear(first, inboxId, 5)];
    for (let n = 0; n < 2; n++) {
      await bringBack(db, copy);
      await using next = openTestRoom(db);
      futures.push(await hear(next, inboxId, 5));
    }
    expect(new Set(futures.map(({ seq }) => seq)).size).toBe(1);
    await using last = openTestRoom(db);
    await hear(last, inboxId, 5);
    const resets = await Promise.all(futures.map(async (at) => (await follow(last, inboxId, at)).reset));
    expect(resets).toEqual([true, true, false]);
  });

  test('resets who is ahead before anything new was counted', async () => {
    const { db } = database();
    const inboxId = await newInbox(db);
    await using before = openTestRoom(db);
    const kept = await hear(before, inboxId, 2);
    const copy = await copyOf(db);
    const lost = await hear(before, inboxId, 1);
    await bringBack(db, copy);
    await using after = openTestRoom(db);
    expect(await follow(after, inboxId, lost)).toEqual({ reset: true, messages: 0, at: kept });
    expect(await follow(after, inboxId, kept)).toEqual({ reset: false, messages: 0, at: kept });
  });

  test('under a house that runs: the next turn notices it, and works with nothing of what is lost', async () => {
    const { db } = database();
    const inboxId = await newInbox(db);
    await using house = openTestRoom(db);
    await hear(house, inboxId, 2);
    const copy = await copyOf(db);
    const bob = address('79161234567@c.us');
    const lost = await hear(house, inboxId, 3, bob);
    await bringBack(db, copy);

    const now = await hear(house, inboxId, 6, bob);
    expect(await contradictions(db, inboxId)).toEqual([]);
    const { list } = await house.room.listChats(scope, inboxId, {});
    expect(list.map(({ phone, unread }) => [phone, unread])).toEqual([
      ['79161234567', 6],
      ['393331234567', 2],
    ]);
    expect(await follow(house, inboxId, lost)).toEqual({ reset: true, messages: 0, at: now });
    // Who listens sees that the numbers they get next are none of those they had.
    await house.room[Symbol.asyncDispose]();
    expect(house.pushes.at(-1)).toMatchObject(now);
    expect(now.era).not.toBe(lost.era);
  });

  test('resets nobody who was told of no era but by numbers that there have not been', async () => {
    const { db } = database();
    const inboxId = await newInbox(db);
    await using house = openTestRoom(db);
    const { seq } = await hear(house, inboxId, 2);
    expect(await house.room.changes(inboxId, seq)).toMatchObject({ reset: false });
    expect(await house.room.changes(inboxId, seq + 1)).toMatchObject({ reset: true });
    expect(await house.room.changes(inboxId, seq, 500, 'of another database')).toMatchObject({ reset: true });
  });
});

describeDatabases('a house that is started again, on this machine or another', (database) => {
  test('resets nobody, however often', async () => {
    const { db } = database();
    const inboxId = await newInbox(db);
    const places: Position[] = [{ seq: 0, era: (await readEra(db, inboxId))! }];
    for (let n = 0; n < 4; n++) {
      await using house = openTestRoom(db);
      places.push(await hear(house, inboxId, 2));
      for (const [count, place] of places.toReversed().entries())
        expect(await follow(house, inboxId, place)).toMatchObject({ reset: false, messages: 2 * count });
    }
    expect(new Set(places.map(({ era }) => era)).size).toBe(5);
  });

  test('two that write one Inbox by turns begin an era each, and no more', async () => {
    const { db } = database();
    const inboxId = await newInbox(db);
    await using a = openTestRoom(db);
    await using b = openTestRoom(db);
    for (let n = 0; n < 5; n++) {
      await hear(a, inboxId, 1 + (n % 2));
      await hear(b, inboxId, 1);
    }
    const eras = await db.selectFrom('inbox_era').select('since').where('inbox_id', '=', inboxId).execute();
    expect(eras.map(({ since }) => since)).toEqual([0, 1, 2]);
  });

  test('a turn that comes to nothing begins none', async () => {
    const { db } = database();
    const inboxId = await newInbox(db);
    const event = textEvent();
    await using a = openTestRoom(db);
    await a.room.receive(inboxId, [event], 'engine');
    const at = await a.room.position(inboxId);
    await using b = openTestRoom(db);
    await b.room.receive(inboxId, [event], 'engine');
    expect(await b.room.position(inboxId)).toEqual(at);
  });
});

async function readEra(db: Database, inboxId: number): Promise<string | undefined> {
  const row = await db.selectFrom('inbox').select('era').where('id', '=', inboxId).executeTakeFirst();
  return row?.era;
}
