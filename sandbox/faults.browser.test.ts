import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { Message as LibraryMessage } from 'whatsapp-web.js';
import {
  clientOf,
  endEverythingAfterEachTest,
  folder,
  linkedClient,
  linkedNumber,
  next,
  sandboxOf,
  times,
  worldEvent,
} from './testing-browser.ts';

endEverythingAfterEachTest();
/** As of today, and as before July 2026. */
const number = linkedNumber();
const olderNumber = linkedNumber({ generation: 1 });

const giulia = '393331234567@c.us';

test('synced before the library listens: connected, never ready, until its hook is called', async () => {
  const profile = await folder();
  const sandbox = await sandboxOf();
  await (await linkedClient(sandbox, profile)).destroy();
  sandbox.world.setFaults({ sync: 'instant' });
  const client = clientOf(sandbox, profile);
  let isReady = false;
  client.on('ready', () => (isReady = true));
  await client.initialize();
  expect([isReady, await client.getState()]).toEqual([false, 'CONNECTED']);
  const ready = once(client, 'ready');
  await client.pupPage?.evaluate('window.onAppStateHasSyncedEvent()');
  await ready;
});

test('a second sync: the library says ready twice', async () => {
  const { sandbox, client } = await number();
  const twice = times(client, 'ready', 2);
  sandbox.world.command({ do: 'resync' });
  await twice;
});

test('everything twice: one message of the world, two of the library', async () => {
  const { sandbox, client } = await number();
  sandbox.world.setFaults({ duplicateEvents: true });
  const twice = times(client, 'message', 2);
  sandbox.world.inbound({ from: giulia, body: 'doppio' });
  await twice;
});

test('frames that navigate at the QR stage: the library tells codes several times over', async () => {
  const sandbox = await sandboxOf();
  const client = clientOf(sandbox, await folder());
  const shown = once(client, 'qr');
  await client.initialize();
  await shown;
  const more = times(client, 'qr', 2);
  sandbox.world.command({ do: 'iframes', count: 2 });
  await more;
});

test('a refused send falls to ack -1', async () => {
  const { sandbox, client } = await olderNumber();
  sandbox.world.setFaults({ sends: 'refuse' });
  const failed = new Promise<number>((resolve) =>
    client.on('message_ack', (message, ack) => {
      if (message.body === 'no') resolve(Number(ack));
    }),
  );
  await client.sendMessage(giulia, 'no');
  expect(await failed).toBe(-1);
  expect(sandbox.world.outbox.filter(({ body }) => body === 'no')).toEqual([]);
});

test.each([
  ['hold-reply', 'settled'],
  ['hang', 'hanging'],
] as const)('%s: the message is taken, and the call is %s', async (sends, expected) => {
  const { sandbox, client } = await olderNumber();
  sandbox.world.setFaults({ sends });
  const text = `sospeso: ${sends}`;
  const delivered = worldEvent(
    sandbox,
    (event) => event.kind === 'changed' && event.message.body === text && event.message.ack === 2,
  );
  const call = client.sendMessage(giulia, text).then(
    () => 'settled',
    () => 'settled',
  );
  await delivered;
  // What the page is told comes in order: from here on sends work again.
  const heard = once(client, 'message');
  sandbox.world.setFaults({ sends: 'normal' });
  sandbox.world.inbound({ from: giulia, body: 'di nuovo' });
  await heard;
  // The whole way of a send, after it: a call that settles has by then.
  await client.sendMessage(giulia, 'dopo');
  expect(await Promise.race([call, Promise.resolve('hanging')])).toBe(expected);
  const ack = await client.pupPage!.evaluate(
    `window.require("WAWebCollections").Msg.getModelsArray().find((message) => message.body === "${text}").ack`,
  );
  expect([ack, sandbox.world.outbox.find(({ body }) => body === text)?.ack]).toEqual([0, 2]);
});

test('ack before the send returns: the page ends with the higher tick', async () => {
  const { sandbox, client } = await olderNumber();
  sandbox.world.setFaults({ ackBeforeMessage: true });
  const acks: number[] = [];
  const delivered = new Promise<void>((resolve) =>
    client.on('message_ack', (message, ack) => {
      if (message.body !== 'in gara') return;
      acks.push(Number(ack));
      resolve();
    }),
  );
  const sent = await client.sendMessage(giulia, 'in gara');
  await delivered;
  expect(acks).toEqual([2]);
  expect((await client.getMessageById(sent.id._serialized)).ack).toBe(2);
});

test('ack before message: the tick of a message typed on the phone is told first', async () => {
  const { sandbox, client } = await number();
  sandbox.world.setFaults({ ackBeforeMessage: true });
  const order: string[] = [];
  client.on('message_ack', ({ body }) => body === 'dal telefono' && order.push('ack'));
  const created = new Promise<void>((resolve) =>
    client.on('message_create', ({ body }) => {
      if (body !== 'dal telefono') return;
      order.push('message');
      resolve();
    }),
  );
  sandbox.world.fromPhone({ to: giulia, body: 'dal telefono' });
  await created;
  expect(order.slice(0, 2)).toEqual(['ack', 'message']);
});

test('dropped connection: back by itself, and what was missed is told once', async () => {
  const { sandbox, client } = await number();
  const heard: string[] = [];
  const missed = new Promise<void>((resolve) =>
    client.on('message', (message: LibraryMessage) => {
      heard.push(message.body);
      if (message.body === 'dopo') resolve();
    }),
  );
  sandbox.world.command({ do: 'drop-sockets' });
  sandbox.world.inbound({ from: giulia, body: 'durante' });
  await client.pupPage!.waitForFunction(
    'window.require("WAWebCollections").Msg.getModelsArray().some((message) => message.body === "durante")',
  );
  sandbox.world.inbound({ from: giulia, body: 'dopo' });
  await missed;
  expect(heard).toEqual(['durante', 'dopo']);
});

test('a reloaded page is ready again, with the same device', async () => {
  const { sandbox, client } = await number();
  const ready = once(client, 'ready');
  sandbox.world.command({ do: 'reload', times: 1, everyMs: 0 });
  await ready;
  expect(sandbox.world.state.devices).toHaveLength(1);
});

// The last one: afterwards the number is somebody else’s.
test('opened elsewhere: the library says CONFLICT and lets go', async () => {
  const { sandbox, client } = await number();
  const told = next<string>(client, 'disconnected');
  sandbox.world.command({ do: 'state', state: 'CONFLICT' });
  expect(await told).toBe('CONFLICT');
});

test('nobody at web.whatsapp.com: initialize rejects in words', async () => {
  const sandbox = await sandboxOf();
  sandbox.world.setFaults({ serverDown: true });
  const client = clientOf(sandbox, await folder());
  await expect(client.initialize()).rejects.toThrow(/net::ERR_/);
});
