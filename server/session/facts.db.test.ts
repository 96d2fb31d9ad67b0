import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { newInbox, scope, textEvent } from '../chat/testing.ts';
import { EngineUnavailable } from '../engine/engine.ts';
import { questionPace } from './question-pace.ts';
import { gate, openTestSessions, poll } from './testing.ts';

describeDatabases('history', (database) => {
  test('after linking, what the phone knows comes in as history and is noted', async () => {
    await using t = await openTestSessions(database().db);
    t.engine.pages = [[textEvent({ origin: 'history' })], [textEvent({ origin: 'history' })]];
    const began = t.clock.now();
    const life = await t.link();
    await poll(async () => (await t.row()).caught_up_at).toBe(began);
    expect(t.received.filter(({ source }) => source === 'history').map(({ events }) => events)).toEqual(
      t.engine.pages,
    );
    expect(life.histories).toHaveLength(1);
    expect((await t.test.room.listChats(scope, t.inboxId, {})).list).toMatchObject([{ unread: 0 }]);
  });

  test('the database is away during a catch-up: it goes on where it was', async () => {
    await using t = await openTestSessions(database().db);
    t.engine.pages = [[textEvent({ origin: 'history' })], [textEvent({ origin: 'history' })]];
    const held = gate();
    const n = t.link();
    const life = await t.engine.life(0);
    life.heldPages = held.opened;
    await n;
    t.away.is = true;
    held.open();
    await poll(() => t.clock.waiting).toBe(2);
    t.away.is = false;
    await t.clock.advance(1_000);
    await poll(() => t.received.filter(({ source }) => source === 'history')).toHaveLength(2);
    expect(life.histories).toHaveLength(1);
  });

  test('older messages of a Chat are pulled once at a time', async () => {
    await using t = await openTestSessions(database().db);
    const life = await t.link();
    const event = textEvent({ origin: 'history' });
    t.engine.pages = [[event]];
    const held = gate();
    life.heldPages = held.opened;
    expect(t.sessions.backfill(t.inboxId, event.chat, 5)).toBe(true);
    expect(t.sessions.backfill(t.inboxId, event.chat, 5)).toBe(false);
    held.open();
    await poll(() => t.received.some(({ source }) => source === 'history')).toBe(true);
    expect(life.histories.at(-1)).toMatchObject({ chat: event.chat, before: 5, messagesPerChat: 50 });
    await poll(() => t.sessions.backfill(t.inboxId, event.chat, undefined)).toBe(true);
    await t.sessions.stop(t.inboxId);
    expect(t.sessions.backfill(t.inboxId, event.chat, 5)).toBe(false);
  });
});

describeDatabases('facts', (database) => {
  test('of a time without the database arrive when it is back, in their order', async () => {
    await using t = await openTestSessions(database().db);
    const life = await t.link();
    t.away.is = true;
    const [one, two] = [textEvent({ body: 'one' }), textEvent({ body: 'two' })];
    life.tell([one]);
    life.say({ state: 'degraded', code: 'no-internet' });
    life.tell([two]);
    await t.clock.advance(1_000);
    t.away.is = false;
    await t.clock.advance(1_000);
    await poll(async () => (await t.row()).state).toBe('degraded');
    const { list } = await t.test.room.listChats(scope, t.inboxId, {});
    await poll(async () => (await t.test.room.listMessages(scope, list[0]!.id, {})).list.length).toBe(2);
  });

  test('the process ends although the database is away', async () => {
    const t = await openTestSessions(database().db);
    const life = await t.link();
    t.away.is = true;
    life.tell([textEvent()]);
    await t[Symbol.asyncDispose]();
    expect(t.clock.waiting).toBe(0);
  });

  test('a number is looked for only where it can be, and an engine that cannot say is no fault', async () => {
    const { db } = database();
    await using t = await openTestSessions(db);
    const look = (inboxId = t.inboxId) => t.sessions.findNumber(inboxId, '39333');
    await expect(look()).rejects.toMatchObject({ code: 'session-not-working' });
    await expect(look(await newInbox(db, 'none'))).rejects.toMatchObject({ code: 'not-supported' });
    await expect(look(999_999)).rejects.toMatchObject({ code: 'not-found' });
    const life = await t.link();
    expect(await look()).toBeUndefined();
    life.find = () => Promise.reject(new EngineUnavailable('crashed'));
    await expect(look()).rejects.toMatchObject({ code: 'session-not-working' });
    life.find = () => Promise.reject(new TypeError('a fault stays a fault'));
    await expect(look()).rejects.toThrow('a fault stays a fault');
  });

  test('who has numbers looked for one after the other is told to wait, and WhatsApp is not asked', async () => {
    await using t = await openTestSessions(database().db);
    const life = await t.link();
    let asked = 0;
    life.find = () => {
      asked++;
      return Promise.resolve(undefined);
    };
    const look = () => t.sessions.findNumber(t.inboxId, '39333');
    for (let n = 0; n < questionPace.aMinute; n++) await look();
    await expect(look()).rejects.toMatchObject({ code: 'too-many-requests', retryAfter: 60 });
    expect(asked).toBe(questionPace.aMinute);
    await t.clock.advance(60_000);
    await look();
    expect(asked).toBe(questionPace.aMinute + 1);
  });
});
