import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { espoTopic, espoTopicOf, inboxTopic } from '../contract/topic.ts';
import { openAutobahn } from './testing/autobahn.ts';
import { House, ownOrigin } from './testing/house.ts';
import { messageRow, rowsOf } from './testing/rows.ts';
import { v1Close, WampV1Client } from './testing/wamp-v1-client.ts';
import type { RealtimeLimits } from './index.ts';

let house: House;
const open = async (limits: RealtimeLimits = {}): Promise<House> => (house = await House.open(limits));
afterEach(() => house[Symbol.asyncDispose]());

/** A socket that has said HELLO and been welcomed, with nothing between the test and the frames. */
async function joined(options: { autoPong?: boolean } = {}): Promise<WebSocket> {
  const socket = new WebSocket(house.url(), ['wamp.2.json'], options);
  await once(socket, 'open');
  socket.send(JSON.stringify([1, 'chatdock', { roles: {} }]));
  await once(socket, 'message');
  return socket;
}

async function subscribed(topic: string): Promise<WebSocket> {
  const socket = await joined();
  socket.send(JSON.stringify([32, 1, {}, topic]));
  await once(socket, 'message');
  return socket;
}

const closeCode = async (socket: WebSocket): Promise<number> =>
  (await (once(socket, 'close') as Promise<[number]>))[0];

describe('a socket', () => {
  test('is closed with 1009 at a frame over 64 KiB', async () => {
    await open();
    const socket = await joined();
    socket.send('x'.repeat(64 * 1024 + 1));
    expect(await closeCode(socket)).toBe(1009);
  });

  test('is closed at a message in a thousand pieces', async () => {
    await open();
    const socket = await joined();
    for (let n = 0; n < 1_000; n++) socket.send('x', { fin: false });
    expect(await closeCode(socket)).toBe(1008);
  });

  test('is closed with 1002 at a binary frame and at what is not JSON', async () => {
    await open();
    const binary = await joined();
    binary.send(Buffer.from('[32,1,{},"a"]'));
    expect(await closeCode(binary)).toBe(1002);
    const text = await joined();
    text.send('hello?');
    expect(await closeCode(text)).toBe(1002);
  });

  test('is ended when it floods, with messages or with pings', async () => {
    await open();
    const talker = await joined();
    for (let n = 0; n < 1_000; n++) talker.send(JSON.stringify([32, n, {}, 'a.b']));
    expect(await closeCode(talker)).toBe(4429);
    const pinger = await joined();
    for (let n = 0; n < 1_000; n++) pinger.ping();
    // ws cuts off by itself who pings faster than pongs can leave.
    expect([4429, 1006]).toContain(await closeCode(pinger));
  });

  test('that never reads is cut off, and the others go on', async () => {
    await open();
    const slow = await subscribed(inboxTopic(1));
    slow.pause();
    const { session } = await openAutobahn(house.url());
    let heard = 0;
    await session.subscribe(inboxTopic(1), () => heard++);
    const rows = rowsOf(messageRow({ body: 'x'.repeat(40_000) }));
    let pushed = 0;
    while (house.realtime.counters().droppedSlow === 0 && pushed < 3_000) {
      house.push({ inboxId: 1, seq: ++pushed, rows });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(house.realtime.counters()).toMatchObject({ droppedSlow: 1, sessions: 1 });
    const done = Promise.withResolvers<void>();
    await session.subscribe(inboxTopic(2), () => done.resolve());
    house.push({ inboxId: 2, seq: 1, rows: null });
    await done.promise;
    expect(heard).toBe(pushed);
    slow.resume();
    expect(await closeCode(slow)).toBe(1006);
  });

  test('that does not answer a ping is ended; one that answers stays', async () => {
    await open();
    const dead = await joined({ autoPong: false });
    const alive = await joined();
    const pinged = [once(dead, 'ping'), once(alive, 'ping')];
    await house.clock.advance(15_000);
    await Promise.all(pinged);
    alive.ping();
    await once(alive, 'pong');
    const died = closeCode(dead);
    await house.clock.advance(10_000);
    expect(await died).toBe(1006);
    expect(alive.readyState).toBe(WebSocket.OPEN);
    expect(house.realtime.counters().sockets).toBe(1);
  });

  test('that ignores our close is cut off a second later', async () => {
    await open();
    const socket = await subscribed(inboxTopic(1));
    socket.pause();
    house.signOut({ agentId: 1 });
    await new Promise((resolve) => setImmediate(resolve));
    expect(house.realtime.counters()).toMatchObject({ sockets: 1, sessions: 0, subscriptions: 0 });
    await house.clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(house.realtime.counters().sockets).toBe(0);
    socket.terminate();
  });
});

describe('a v1 client, as EspoCRM has it', () => {
  const event = {
    action: 'message',
    chatId: '393330007@c.us',
    timestamp: 1_795_000_000,
    data: {
      id: 'false_393330007@c.us_3EB001',
      messageId: 'false_393330007@c.us_3EB001',
      body: 'hello',
      chatId: '393330007@c.us',
      fromMe: false,
      timestamp: 1_795_000_000,
      ack: 0,
      status: 'Received',
    },
  };

  const espo = (agentId = 1, organisationId = 10): WampV1Client =>
    new WampV1Client(`${house.url('/wss', house.ticket(agentId, organisationId))}&userId=999`, {
      origin: ownOrigin,
    });

  /** Subscribes and waits until the server has read it: v1 has no acknowledgement. */
  async function listening(client: WampV1Client, topic: string): Promise<AsyncGenerator<unknown>> {
    await client.welcome;
    const events: unknown[] = [];
    let wake = Promise.withResolvers<void>();
    client.subscribe(topic, (arrived) => {
      events.push(arrived);
      wake.resolve();
    });
    await client.settled();
    return (async function* () {
      for (;;) {
        while (events.length > 0) yield events.shift();
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
    })();
  }

  test('hears messages and acks of its Inboxes on `WhatsApp`, in the seed’s shape', async () => {
    await open();
    const client = espo();
    const events = await listening(client, espoTopic);
    client.keepAlive();
    house.push({ inboxId: 1, seq: 1, rows: rowsOf(messageRow()) });
    house.push({ inboxId: 1, seq: 2, rows: rowsOf(messageRow({ ack: 3, seq: 2 })) });
    expect((await events.next()).value).toEqual(event);
    expect((await events.next()).value).toEqual({
      ...event,
      action: 'message_ack',
      data: { ...event.data, ack: 3 },
    });
  });

  test('does not hear another Organisation on the topic they share, whatever userId it claims', async () => {
    await open();
    const [mine, theirs] = [espo(1, 10), espo(2, 20)];
    const [heard, overheard] = [await listening(mine, espoTopic), await listening(theirs, espoTopic)];
    house.push({ inboxId: 1, seq: 1, rows: rowsOf(messageRow({ body: 'ours' })) });
    house.push({ inboxId: 3, seq: 1, rows: rowsOf(messageRow({ id: 2, inboxId: 3, body: 'theirs' })) });
    expect((await heard.next()).value).toMatchObject({ data: { body: 'ours' } });
    expect((await overheard.next()).value).toMatchObject({ data: { body: 'theirs' } });
  });

  test('asking for a topic it may not have hears nothing and stays connected', async () => {
    await open();
    const client = espo();
    await client.welcome;
    for (const topic of [inboxTopic(3), 'recordUpdate.Account.1', '', 'chatdock.']) {
      client.subscribe(topic, () => {});
    }
    await client.settled();
    expect(house.realtime.counters().subscriptions).toBe(0);
    client.publish(espoTopic, event);
    await client.settled();
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('listens to one Chat by the seed’s other topic', async () => {
    await open();
    const events = await listening(espo(), espoTopicOf('393330007@c.us'));
    house.push({ inboxId: 1, seq: 1, rows: rowsOf(messageRow({ id: 2, chatId: 8 })) });
    house.push({ inboxId: 1, seq: 2, rows: rowsOf(messageRow()) });
    expect((await events.next()).value).toEqual(event);
  });

  test('a v2 client may listen to both of the seed’s topics too', async () => {
    await open();
    const { session } = await openAutobahn(house.url());
    const heard = [espoTopic, espoTopicOf('393330007@c.us')].map(async (topic) => {
      const first = Promise.withResolvers<unknown>();
      await session.subscribe(topic, ([argument]) => first.resolve(argument));
      return first;
    });
    const firsts = await Promise.all(heard);
    house.push({ inboxId: 1, seq: 1, rows: rowsOf(messageRow()) });
    expect(await Promise.all(firsts.map(({ promise }) => promise))).toEqual([event, event]);
  });

  test('loses its connection at a restart, so that it comes back', async () => {
    await open();
    const client = espo();
    await client.welcome;
    await house.realtime[Symbol.asyncDispose]();
    expect(await client.closed).toBe(v1Close.lost);
  });

  test('is closed cleanly when its sign-in ends, so that it stays away', async () => {
    await open();
    const client = espo();
    await client.welcome;
    house.signOut({ agentSessionId: 'sign-in-of-1' });
    expect(await client.closed).toBe(v1Close.closed);
  });

  test('never opens with a wrong ticket', async () => {
    await open();
    const client = new WampV1Client(house.url('/wss', 'guessed'));
    expect(await client.closed).toBe(v1Close.unreachable);
  });
});
