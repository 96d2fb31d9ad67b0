import { request as plainRequest, type IncomingMessage } from 'node:http';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ControlDoor } from './control.ts';
import { ManualWorldClock } from './manual-clock.ts';
import { example, kindNames } from './kinds.ts';
import { sample, sampleNames } from './samples.ts';
import { demoSeed } from './seed.ts';
import { World } from './world.ts';

const giulia = '393331234567@c.us';
let world: World;
let door: ControlDoor;
beforeEach(async () => {
  const clock = new ManualWorldClock();
  world = new World({ clock, seed: demoSeed(clock.now() / 1000) });
  door = await ControlDoor.start(world);
});
afterEach(async () => {
  await door[Symbol.asyncDispose]();
  world[Symbol.dispose]();
});

interface Answer {
  status: number;
  body: unknown;
  headers: IncomingMessage['headers'];
}
/** A request whose headers are all ours to choose. */
async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Answer> {
  const { port } = new URL(door.url);
  const request = plainRequest({ host: '127.0.0.1', port, path, method, headers });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += String(part);
  const isJson = response.headers['content-type']?.startsWith('application/json');
  return {
    status: response.statusCode ?? 0,
    body: isJson ? JSON.parse(text) : text,
    headers: response.headers,
  };
}
const act = (verb: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  ask('POST', `/api/${verb}`, { 'content-type': 'application/json', ...headers }, JSON.stringify(body));

test('a verb changes the world and answers with what it made', async () => {
  const answer = await act('inbound', { from: giulia, body: 'Ciao' });
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ chat: giulia, body: 'Ciao', fromMe: false });
  expect(world.messagesOf(giulia).at(-1)?.body).toBe('Ciao');
});

test('what the world declines is 409 with its word', async () => {
  expect(await act('scan', { qr: '2@old' })).toMatchObject({ status: 409, body: { code: 'stale-code' } });
  expect(await act('ack', { id: 'nobody', ack: 2 })).toMatchObject({
    status: 409,
    body: { code: 'unknown-message' },
  });
});

test('input that is no JSON, not of the shape, too large, or for no verb is refused in words', async () => {
  expect((await act('inbound', { from: 'not an address' })).status).toBe(400);
  expect((await ask('POST', '/api/inbound', { 'content-type': 'text/plain' }, '{}')).status).toBe(415);
  expect((await ask('POST', '/api/inbound', { 'content-type': 'application/json' }, '{')).status).toBe(400);
  expect((await act('inbound', { from: giulia, body: 'x'.repeat(13_000_000) })).status).toBe(413);
  expect((await act('toString', {})).status).toBe(404);
  expect((await ask('GET', '/api/inbound')).status).toBe(405);
  expect((await ask('GET', '/../package.json')).status).toBe(404);
});

test.each([
  ['a page of another origin', { origin: 'https://evil.example' }],
  ['a page of another port', { origin: 'http://127.0.0.1:1' }],
  ['a page without origin', { origin: 'null' }],
  ['a request from another site', { 'sec-fetch-site': 'cross-site' }],
  ['another name for this address', { host: 'rebound.example' }],
])('%s is turned away', async (_who, headers) => {
  expect((await act('online', { online: false }, headers)).status).toBe(403);
  expect((await ask('GET', '/api/state', headers)).status).toBe(403);
  expect(world.online).toBe(true);
});

test('its own page and plain programs are let in, by every loopback name', async () => {
  const { host, port } = new URL(door.url);
  expect(
    (await ask('GET', '/api/state', { origin: `http://${host}`, 'sec-fetch-site': 'same-origin' })).status,
  ).toBe(200);
  expect((await ask('GET', '/api/state', { host: `localhost:${port}` })).status).toBe(200);
});

test('it does not listen on any address but loopback', async () => {
  const outer = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  if (!outer) return;
  const socket = connect({ host: outer.address, port: Number(new URL(door.url).port) });
  const [error] = await Promise.race([
    once(socket, 'error'),
    once(socket, 'connect').then(() => [undefined]),
  ]);
  socket.destroy();
  expect((error as NodeJS.ErrnoException | undefined)?.code).toBe('ECONNREFUSED');
});

test('credentials of linked devices never leave through it', async () => {
  world.waiting.add(() => {});
  const linked = await act('scan-on-screen', {});
  const { credentials } = world.state.devices[0]!;
  const state = await ask('GET', '/api/state');
  expect(JSON.stringify([linked.body, state.body])).not.toContain(credentials);
  expect(state.body).toMatchObject({ devices: [{ name: 'Google Chrome (Linux)' }] });
});

test('the event stream tells what happens as it happens', async () => {
  const reading = new AbortController();
  const response = await fetch(`${door.url}api/events`, { signal: reading.signal });
  expect(response.headers.get('content-type')).toMatch('text/event-stream');
  world.inbound({ from: giulia, body: 'in diretta' });
  let text = '';
  for await (const part of response.body!.pipeThrough(new TextDecoderStream())) {
    text += part;
    if (text.includes('in diretta')) break;
  }
  reading.abort();
  expect(text).toContain('"kind":"message"');
});

test('the phone page comes with a strict policy and runs nothing inline', async () => {
  const page = await ask('GET', '/');
  expect(page.headers['content-security-policy']).toMatch(
    /default-src 'none'; script-src 'self'; style-src 'self'/,
  );
  expect(page.headers['content-security-policy']).not.toMatch(/unsafe/);
  expect(page.body).not.toMatch(/<script(?![^>]+src=)|<style|\son\w+=|style=/);
  const script = await ask('GET', '/app.ts');
  expect(script.headers['content-type']).toMatch('text/javascript');
  expect(script.body).not.toMatch(/innerHTML/);
});

test('a person is made once, and their habits can be changed', async () => {
  const made = await act('person', { phone: '393405550199@c.us', pushName: 'Chiara', stranger: true });
  expect(made).toMatchObject({ status: 200, body: { pushName: 'Chiara', receipts: true } });
  expect((await act('person', { phone: '393405550199@c.us', pushName: 'Due' })).status).toBe(409);
  const { id } = made.body as { id: string };
  await act('person', { id, autoReplyMs: 2000, receipts: false });
  expect(world.people.byId(id)).toMatchObject({ autoReplyMs: 2000, receipts: false });
  await act('person', { id, autoReplyMs: null });
  expect(world.people.byId(id)).not.toHaveProperty('autoReplyMs');
});

test('every kind is written by its name, and a file comes back as it was, shown only where that is safe', async () => {
  for (const kind of kindNames) {
    const answer = await act('inbound', { from: giulia, kind });
    expect(answer.body).toMatchObject({ type: example(kind).type });
  }
  for (const name of sampleNames) {
    const { body } = await act('inbound', { from: giulia, sample: name });
    const { id, media } = body as { id: string; media: { size: number; mimetype: string } };
    expect(media).toMatchObject({ size: sample(name).data.length, mimetype: sample(name).mimetype });
    const got = await ask('GET', `/api/file/${id}`);
    const isShown = name !== 'invoice';
    expect(got.headers['content-type']).toBe(isShown ? sample(name).mimetype : 'application/octet-stream');
    expect(got.headers['content-disposition']).toBe(isShown ? undefined : 'attachment');
  }
  const evil = Buffer.from('<svg onload=alert(1)>').toString('base64');
  const media = { data: evil, mimetype: 'image/svg+xml', filename: 'x.svg' };
  const { body } = await act('inbound', { from: giulia, media });
  const got = await ask('GET', `/api/file/${(body as { id: string }).id}`);
  expect(got.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment',
  });
});

test('a group is made, changed, and leaves its lines', async () => {
  const made = await act('group', { subject: 'Amici', people: [giulia] });
  const { id } = made.body as { id: string };
  await act('change-group', { group: id, change: { do: 'add', people: ['393478812043@c.us'] } });
  await act('change-group', { group: id, change: { do: 'subject', text: 'Amici veri', by: giulia } });
  expect(world.people.findChat(id)).toMatchObject({
    subject: 'Amici veri',
    participants: [world.me.phone, giulia, '393478812043@c.us'],
    unread: 0,
  });
  expect(world.messagesOf(id).map((message) => message.fields?.subtype)).toEqual([
    'create',
    'add',
    'subject',
  ]);
  await act('arrange', { chat: id, archived: true, mutedUntil: -1 });
  expect(world.people.findChat(id)).toMatchObject({ archived: true, mutedUntil: -1 });
});
