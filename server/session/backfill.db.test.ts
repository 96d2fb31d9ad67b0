import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { describeDatabases } from '../../db/testing.ts';
import { newInbox, openTestRoom, scope } from '../chat/testing.ts';
import { phoneAddress, type Address } from '../contract/address.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import type { HistoryRequest } from '../engine/engine.ts';
import { backfillProgress, runBackfill, stopBackfill, wantBackfill } from './backfill.ts';

const day = 86_400_000;
type Query = Omit<HistoryRequest, 'signal'>;

/** A phone with `perChat` messages a day apart in each of its Chats, the first Chat the newest. */
async function openPhone(db: Database, { chats, perChat }: { chats: number; perChat: number }) {
  const room = openTestRoom(db);
  const inboxId = await newInbox(db);
  const { clock } = room;
  const addresses = Array.from({ length: chats }, (_, n) => phoneAddress(String(39_333_000_000 + n)));
  const now = clock.now();
  const history = (chat: Address): EngineEvent[] =>
    Array.from({ length: perChat }, (_, n) => ({
      kind: 'message' as const,
      messageId: `3EB0${chat.slice(0, 11)}x${n}`,
      chat,
      fromMe: n % 3 === 0,
      type: 'text' as const,
      body: `message ${n}`,
      at: Math.floor((now - addresses.indexOf(chat) * 1_000 - n * day) / 1_000) * 1_000,
      origin: 'history' as const,
    }));
  const asked: Query[] = [];
  const ended = new AbortController();
  const phone = {
    room,
    inboxId,
    clock,
    asked,
    ended,
    /** After so many questions the process is gone. */
    dies: Infinity,
    run: () =>
      runBackfill({
        db,
        inboxId,
        clock,
        log: pino({ level: 'silent' }),
        signal: ended.signal,
        pull: async (query) => {
          if (asked.length >= phone.dies) throw new Error('killed');
          asked.push(query);
          const { chat, before = Infinity } = query;
          const events: EngineEvent[] = chat
            ? history(chat)
                .filter((event) => event.kind === 'message' && event.at < before)
                .slice(0, query.messagesPerChat)
            : addresses.map((one) => ({ kind: 'chat' as const, chat: one }));
          await room.room.receive(inboxId, events, 'history');
          return events.flatMap((event) => (event.kind === 'message' ? event.at : []));
        },
      }),
    /** The newest message of each Chat has come before. */
    start: () =>
      room.room.receive(
        inboxId,
        addresses.flatMap((chat) => history(chat).slice(0, 1)),
        'history',
      ),
    stored: async () =>
      Number(
        (
          await db
            .selectFrom('message')
            .select((eb) => eb.fn.countAll().as('n'))
            .where('inbox_id', '=', inboxId)
            .executeTakeFirstOrThrow()
        ).n,
      ),
    [Symbol.asyncDispose]: () => room[Symbol.asyncDispose](),
  };
  return phone;
}

describeDatabases('the backfill of an inbox', (database) => {
  test('pulls all that the phone has, newest chat first, and says how far it is', async () => {
    const { db } = database();
    await using phone = await openPhone(db, { chats: 3, perChat: 230 });
    await phone.start();
    await wantBackfill(db, phone.inboxId, { days: 3_650, messagesPerChat: 20_000 }, phone.clock.now());
    expect(await backfillProgress(db, phone.inboxId)).toMatchObject({
      state: 'running',
      chats: { done: 0, total: 3 },
    });
    await phone.run();
    expect(await phone.stored()).toBe(690);
    expect(await backfillProgress(db, phone.inboxId)).toMatchObject({
      state: 'done',
      chats: { done: 3, total: 3 },
      messages: 687,
    });
    const order = phone.asked.flatMap((query) => query.chat ?? []);
    expect(order).toEqual(order.toSorted());
    const { list } = await phone.room.room.listChats(scope, phone.inboxId, {});
    expect(list.map((chat) => chat.unread)).toEqual([0, 0, 0]);
  });

  test('keeps to its bounds: so many messages of a chat, so many days', async () => {
    const { db } = database();
    await using phone = await openPhone(db, { chats: 2, perChat: 300 });
    await phone.start();
    await wantBackfill(db, phone.inboxId, { days: 3_650, messagesPerChat: 40 }, phone.clock.now());
    await phone.run();
    expect(await phone.stored()).toBe(80);
    await phone.clock.advance(1_000);
    await wantBackfill(db, phone.inboxId, { days: 30, messagesPerChat: 20_000 }, phone.clock.now());
    const before = phone.asked.length;
    await phone.run();
    // Both Chats reach back 30 days already: only the list of Chats is asked for.
    expect(phone.asked.length - before).toBe(1);
  });

  test('killed in the middle it goes on with the chat it was at, and nothing is stored twice', async () => {
    const { db } = database();
    await using phone = await openPhone(db, { chats: 4, perChat: 150 });
    await phone.start();
    await wantBackfill(db, phone.inboxId, { days: 3_650, messagesPerChat: 20_000 }, phone.clock.now());
    for (let life = 1; life <= 10; life++) {
      phone.dies = phone.asked.length + 2;
      await phone.run().catch(() => undefined);
      if ((await backfillProgress(db, phone.inboxId)).state === 'done') break;
    }
    phone.dies = Infinity;
    await phone.run();
    expect(await backfillProgress(db, phone.inboxId)).toMatchObject({
      state: 'done',
      chats: { done: 4, total: 4 },
    });
    expect(await phone.stored()).toBe(600);
    const firstChat = phone.asked.filter((query) => query.chat === '39333000000@c.us');
    expect(firstChat.length).toBeLessThanOrEqual(4);
  });

  test('stopped it stops, and what has come stays', async () => {
    const { db } = database();
    await using phone = await openPhone(db, { chats: 2, perChat: 5 });
    await phone.start();
    await wantBackfill(db, phone.inboxId, { days: 30, messagesPerChat: 500 }, phone.clock.now());
    await stopBackfill(db, phone.inboxId, phone.clock.now());
    await phone.run();
    expect(phone.asked).toEqual([]);
    expect(await backfillProgress(db, phone.inboxId)).toMatchObject({ state: 'stopped' });
    expect(await phone.stored()).toBe(2);
  });
});
