import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Endpoint, OutgoingEvent } from '../server/contract/outgoing.ts';
import { eventually } from './harness/eventually.ts';
import { startLinkedHouse, type LinkedHouse } from './harness/linked-house.ts';

interface Told {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  event: OutgoingEvent;
}

let day: LinkedHouse;
let receiver: Server;
let address: string;
const told: Told[] = [];
/** Path and text that are refused when they are told for the first time. */
const refused = new Set<string>();

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const event = JSON.parse(text) as OutgoingEvent;
    told.push({ path: request.url!, headers: request.headers, text, event });
    const isRefused = 'message' in event.data && refused.delete(`${request.url} ${event.data.message.body}`);
    response.writeHead(isRefused ? 500 : 204).end();
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

/** What one Endpoint, by its path, has been told of a Message. */
const about = (at: string, type: string, body: string): Told[] =>
  told.filter(
    ({ path, event: { type: one, data } }) =>
      path === at && one === type && 'message' in data && data.message.body === body,
  );

test('an Endpoint is told what customers and Agents write, signed; what it refuses comes again under the same id', async () => {
  const { api, phone, inboxId } = day;
  const path = `/${randomUUID()}`;
  await expect(api.call('POST', '/organisation/endpoints', { url: 'http://127.0.0.1:9/' })).rejects.toThrow(
    /answered 4\d\d/,
  );
  const endpoint = await api.call<Endpoint & { secret: string }>('POST', '/organisation/endpoints', {
    url: `${address}${path}`,
  });
  const test = await api.call<{ ok: boolean }>('POST', `/organisation/endpoints/${endpoint.id}/test`, {});
  expect(test.ok).toBe(true);
  expect(told.some((one) => one.path === path && one.event.type === 'endpoint.test')).toBe(true);

  // A number works before it has told who its contacts are.
  const chats = await eventually(
    async () =>
      (await api.call<{ list: { id: number; name: string }[] }>('GET', `/inboxes/${inboxId}/chats`)).list,
    (list) => list.some(({ name }) => name === 'Giulia Rossi'),
  );
  const chat = chats.find(({ name }) => name === 'Giulia Rossi')!;

  const [theirs, ours, secret] = ['Tell the others', 'And this too', 'Between us'].map(
    (text) => `${text} ${randomUUID()}`,
  ) as [string, string, string];
  refused.add(`${path} ${theirs}`);
  await phone.writes('393331234567@c.us', theirs);
  const received = await eventually(
    async () => about(path, 'message.received', theirs),
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

  await api.call('POST', `/chats/${chat.id}/messages`, {
    clientId: randomUUID(),
    body: ours,
  });
  await eventually(
    async () => about(path, 'message.sent', ours),
    (list) => list.length === 1,
  );

  const after = await eventually(
    () => api.call<Endpoint>('GET', `/organisation/endpoints/${endpoint.id}`),
    ({ waiting }) => waiting === 0,
  );
  expect(after).toMatchObject({ state: 'on', dead: 0 });

  // Taken away, it is told nothing more.
  await api.call('DELETE', `/organisation/endpoints/${endpoint.id}`);
  await phone.writes('393331234567@c.us', secret);
  await eventually(
    () => api.messagesOf(inboxId),
    (messages) => messages.some(({ body }) => body === secret),
  );
  expect(about(path, 'message.received', secret)).toEqual([]);
});
