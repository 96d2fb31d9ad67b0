import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Endpoint, OutgoingEvent } from '../server/contract/outgoing.ts';
import { eventually } from './harness/eventually.ts';
import { startLinkedHouse, type LinkedHouse } from './harness/linked-house.ts';

interface Told {
  headers: IncomingHttpHeaders;
  text: string;
  event: OutgoingEvent;
}

let day: LinkedHouse;
let receiver: Server;
let address: string;
const told: Told[] = [];
/** How the next POSTs are answered; 204 when there is none left. */
const answers: number[] = [];

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    told.push({ headers: request.headers, text, event: JSON.parse(text) as OutgoingEvent });
    response.writeHead(answers.shift() ?? 204).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  day = await startLinkedHouse({ environment: { CHATDOCK_REMOTE_SERVERS: address } });
}, 240_000);
afterAll(async () => {
  receiver?.closeAllConnections();
  receiver?.close();
  await day?.house[Symbol.asyncDispose]();
});

/** As the room's README tells integrators to verify. */
function isGenuine(secret: string, { headers, text }: Told): boolean {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${text}`;
  const expected = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
    .update(signed)
    .digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .some((one) => {
      const given = Buffer.from(one.slice('v1,'.length), 'base64');
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
}

const about = (type: string, body: string): Told[] =>
  told.filter(
    ({ event: { type: one, data } }) => one === type && 'message' in data && data.message.body === body,
  );

test('an Endpoint is told what customers and Agents write, signed; what it refuses comes again under the same id', async () => {
  const { api, phone, inboxId } = day;
  await expect(api.call('POST', '/organisation/endpoints', { url: 'http://127.0.0.1:9/' })).rejects.toThrow(
    /answered 4\d\d/,
  );
  const endpoint = await api.call<Endpoint & { secret: string }>('POST', '/organisation/endpoints', {
    url: `${address}/hook`,
  });
  const test = await api.call<{ ok: boolean }>('POST', `/organisation/endpoints/${endpoint.id}/test`, {});
  expect(test.ok).toBe(true);
  expect(told.at(-1)!.event.type).toBe('endpoint.test');

  answers.push(500);
  await phone.writes('393331234567@c.us', 'Tell the others');
  const received = await eventually(
    async () => about('message.received', 'Tell the others'),
    (list) => list.length === 2,
    60_000,
  );
  expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(received.every((one) => isGenuine(endpoint.secret, one))).toBe(true);
  expect(isGenuine(endpoint.secret, { ...received[0]!, text: `${received[0]!.text} ` })).toBe(false);
  expect(received[0]!.event.data).toMatchObject({
    inbox: { id: inboxId },
    chat: { address: '393331234567@c.us', name: 'Giulia Rossi' },
    message: { fromMe: false },
    history: false,
  });

  const { list } = await api.call<{ list: { id: number; name: string }[] }>(
    'GET',
    `/inboxes/${inboxId}/chats`,
  );
  const chat = list.find(({ name }) => name === 'Giulia Rossi')!;
  await api.call('POST', `/chats/${chat.id}/messages`, {
    clientId: crypto.randomUUID(),
    body: 'And this too',
  });
  await eventually(
    async () => about('message.sent', 'And this too'),
    (list) => list.length === 1,
  );

  const after = await eventually(
    () => api.call<Endpoint>('GET', `/organisation/endpoints/${endpoint.id}`),
    ({ waiting }) => waiting === 0,
  );
  expect(after).toMatchObject({ state: 'on', dead: 0 });

  // Taken away, it is told nothing more.
  await api.call('DELETE', `/organisation/endpoints/${endpoint.id}`);
  const count = told.length;
  await phone.writes('393331234567@c.us', 'Between us');
  await eventually(
    () => api.messagesOf(inboxId),
    (messages) => messages.some(({ body }) => body === 'Between us'),
  );
  expect(told.slice(count).filter(({ event }) => JSON.stringify(event).includes('Between us'))).toEqual([]);
});
