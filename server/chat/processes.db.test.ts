import { describe, expect, test } from 'vitest';
import { openDatabase } from '../../db/database.ts';
import { describeDatabases, mysqlForTest } from '../../db/testing.ts';
import { Ack } from '../contract/ack.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { contradictions, dump } from './testing-dump.ts';
import type { Rules } from './merge.ts';
import { address, anna, group, newInbox, openTestRoom, scope, textEvent, type TestRoom } from './testing.ts';

/** A lively minute: messages of five people and a group, each with acks or reactions. */
function minute(count: number): EngineEvent[] {
  return Array.from({ length: count }, (_, n): EngineEvent[] => {
    const from = address(`39333000${n % 5}@c.us`);
    const event = textEvent({
      chat: n % 3 === 0 ? group : from,
      fromMe: n % 4 === 0,
      senderName: `p${n % 5}`,
    });
    if (n % 3 === 0 && !event.fromMe) event.sender = from;
    return [
      event,
      event.fromMe
        ? { kind: 'ack', messageId: event.messageId, chat: event.chat, fromMe: true, ack: Ack.read }
        : {
            kind: 'reaction',
            messageId: event.messageId,
            sender: from,
            fromUs: false,
            emoji: '👍',
            at: event.at,
          },
    ];
  }).flat();
}

/** Both processes are told everything, one event at a time, the second in the opposite order. */
async function twoProcesses(rules: Partial<Rules>) {
  await using database = await mysqlForTest();
  const second = openDatabase(database.url);
  try {
    await using a = openTestRoom(database.db, { rules });
    await using b = openTestRoom(second, { rules });
    const inboxId = await newInbox(database.db);
    const events = minute(60);
    const tell = async ({ room }: TestRoom, told: EngineEvent[]): Promise<void> => {
      for (const event of told) await room.receive(inboxId, [event], 'engine');
    };
    await Promise.all([tell(a, events), tell(b, events.toReversed())]);
    const head = await a.room.head(inboxId);
    await expect.poll(() => a.pushes.length + b.pushes.length).toBeGreaterThanOrEqual(head! - 1);
    const errors = [...a.logged, ...b.logged].filter((line) => /"level":"error"/.test(line));
    const alone = await newInbox(database.db);
    await using c = openTestRoom(database.db);
    await c.room.receive(alone, events, 'engine');
    return {
      errors,
      contradictions: await contradictions(database.db, inboxId),
      both: await dump(database.db, inboxId),
      alone: await dump(database.db, alone),
      seqs: [...a.pushes, ...b.pushes].map((push) => push.seq).toSorted((x, y) => x - y),
      head,
    };
  } finally {
    await second.destroy();
  }
}

describe('races between processes', () => {
  test('two processes receive for one Inbox', async () => {
    const found = await twoProcesses({});
    expect(found.errors).toEqual([]);
    expect(found.contradictions).toEqual([]);
    expect(found.both).toEqual(found.alone);
    // Every number was published once, by whoever committed it: none is missing.
    expect(found.seqs).toEqual(Array.from({ length: found.head! - 1 }, (_, n) => n + 2));
  });

  test('the alarm rings when they do not take turns', async () => {
    const outcome = await twoProcesses({ takesTurns: false }).then(
      (found) =>
        found.errors.length > 0 ||
        found.contradictions.length > 0 ||
        new Set(found.seqs).size < found.seqs.length ||
        JSON.stringify(found.both) !== JSON.stringify(found.alone),
      () => true,
    );
    expect(outcome).toBe(true);
  });
});

describeDatabases('changes', (database) => {
  test('a client that only asks for changes misses no row while others write', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room } = test;
    const inboxId = await newInbox(db);
    const events = minute(150);
    const state = { writing: true };
    const writers = Promise.all(
      [0, 1, 2].map(async (n) => {
        for (let i = n; i < events.length; i += 3) await room.receive(inboxId, [events[i]!], 'engine');
      }),
    ).then(() => (state.writing = false));
    const rows = new Map<string, { seq: number }>();
    let cursor = 0;
    const ask = async (): Promise<boolean> => {
      const answer = await room.changes(inboxId, cursor, 7);
      expect(answer.reset).toBe(false);
      for (const [kind, list] of [
        ['chat', answer.chats],
        ['message', answer.messages],
        ['contact', answer.contacts],
      ] as const) {
        for (const row of list) {
          expect(row.seq).toBeGreaterThan(cursor);
          expect(row.seq).toBeLessThanOrEqual(answer.cursor);
          rows.set(`${kind} ${row.id}`, row);
        }
      }
      cursor = answer.cursor;
      return answer.more;
    };
    while (state.writing) {
      await ask();
      // A client's next question comes over a socket: SQLite alone would never let the event loop turn.
      await new Promise((turn) => setImmediate(turn));
    }
    await writers;
    while (await ask());
    const whole = await room.changes(inboxId, 0, 2_000);
    expect(whole.more).toBe(false);
    for (const row of whole.messages) expect(rows.get(`message ${row.id}`)).toEqual(row);
    for (const row of whole.chats) expect(rows.get(`chat ${row.id}`)).toEqual(row);
    for (const row of whole.contacts) expect(rows.get(`contact ${row.id}`)?.seq).toBe(row.seq);
    expect(whole.messages).toHaveLength(150);
    await expect.poll(() => test.pushes.length).toBe((await room.head(inboxId))! - 1);
    expect(test.pushes.map((push) => push.seq)).toEqual(test.pushes.map((_, n) => n + 2));
  });

  test('are never cut inside one number, and a cursor that is not ours means reset', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room } = test;
    const inboxId = await newInbox(db);
    await room.receive(
      inboxId,
      Array.from({ length: 40 }, () => textEvent()),
      'engine',
    );
    await room.receive(inboxId, [textEvent()], 'engine');
    const first = await room.changes(inboxId, 0, 5);
    expect(first).toMatchObject({ cursor: 2, more: true, session: { seq: 1 } });
    expect(first.messages).toHaveLength(40);
    expect(await room.changes(inboxId, 2, 5)).toMatchObject({
      cursor: 3,
      more: false,
      messages: [{ seq: 3 }],
    });
    for (const cursor of [4, -1, 1.5, Number.NaN]) {
      expect(await room.changes(inboxId, cursor)).toMatchObject({ reset: true, cursor: 3, messages: [] });
    }
    await expect(room.changes(999_999, 0)).rejects.toMatchObject({ code: 'not-found' });
  });

  test('a large join is told in several numbers', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const { room } = test;
    const inboxId = await newInbox(db);
    const lid = address('555000@lid');
    const many = Array.from({ length: 1_100 }, () => textEvent({ chat: lid, origin: 'history' }));
    await room.receive(inboxId, [textEvent({ chat: anna })], 'engine');
    await room.receive(inboxId, many, 'history');
    const head = (await room.head(inboxId))!;
    await room.receive(inboxId, [{ kind: 'address-pair', lid, phone: anna }], 'engine');
    expect(await room.head(inboxId)).toBe(head + 3);
    const answer = await room.changes(inboxId, head, 500);
    expect(answer.messages.length).toBeLessThanOrEqual(501);
    const { list } = await room.listChats(scope, inboxId, {});
    expect(list).toHaveLength(1);
    expect(await contradictions(db, inboxId)).toEqual([]);
  });
});
