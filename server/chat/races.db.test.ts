import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { describeDatabases } from '../../db/testing.ts';
import { Ack } from '../contract/ack.ts';
import type { Outcome } from '../contract/outcome.ts';
import type { Message } from '../contract/wire.ts';
import { createDeliverer } from './index.ts';
import { contradictions } from './testing-dump.ts';
import {
  anna,
  annaLid,
  HeldEngine,
  newInbox,
  openTestRoom,
  scope,
  textEvent,
  type TestRoom,
} from './testing.ts';

interface Desk extends AsyncDisposable {
  test: TestRoom;
  inboxId: number;
  chatId: number;
  engine: HeldEngine;
  send: (body: string, clientId?: string) => Promise<Message>;
  messages: () => Promise<Message[]>;
  /** Resolves when the Message is so. */
  becomes: (id: number, like: Partial<Message>) => Promise<void>;
  /** Ends the deliverer. */
  close: () => Promise<void>;
}

async function openDesk(
  db: Database,
  options: { first?: typeof anna; to?: typeof anna } = {},
): Promise<Desk> {
  const test = openTestRoom(db);
  const inboxId = await newInbox(db);
  if (options.first) await test.room.openChat(scope, inboxId, options.first);
  const chat = await test.room.openChat(scope, inboxId, options.to ?? anna);
  const engine = new HeldEngine();
  const deliverer = createDeliverer({
    chat: test.room,
    clock: test.clock,
    log: test.log,
    live: (id) => (id === inboxId ? engine : undefined),
    owner: randomUUID(),
    paceMs: 0,
  });
  const messages = async (): Promise<Message[]> =>
    (await test.room.listMessages(scope, chat.id, { limit: 100 })).list;
  return {
    test,
    inboxId,
    chatId: chat.id,
    engine,
    messages,
    send: async (body, clientId = randomUUID()) => {
      const message = await test.room.send(scope, chat.id, { clientId, body });
      deliverer.wake(inboxId);
      return message;
    },
    becomes: (id, like) =>
      expect
        .poll(async () => (await messages()).find((message) => message.id === id), {
          timeout: 30_000,
          interval: 5,
        })
        .toMatchObject(like),
    close: async () => deliverer[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: async () => {
      for (const { answer } of engine.sends) answer({ kind: 'uncertain', reason: 'engine-stopped' });
      await deliverer[Symbol.asyncDispose]();
      expect(await contradictions(db, inboxId)).toEqual([]);
      expect(test.logged.filter((line) => /"level":"error"/.test(line))).toEqual([]);
      await test[Symbol.asyncDispose]();
    },
  };
}

/** The deliverer has looked and waits: only then does time wake it. */
const asleep = async ({ test }: Desk): Promise<void> =>
  expect.poll(() => test.clock.waiting, { timeout: 30_000, interval: 1 }).toBeGreaterThan(0);

function acceptedAs(messageId: string, at: number): Outcome {
  return { kind: 'accepted', messageId, ack: Ack.pending, at };
}

describeDatabases('races', (database) => {
  test('echo arrives before send returns', async () => {
    await using desk = await openDesk(database().db);
    const mine = await desk.send('hello');
    const held = await desk.engine.sent();
    const at = desk.test.clock.now();
    const echo = textEvent({ messageId: '3EB0ECHO', fromMe: true, body: 'hello', at, ack: Ack.server });
    await desk.test.room.receive(desk.inboxId, [echo], 'engine');
    expect(await desk.messages()).toMatchObject([
      { id: mine.id, messageId: '3EB0ECHO', delivery: 'sending' },
    ]);
    held.answer(acceptedAs('3EB0ECHO', at));
    await desk.becomes(mine.id, { delivery: null, ack: Ack.server, messageId: '3EB0ECHO' });
    expect(await desk.messages()).toHaveLength(1);
  });

  test('ack for the echo before settle', async () => {
    await using desk = await openDesk(database().db);
    const mine = await desk.send('hello');
    const held = await desk.engine.sent();
    const ack = { kind: 'ack' as const, messageId: '3EB0ACK', chat: anna, fromMe: true, ack: Ack.device };
    await desk.test.room.receive(desk.inboxId, [ack], 'engine');
    held.answer(acceptedAs('3EB0ACK', desk.test.clock.now()));
    await desk.becomes(mine.id, { delivery: null, ack: Ack.device, messageId: '3EB0ACK' });
  });

  test('same text typed on the phone while sending', async () => {
    await using desk = await openDesk(database().db);
    const mine = await desk.send('ok');
    const held = await desk.engine.sent();
    const at = desk.test.clock.now();
    const typed = textEvent({ messageId: '3EB0PHONE', fromMe: true, body: 'ok', at, ack: Ack.read });
    await desk.test.room.receive(desk.inboxId, [typed], 'engine');
    held.answer(acceptedAs('3EB0MINE', at));
    await desk.becomes(mine.id, { delivery: null, messageId: '3EB0MINE', ack: Ack.pending });
    const all = await desk.messages();
    expect(all).toHaveLength(2);
    expect(all.find((message) => message.messageId === '3EB0PHONE')).toMatchObject({
      agent: null,
      clientId: null,
      ack: Ack.read,
    });
  });

  test('same text typed on the phone while sending, and our echo comes too before the answer', async () => {
    await using desk = await openDesk(database().db);
    const mine = await desk.send('ok');
    const held = await desk.engine.sent();
    const at = desk.test.clock.now();
    const typed = textEvent({ messageId: '3EB0PHONE', fromMe: true, body: 'ok', at, ack: Ack.read });
    const echo = textEvent({ messageId: '3EB0MINE', fromMe: true, body: 'ok', at, ack: Ack.device });
    await desk.test.room.receive(desk.inboxId, [typed], 'engine');
    await desk.test.room.receive(desk.inboxId, [echo], 'engine');
    held.answer(acceptedAs('3EB0MINE', at));
    await desk.becomes(mine.id, { delivery: null, messageId: '3EB0MINE', ack: Ack.device });
    const all = await desk.messages();
    expect(
      all.map((message) => [message.messageId, message.clientId !== null, message.ack]).toSorted(),
    ).toEqual([
      ['3EB0MINE', true, Ack.device],
      ['3EB0PHONE', false, Ack.read],
    ]);
  });

  test('two equal texts sent one after the other', async () => {
    await using desk = await openDesk(database().db);
    const first = await desk.send('hi');
    const second = await desk.send('hi');
    const one = await desk.engine.sent(1);
    const at = desk.test.clock.now();
    one.answer({ kind: 'uncertain', reason: 'timeout' });
    const two = await desk.engine.sent(2);
    expect(two.request.clientId).toBe(second.clientId);
    // The echo of the second is guessed to be the first, whose fate is not known.
    const echo = textEvent({ messageId: '3EB0TWO', fromMe: true, body: 'hi', at, ack: Ack.device });
    await desk.test.room.receive(desk.inboxId, [echo], 'engine');
    await desk.becomes(first.id, { messageId: '3EB0TWO' });
    two.answer(acceptedAs('3EB0TWO', at));
    await desk.becomes(second.id, { messageId: '3EB0TWO', delivery: null, ack: Ack.device });
    expect(await desk.messages()).toMatchObject([
      { id: first.id, messageId: null, delivery: 'uncertain', clientId: first.clientId },
      { id: second.id, messageId: '3EB0TWO', clientId: second.clientId },
    ]);
    // Its own echo comes after all.
    const own = textEvent({ messageId: '3EB0ONE', fromMe: true, body: 'hi', at, ack: Ack.device });
    await desk.test.room.receive(desk.inboxId, [own], 'history');
    await desk.becomes(first.id, { messageId: '3EB0ONE', delivery: null, ack: Ack.device });
    expect(await desk.messages()).toHaveLength(2);
  });

  test('lease lost while sending', async () => {
    const { db } = database();
    await using desk = await openDesk(db);
    const mine = await desk.send('hello');
    const held = await desk.engine.sent();
    const other = new HeldEngine();
    await using second = createDeliverer({
      chat: desk.test.room,
      clock: desk.test.clock,
      log: desk.test.log,
      live: () => other,
      owner: 'the next owner',
      paceMs: 0,
    });
    second.wake(desk.inboxId);
    await desk.becomes(mine.id, { delivery: 'unconfirmed' });
    await desk.test.clock.advance(61_000);
    second.wake(desk.inboxId);
    await desk.becomes(mine.id, { delivery: 'uncertain' });
    expect(other.sends).toHaveLength(0);
    // The first owner's answer comes late, and is still the truth.
    held.answer(acceptedAs('3EB0LATE', desk.test.clock.now()));
    await desk.becomes(mine.id, { delivery: null, messageId: '3EB0LATE' });
  });

  test('a send found without its process is uncertain, never sent again', async () => {
    const { db } = database();
    await using desk = await openDesk(db);
    const gone = randomUUID();
    const mine = await desk.test.room.send(scope, desk.chatId, { clientId: randomUUID(), body: 'once' });
    await db
      .updateTable('delivery')
      .set({ state: 'sending', attempt: 1, lease_owner: gone, lease_until: desk.test.clock.now() + 90_000 })
      .where('message', '=', mine.id)
      .execute();
    await asleep(desk);
    await desk.test.clock.advance(5_001);
    await desk.becomes(mine.id, { delivery: 'unconfirmed' });
    await desk.test.clock.advance(61_000);
    await desk.becomes(mine.id, { delivery: 'uncertain' });
    expect(desk.engine.sends).toHaveLength(0);
    const again = await desk.test.room.retry(scope, mine.id);
    expect(again).toMatchObject({ id: mine.id, delivery: 'queued' });
  });

  test('same client id submitted twice at once', async () => {
    await using desk = await openDesk(database().db);
    const clientId = randomUUID();
    const both = await Promise.all([1, 2, 3, 4].map(() => desk.send('hello', clientId)));
    expect(new Set(both.map((message) => message.id)).size).toBe(1);
    expect(await desk.messages()).toHaveLength(1);
    await desk.engine.sent();
    expect(desk.engine.sends).toHaveLength(1);
  });

  test('LID learnt after the chat exists', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const { room } = test;
    await room.receive(inboxId, [textEvent({ chat: annaLid, senderName: 'Anna' })], 'engine');
    const head = (await room.head(inboxId))!;
    await room.receive(inboxId, [{ kind: 'address-pair', lid: annaLid, phone: anna }], 'engine');
    await room.receive(inboxId, [textEvent({ chat: anna })], 'engine');
    const { list } = await room.listChats(scope, inboxId, {});
    expect(list).toMatchObject([{ name: 'Anna', phone: '393331234567', unread: 2 }]);
    expect(await room.chatAddress(inboxId, list[0]!.id)).toBe(anna);
    expect((await room.changes(inboxId, head)).contacts).toMatchObject([{ phone: '393331234567' }]);
  });

  test('both addresses have chats when the pair is learnt', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const { room } = test;
    const twice = textEvent({ body: 'told under both' });
    await room.receive(inboxId, [{ ...twice, chat: annaLid }, textEvent({ chat: annaLid })], 'engine');
    await room.receive(inboxId, [twice, textEvent({ chat: anna })], 'engine');
    const before = await room.listChats(scope, inboxId, {});
    expect(before.list).toHaveLength(2);
    const reacts = (sender: typeof anna, emoji: string, at: number) => {
      const about = { messageId: twice.messageId, chat: sender };
      return { kind: 'reaction' as const, ...about, sender, fromUs: false, emoji, at };
    };
    await room.receive(inboxId, [reacts(anna, '👍', 1), reacts(annaLid, '❤️', 2)], 'engine');
    const head = (await room.head(inboxId))!;
    await room.receive(inboxId, [{ kind: 'address-pair', lid: annaLid, phone: anna }], 'engine');
    const after = await room.listChats(scope, inboxId, {});
    expect(after.list).toMatchObject([{ unread: 3 }]);
    const messages = await room.listMessages(scope, after.list[0]!.id, {});
    expect(messages.list.map((message) => message.body)).toHaveLength(3);
    expect(messages.list[0]!.reactions).toMatchObject([{ emoji: '❤️' }]);
    const changes = await room.changes(inboxId, head);
    expect(changes.chats.filter((chat) => chat.mergedInto !== null)).toHaveLength(1);
    expect(changes.messages.filter((message) => message.mergedInto !== null)).toHaveLength(1);
    expect(changes.contacts.filter((contact) => contact.mergedInto !== null)).toHaveLength(1);
    // The old address of the page leads to where the messages are.
    const loser = before.list.find((chat) => chat.id !== after.list[0]!.id)!;
    expect(await room.listMessages(scope, loser.id, {})).toEqual(messages);
    expect(await contradictions(db, inboxId)).toEqual([]);
  });

  test('our own message is told of under the LID before the pair is known', async () => {
    await using desk = await openDesk(database().db);
    const mine = await desk.send('hello');
    const held = await desk.engine.sent();
    const at = desk.test.clock.now();
    const echo = textEvent({ messageId: '3EB0LID', chat: annaLid, fromMe: true, body: 'hello', at });
    await desk.test.room.receive(desk.inboxId, [echo], 'engine');
    held.answer(acceptedAs('3EB0LID', at));
    await desk.becomes(mine.id, { messageId: '3EB0LID', delivery: null });
    expect(await desk.messages()).toHaveLength(1);
    expect((await desk.test.room.listChats(scope, desk.inboxId, {})).list).toHaveLength(1);
    const ack = { kind: 'ack' as const, messageId: '3EB0LID', chat: annaLid, fromMe: true, ack: Ack.read };
    await desk.test.room.receive(desk.inboxId, [ack], 'engine');
    await desk.becomes(mine.id, { ack: Ack.read });
  });

  test('our message is folded into its echo of the other chat while it is under way', async () => {
    await using desk = await openDesk(database().db, { first: anna, to: annaLid });
    const mine = await desk.send('hello');
    const held = await desk.engine.sent();
    const at = desk.test.clock.now();
    const echo = textEvent({ messageId: '3EB0FOLD', fromMe: true, body: 'hello', at, ack: Ack.server });
    await desk.test.room.receive(desk.inboxId, [{ ...echo, chat: anna }], 'engine');
    await desk.test.room.receive(desk.inboxId, [{ ...echo, chat: annaLid }], 'engine');
    held.answer({ kind: 'accepted', messageId: '3EB0FOLD', ack: Ack.device, at });
    await expect
      .poll(desk.messages, { interval: 5 })
      .toMatchObject([{ messageId: '3EB0FOLD', clientId: mine.clientId, ack: Ack.device, delivery: null }]);
    expect((await desk.test.room.listChats(scope, desk.inboxId, {})).list).toHaveLength(1);
  });

  test('webhook, engine and history deliver one message at the same time', async () => {
    const { db } = database();
    await using test = openTestRoom(db);
    const inboxId = await newInbox(db);
    const event = textEvent({ senderName: 'Anna' });
    await Promise.all([
      test.room.receive(inboxId, [event], 'webhook'),
      test.room.receive(inboxId, [event], 'engine'),
      test.room.receive(inboxId, [event], 'history'),
    ]);
    const { list } = await test.room.listChats(scope, inboxId, {});
    expect(list).toMatchObject([{ unread: 1 }]);
    expect((await test.room.listMessages(scope, list[0]!.id, {})).list).toHaveLength(1);
  });

  test('accepted, then WhatsApp refuses it', async () => {
    await using desk = await openDesk(database().db);
    const mine = await desk.send('hello');
    (await desk.engine.sent()).answer(acceptedAs('3EB0REF', desk.test.clock.now()));
    await desk.becomes(mine.id, { delivery: null });
    const ack = { kind: 'ack' as const, messageId: '3EB0REF', chat: anna, fromMe: true, ack: Ack.error };
    await desk.test.room.receive(desk.inboxId, [ack], 'engine');
    await desk.becomes(mine.id, { ack: Ack.error, failure: 'refused-by-whatsapp' });
  });

  test('refused, then retried by the agent; not sent, then sent', async () => {
    await using desk = await openDesk(database().db);
    const mine = await desk.send('hello');
    (await desk.engine.sent()).answer({ kind: 'refused', reason: 'not-on-whatsapp' });
    await desk.becomes(mine.id, { delivery: 'failed', failure: 'not-on-whatsapp', ack: Ack.error });
    await desk.test.room.retry(scope, mine.id);
    await asleep(desk);
    await desk.test.clock.advance(5_001);
    (await desk.engine.sent(2)).answer({ kind: 'not-sent', reason: 'rate-limited', retryAfterMs: 3_000 });
    await desk.becomes(mine.id, { delivery: 'queued', failure: null, ack: Ack.pending });
    expect(desk.engine.sends).toHaveLength(2);
    await desk.test.clock.advance(5_001);
    (await desk.engine.sent(3)).answer(acceptedAs('3EB0OK', desk.test.clock.now()));
    await desk.becomes(mine.id, { delivery: null, messageId: '3EB0OK', ack: Ack.pending, failure: null });
  });

  test('an engine that never answers is given up after a minute, and its late answer still counts', async () => {
    await using desk = await openDesk(database().db);
    const mine = await desk.send('hello');
    const held = await desk.engine.sent();
    await desk.test.clock.advance(60_001);
    await desk.becomes(mine.id, { delivery: 'unconfirmed' });
    expect(held.request.signal.aborted).toBe(true);
    held.answer(acceptedAs('3EB0SLOW', desk.test.clock.now()));
    await desk.becomes(mine.id, { delivery: null, messageId: '3EB0SLOW' });
  });

  test('closing while a send is under way leaves it unconfirmed, and its owner never sends it again', async () => {
    const { db } = database();
    const desk = await openDesk(db);
    const mine = await desk.send('hello');
    const held = await desk.engine.sent();
    await desk.close();
    expect(held.request.signal.aborted).toBe(true);
    expect(await desk.messages()).toMatchObject([{ id: mine.id, delivery: 'unconfirmed', messageId: null }]);
    await desk[Symbol.asyncDispose]();
  });

  test('messages of one chat leave one by one and in order', async () => {
    await using desk = await openDesk(database().db);
    const bodies = ['one', 'two', 'three'];
    for (const body of bodies) await desk.send(body);
    for (const [n, body] of bodies.entries()) {
      const held = await desk.engine.sent(n + 1);
      expect(held.request.body).toBe(body);
      expect(desk.engine.sends).toHaveLength(n + 1);
      held.answer(acceptedAs(`3EB0N${n}`, desk.test.clock.now()));
    }
  });
});
