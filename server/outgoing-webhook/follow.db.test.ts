import type { KyselyPlugin } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { describeDatabases } from '../../db/testing.ts';
import { bringBack, copyOf } from '../chat/testing-copy.ts';
import { anna, bob, openTestRoom, start, textEvent, type TestRoom } from '../chat/testing.ts';
import type { MessageNews, OutgoingEvent, OutgoingType } from '../contract/outgoing.ts';
import { insertEndpoint } from '../../db/query/endpoint.ts';
import { sweepEndpoints } from '../../db/query/endpoint-delivery.ts';
import { moveProgress } from '../../db/query/endpoint-event.ts';
import { followAll } from './follow.ts';
import { newOrganisation } from './testing.ts';

class Killed extends Error {}

/** The database until so many statements were answered: the process is gone then, its transaction undone. */
function dyingAfter(db: Database, statements: number): Database {
  let left = statements;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => {
      if (left <= 0) throw new Killed();
      return node;
    },
    transformResult: async ({ result }) => {
      if (--left <= 0) throw new Killed();
      return result;
    },
  };
  return db.withPlugin(plugin);
}

/** An Organisation of its own with one Endpoint, made before anything happened; `told` reads what was written for it. */
async function listening(db: Database, changes: { events?: OutgoingType[]; createdAt?: number } = {}) {
  const test = openTestRoom(db);
  const { organisationId, inboxId } = await newOrganisation(db);
  const endpointId = await insertEndpoint(db, {
    organisation_id: organisationId,
    url: 'https://crm.example/hook',
    description: '',
    format: 'chatdock',
    events: JSON.stringify(changes.events ?? []),
    inboxes: null,
    secret: '',
    previous_secret: null,
    state: 'on',
    created_at: changes.createdAt ?? start,
  });
  const told = async (): Promise<OutgoingEvent[]> => {
    const rows = await db
      .selectFrom('endpoint_delivery as d')
      .innerJoin('endpoint_event as e', 'e.id', 'd.event')
      .select('e.body')
      .where('d.endpoint_id', '=', endpointId)
      .orderBy('e.id')
      .execute();
    return rows.map(({ body }) => JSON.parse(body) as OutgoingEvent);
  };
  const follow = (): Promise<boolean> => followAll(db, () => test.clock.now());
  return { test, inboxId, organisationId, endpointId, told, follow };
}

const bodyOf = ({ data }: OutgoingEvent): string => (data as MessageNews).message.body;
const tell = (test: TestRoom, inboxId: number, events: Parameters<TestRoom['room']['receive']>[1]) =>
  test.room.receive(inboxId, events, 'engine');

describeDatabases('following', (database) => {
  test('a Message is told with its Chat and its number, once; what happens to it afterwards too', async () => {
    const { db } = database();
    const { test: room, inboxId, told, follow } = await listening(db);
    await using _ = room;
    await tell(room, inboxId, [textEvent({ messageId: '3EB0A', chat: anna, body: 'hello' })]);
    await follow();
    await follow();
    expect(await told()).toMatchObject([
      {
        type: 'message.received',
        data: {
          inbox: { id: inboxId },
          chat: { phone: '393331234567', address: anna },
          message: { body: 'hello', messageId: '3EB0A' },
          history: false,
        },
      },
    ]);
    await tell(room, inboxId, [
      {
        kind: 'reaction',
        messageId: '3EB0A',
        chat: anna,
        fromMe: false,
        sender: anna,
        fromUs: false,
        emoji: '👍',
        at: start + 900_000,
      },
      { kind: 'edit', messageId: '3EB0A', chat: anna, fromMe: false, body: 'bye', at: start + 950_000 },
    ]);
    await follow();
    expect((await told()).map(({ type }) => type)).toEqual([
      'message.received',
      'message.edited',
      'message.reaction',
    ]);
  });

  test('a Message that changes while a long list is being told still arrives as received', async () => {
    const { db } = database();
    const { test: room, inboxId, told, follow } = await listening(db);
    await using _ = room;
    const many = Array.from({ length: 250 }, (_, n) => textEvent({ messageId: `3EB0L${n}`, body: `${n}` }));
    await tell(room, inboxId, many);
    // It moves behind all the others.
    await tell(room, inboxId, [
      { kind: 'edit', messageId: '3EB0L3', chat: anna, fromMe: false, body: '3!', at: start + 9e5 },
    ]);
    await follow();
    const all = await told();
    expect(all.every(({ type }) => type === 'message.received')).toBe(true);
    expect(new Set(all.map(bodyOf)).size).toBe(250);
    expect(all.map(bodyOf)).toContain('3!');
  });

  test('killed after any statement, it goes on where it was: nothing twice, nothing left out', async () => {
    const { db } = database();
    const { test: room, inboxId, told } = await listening(db);
    await using _ = room;
    await tell(
      room,
      inboxId,
      Array.from({ length: 130 }, (_, n) => textEvent({ messageId: `3EB0K${n}`, body: `${n}` })),
    );
    let killings = 0;
    for (let statements = 1; ; statements++) {
      try {
        await followAll(dyingAfter(db, statements), () => room.clock.now());
        break;
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        killings += 1;
      }
    }
    expect(killings).toBeGreaterThan(10);
    const bodies = (await told()).map(bodyOf);
    expect(bodies.length).toBe(130);
    expect(new Set(bodies).size).toBe(130);
  });

  test('two processes follow the same Inbox at the same time: each event is told once', async () => {
    const { db } = database();
    const { test: room, inboxId, told, follow } = await listening(db);
    await using _ = room;
    for (let round = 0; round < 5; round++) {
      await tell(room, inboxId, [
        textEvent({ messageId: `3EB0R${round}a`, body: `${round}a` }),
        textEvent({ messageId: `3EB0R${round}b`, chat: bob, body: `${round}b` }),
      ]);
      await Promise.all([follow(), follow(), follow()]);
    }
    await follow();
    const bodies = (await told()).map(bodyOf);
    expect(bodies.length).toBe(10);
    expect(new Set(bodies).size).toBe(10);
  });

  test('overtaken between reading and writing: who comes late moves nothing', async () => {
    const { db } = database();
    const { test: room, inboxId, follow } = await listening(db);
    await using _ = room;
    await tell(room, inboxId, [textEvent()]);
    await follow();
    const place = await db
      .selectFrom('endpoint_progress')
      .selectAll()
      .where('inbox_id', '=', inboxId)
      .executeTakeFirstOrThrow();
    const further = { ...place, seq: place.seq + 1 };
    expect(await moveProgress(db, place, further)).toBe(true);
    expect(await moveProgress(db, place, { ...place, seq: place.seq + 2 })).toBe(false);
  });

  test('a long history is told to nobody; what was lost since the Endpoint was made and found there is', async () => {
    const { db } = database();
    const made = start + 10_000_000;
    const { test: room, inboxId, told, follow } = await listening(db, { createdAt: made });
    await using _ = room;
    await room.room.receive(
      inboxId,
      [
        textEvent({ messageId: '3EB0H1', origin: 'history', at: made - 5_000, body: 'old' }),
        textEvent({ messageId: '3EB0H2', origin: 'history', at: made + 5_000, body: 'lost' }),
      ],
      'history',
    );
    await follow();
    expect(await told()).toMatchObject([
      { type: 'message.received', data: { history: true, message: { body: 'lost' } } },
    ]);
  });

  test('an Endpoint hears of what it has chosen, of its Organisation alone', async () => {
    const { db } = database();
    const chosen = await listening(db, { events: ['message.revoked'] });
    const other = await listening(db);
    await using _ = chosen.test;
    await using __ = other.test;
    await tell(chosen.test, chosen.inboxId, [textEvent({ messageId: '3EB0C', body: 'mine' })]);
    await tell(chosen.test, chosen.inboxId, [
      { kind: 'revoke', messageId: '3EB0C', chat: anna, fromMe: false, at: start + 9e5 },
    ]);
    await chosen.follow();
    expect(await other.told()).toEqual([]);
    await tell(chosen.test, chosen.inboxId, [textEvent({ messageId: '3EB0D', body: 'more' })]);
    await chosen.follow();
    expect((await chosen.told()).every(({ type }) => type === 'message.revoked')).toBe(true);
  });

  test('what the Session went through is told with its code', async () => {
    const { db } = database();
    const { test: room, inboxId, told, follow } = await listening(db, { events: ['session.state'] });
    await using _ = room;
    await tell(room, inboxId, [
      {
        kind: 'session-state',
        report: { state: 'logged-out', code: 'logged-out-on-phone', action: 'pair-again' },
      },
    ]);
    await follow();
    expect(await told()).toMatchObject([
      {
        type: 'session.state',
        data: { inbox: { id: inboxId }, session: { state: 'logged-out', code: 'logged-out-on-phone' } },
      },
    ]);
  });

  test('what is long forgotten does not arrive a second time when it changes', async () => {
    const { db } = database();
    const { test: room, inboxId, endpointId, told, follow } = await listening(db);
    await using _ = room;
    await tell(room, inboxId, [textEvent({ messageId: '3EB0F', body: 'long ago' })]);
    await follow();
    await db
      .updateTable('endpoint_delivery')
      .set({ state: 'delivered' })
      .where('endpoint_id', '=', endpointId)
      .execute();
    const later = room.clock.now() + 1;
    while (await sweepEndpoints(db, { events: later, attempts: later, told: later }));
    expect(await told()).toEqual([]);
    await tell(room, inboxId, [
      { kind: 'edit', messageId: '3EB0F', chat: anna, fromMe: false, body: 'now', at: start + 9e5 },
    ]);
    await follow();
    expect((await told()).map(({ type }) => type)).toEqual(['message.updated']);
  });

  test('after the database was brought back from a copy the same numbers make other names: nobody drops them as known', async () => {
    const { db } = database();
    const { test: room, inboxId, follow } = await listening(db);
    await using _ = room;
    const names = async (): Promise<string[]> => {
      const events = db.selectFrom('endpoint_event').select('name').where('inbox_id', '=', inboxId);
      return (await events.orderBy('id').execute()).map(({ name }) => name);
    };
    await tell(room, inboxId, [textEvent({ chat: anna })]);
    await follow();
    const copy = await copyOf(db);
    const futures: string[][] = [];
    for (let n = 0; n < 2; n++) {
      await bringBack(db, copy);
      await using house = openTestRoom(db);
      await tell(house, inboxId, [textEvent({ chat: anna })]);
      await follow();
      futures.push(await names());
    }
    const [first, second] = futures;
    expect(second![0]).toBe(first![0]);
    expect(new Set(futures.flat()).size).toBe(3);
  });
});
