import { effect } from '@preact/signals';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aChat, aMessage, aSession, anyTime } from '../../testing/rows.ts';
import { problem, TinyServer } from '../../testing/tiny-server.ts';
import { until } from '../../testing/until.ts';
import { Link } from '../link/link.ts';
import { Model } from './model.ts';
import { Rows } from './rows.ts';

let server: TinyServer;
let model: Model;
let ids = 0;

beforeEach(async () => {
  server = await TinyServer.start();
  server.commit({ chats: [aChat({ id: 1, unread: 2 }), aChat({ id: 2, name: 'Marco', phone: '39347' })] });
  server.commit({
    messages: [aMessage({ id: 1, chatId: 1 }), aMessage({ id: 2, chatId: 1, at: anyTime + 1_000 })],
  });
  const link = new Link({
    host: server.url,
    auth: 'bearer',
    pace: { pollMs: 20, silenceMs: 60_000, joinMs: 2_000, retryFirstMs: 10, retryCapMs: 50 },
  });
  model = new Model(link, {
    now: Date.now,
    newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
  });
});
afterEach(async () => {
  model.close();
  await server[Symbol.asyncDispose]();
});

async function signIn(): Promise<void> {
  expect(await model.signIn('marta@example.com', 'secret')).toBeUndefined();
  await until(() => model.connection.value === 'live');
  await model.desk.value!.chats.more();
}
const bodies = (chatId = 1): string[] => model.entries(chatId).map((entry) => entry.body);

test('a row is kept only if its number is higher, and a tombstone keeps its row down', () => {
  const rows = new Rows<{ id: number; seq: number; mergedInto: number | null; text: string }>();
  rows.put([{ id: 1, seq: 5, mergedInto: null, text: 'new' }]);
  expect(rows.put([{ id: 1, seq: 4, mergedInto: null, text: 'old' }])).toEqual([]);
  expect(rows.get(1)?.text).toBe('new');
  rows.put([
    { id: 2, seq: 6, mergedInto: null, text: 'winner' },
    { id: 1, seq: 7, mergedInto: 2, text: '' },
  ]);
  rows.put([{ id: 1, seq: 5, mergedInto: null, text: 'new' }]);
  expect(rows.values().map((row) => row.text)).toEqual(['winner']);
  expect(rows.get(1)?.text).toBe('winner');
});

test('wrong credentials are told, and nothing is kept', async () => {
  expect(await model.signIn('marta@example.com', 'wrong')).toBe('wrong-credentials');
  expect(model.me.value).toBeNull();
});

test('a sent text is a bubble at once, and the row with its client id takes its place', async () => {
  await signIn();
  model.openChat(1);
  await until(() => model.timeline(1).state.value === 'ready');
  model.send(1, ' On my way ');
  expect(bodies().at(-1)).toBe('On my way');
  expect(model.entries(1).at(-1)!.outgoing?.state).toBe('sending');
  await until(() => model.entries(1).at(-1)!.id > 0);
  expect(bodies().filter((body) => body === 'On my way')).toHaveLength(1);
  expect(model.outbox.pending.value).toEqual([]);
});

test('the echo arrives before send returns: one bubble', async () => {
  await signIn();
  model.openChat(1);
  await until(() => model.timeline(1).state.value === 'ready');
  let answer = (): void => undefined;
  server.instead.set('POST /chats/1/messages', async (body) => {
    const row = aMessage({
      id: 9,
      chatId: 1,
      fromMe: true,
      clientId: String(body['clientId']),
      body: 'Echo',
      at: Date.now(),
    });
    server.commit({ messages: [row] });
    await new Promise<void>((done) => (answer = done));
    return { status: 201, body: server.messages.get(9) };
  });
  model.send(1, 'Echo');
  await until(() => model.entries(1).some((entry) => entry.id === 9));
  expect(bodies().filter((body) => body === 'Echo')).toHaveLength(1);
  answer();
});

test('texts to one chat leave in the order they were written, though the first is slow', async () => {
  await signIn();
  const sent: string[] = [];
  server.instead.set('POST /chats/1/messages', async (body) => {
    const id = 10 + sent.length;
    if (sent.length === 0) await new Promise((done) => setImmediate(done));
    sent.push(String(body['body']));
    return {
      status: 201,
      body: aMessage({
        id,
        chatId: 1,
        fromMe: true,
        clientId: String(body['clientId']),
        body: String(body['body']),
        seq: 500 + id,
      }),
    };
  });
  ['one', 'two', 'three'].forEach((text) => model.send(1, text));
  await until(() => model.outbox.pending.value.length === 0);
  expect(sent).toEqual(['one', 'two', 'three']);
});

test('a refused text stays with its reason and goes out with the same client id on retry', async () => {
  await signIn();
  model.openChat(1);
  const clientIds: unknown[] = [];
  server.instead.set('POST /chats/1/messages', (body) => {
    clientIds.push(body['clientId']);
    server.instead.delete('POST /chats/1/messages');
    return problem(422, 'too-large');
  });
  model.send(1, 'Long');
  await until(() => model.entries(1).at(-1)?.outgoing?.state === 'failed');
  const failed = model.entries(1).at(-1)!;
  expect(failed.outgoing?.code).toBe('too-large');
  await model.retry(failed);
  await until(() => model.outbox.pending.value.length === 0);
  expect(Array.from(server.messages.values()).filter((row) => row.clientId === clientIds[0])).toHaveLength(1);
});

test('written while the server is away, sent once when it is back', async () => {
  await signIn();
  model.openChat(1);
  server.isDown = true;
  server.cut();
  model.send(1, 'Later');
  await until(() => model.outbox.pending.value[0]?.state === 'waiting');
  server.isDown = false;
  await until(() => model.outbox.pending.value.length === 0);
  expect(Array.from(server.messages.values()).filter((row) => row.body === 'Later')).toHaveLength(1);
});

test('an open chat, its draft and its pending text move when two chats become one', async () => {
  await signIn();
  model.openChat(1);
  model.setDraft(1, 'half a thought');
  server.commit({ chats: [aChat({ id: 1, mergedInto: 2 })] });
  await until(() => model.chat.value?.id === 2);
  expect(model.drafts.value.get(2)).toBe('half a thought');
  expect(model.desk.value!.chats.list.value.map((chat) => chat.id)).toEqual([2]);
});

test('of two chats that become one neither half-written text is lost, the one on the screen first', async () => {
  await signIn();
  model.openChat(1);
  model.setDraft(2, 'kept for later');
  model.setDraft(1, 'half a thought');
  server.commit({ chats: [aChat({ id: 1, mergedInto: 2 })] });
  await until(() => model.chat.value?.id === 2);
  expect(model.drafts.value.get(2)).toBe('half a thought\nkept for later');
  expect(model.drafts.value.has(1)).toBe(false);
  expect(model.screen.value).toEqual({ name: 'chat', chatId: 2, openedAs: 1 });
});

test('texts queued behind a slow one leave after their chat was joined into another', async () => {
  await signIn();
  model.openChat(1);
  const held = Promise.withResolvers<void>();
  server.instead.set('POST /chats/1/messages', async () => {
    await held.promise;
    return problem(503, 'unavailable');
  });
  model.send(1, 'First');
  model.send(1, 'Second');
  server.commit({ chats: [aChat({ id: 1, mergedInto: 2 })] });
  await until(() => model.outbox.pending.value.length === 0);
  const sent = Array.from(server.messages.values()).filter((row) => row.chatId === 2);
  expect(sent.map((row) => row.body)).toEqual(['First', 'Second']);
  held.resolve();
});

test('messages that move with their chat, or change, have not come in anew', async () => {
  await signIn();
  const arrivals: number[] = [];
  const stop = model.arrived.subscribe((rows) => void arrivals.push(...rows.map(({ id }) => id)));
  const row = aMessage({ id: 7, chatId: 1, at: Date.now() });
  const hasArrived = (id: number) => until(() => model.arrived.value.some((one) => one.id === id));
  server.commit({ messages: [row] });
  await hasArrived(7);
  server.commit({ messages: [{ ...row, chatId: 2 }], chats: [aChat({ id: 1, mergedInto: 2 })] });
  server.commit({ messages: [{ ...row, chatId: 2, starred: true }] });
  server.commit({ messages: [aMessage({ id: 8, chatId: 2, at: Date.now() })] });
  await hasArrived(8);
  stop();
  expect(arrivals).toEqual([7, 8]);
});

test('a chat being read is marked read; one that is only open is not', async () => {
  await signIn();
  model.openChat(1);
  expect(server.asked).not.toContain('POST /chats/1/read');
  model.isReading.value = true;
  await expect.poll(() => server.asked).toContain('POST /chats/1/read');
});

test('the list is ordered by pin and last word, and follows what comes in', async () => {
  await signIn();
  const order = (): number[] => model.desk.value!.chats.list.value.map((chat) => chat.id);
  expect(order()).toEqual([2, 1]);
  const last = {
    body: 'New',
    type: 'text' as const,
    at: anyTime + 60_000,
    fromMe: false,
    ack: 0 as const,
    revoked: false,
  };
  server.commit({ chats: [aChat({ id: 1, unread: 3, last })] });
  await until(() => order()[0] === 1);
  server.commit({ chats: [aChat({ id: 2, name: 'Marco', pinned: true })] });
  await until(() => order()[0] === 2);
  expect(model.unread.value).toBe(3);
});

test('after a reset everything is read afresh and the open chat stays open', async () => {
  await signIn();
  model.openChat(1);
  await until(() => bodies().length === 2);
  server.messages.delete(1);
  server.oldest = 1_000;
  server.seq = 1_000;
  server.publish({ inboxId: 1, seq: 1_000, rows: null });
  await until(() => model.timeline(1).state.value === 'ready' && bodies().length === 1);
  expect(model.screen.value).toEqual({ name: 'chat', chatId: 1 });
});

test('notes that cannot be read are not asked for again with every drawing', async () => {
  server.instead.set('GET /chats/1/notes', () => problem(503, 'unavailable'));
  await signIn();
  for (let drawn = 0; drawn < 5; drawn++) {
    model.entries(1);
    server.commit({ messages: [aMessage({ id: 20 + drawn, chatId: 1, at: anyTime + drawn })] });
    await until(() => model.timeline(1).rows.get(20 + drawn) !== undefined);
  }
  expect(server.asked.filter((what) => what === 'GET /chats/1/notes')).toHaveLength(1);
});

test('a number without a phone asks for linking, and shows each new code', async () => {
  const hint = { kind: 'qr' as const, issuedAt: 1, expiresAt: 20_001, turn: 1 };
  server.pairing = { ...hint, value: 'first' };
  server.commit({ session: aSession({ state: 'pairing', me: null, pairing: hint }) });
  await model.signIn('marta@example.com', 'secret');
  expect(model.screen.value).toEqual({ name: 'link' });
  await until(() => model.desk.value!.pairing.code.value?.value === 'first');
  await until(() => model.connection.value === 'live');
  const next = { ...hint, issuedAt: 2, turn: 2 };
  server.pairing = { ...next, value: 'second' };
  server.commit({ session: aSession({ state: 'pairing', me: null, pairing: next }) });
  await until(() => model.desk.value!.pairing.code.value?.value === 'second');
});

test('a chat asked for before the sign-in opens after it', async () => {
  await model.reach('+39 333 123 4567');
  server.instead.set('POST /inboxes/1/chats', () => ({ status: 200, body: server.chats.get(2) }));
  await signIn();
  expect(model.screen.value).toEqual({ name: 'chat', chatId: 2 });
});

test('an Agent known here who asks for a chat sees that first and no list before it; who and which numbers are asked at once', async () => {
  server.isSignedIn = true;
  const host = server.url;
  const choices = new Map([[`chatdock:signed-in:${host}`, 'yes']]);
  const known = new Model(new Link({ host, auth: 'cookie' }), {
    now: Date.now,
    newId: () => 'never',
    choices: { getItem: (key) => choices.get(key) ?? null, setItem: (key, value) => choices.set(key, value) },
  });
  const shown: string[] = [];
  const stop = effect(() => void (known.phase.value === 'ready' && shown.push(known.screen.value.name)));
  // Whoever knows the numbers first waits for the name all the same.
  const answer = Promise.withResolvers<void>();
  server.instead.set('GET /auth/me', async () => {
    await until(() => server.asked.includes('GET /inboxes'));
    answer.resolve();
    server.instead.delete('GET /auth/me');
    return { status: 200, body: (await (await fetch(`${host}/api/v1/auth/me`)).json()) as unknown };
  });
  const started = known.start();
  await known.reach('+39 347');
  await answer.promise;
  server.instead.set('POST /inboxes/1/chats', () => ({ status: 200, body: server.chats.get(2) }));
  await started;
  expect(shown).toEqual(['chat']);
  stop();
  known.close();
});

test('a chat asked for that does not come leaves nobody waiting: the list is there meanwhile', async () => {
  server.isSignedIn = true;
  const host = server.url;
  const known = new Model(new Link({ host, auth: 'cookie' }), {
    now: Date.now,
    newId: () => 'never',
    choices: { getItem: () => 'yes', setItem: () => undefined },
  });
  const late = Promise.withResolvers<void>();
  server.instead.set('POST /inboxes/1/chats', async () => {
    await late.promise;
    return { status: 200, body: server.chats.get(2) };
  });
  await known.reach('+39 347');
  void known.start();
  await until(() => known.phase.value === 'ready');
  expect(known.screen.value.name).toBe('chats');
  late.resolve();
  await until(() => known.screen.value.name === 'chat');
  known.close();
});

test('a page may name a chat as WhatsApp does; the digits of a hidden number or a group are no phone number', async () => {
  await signIn();
  const asked: unknown[] = [];
  server.instead.set('POST /inboxes/1/chats', (body) => {
    asked.push(body);
    return { status: 200, body: server.chats.get(2) };
  });
  for (const id of ['53859493912625@lid', '120363383601897853@g.us', '393331234567@c.us'])
    await model.reach(id);
  expect(asked).toEqual([
    { phone: '53859493912625@lid' },
    { phone: '120363383601897853@g.us' },
    { phone: '393331234567' },
  ]);
});

test('a number that cannot be opened is put back into the field with its reason', async () => {
  await signIn();
  server.instead.set('POST /inboxes/1/chats', () => problem(422, 'not-on-whatsapp'));
  await model.reach('+39 000');
  expect(model.screen.value).toEqual({ name: 'contacts' });
  expect(model.wanted.value).toEqual({ phone: '+39 000', trouble: 'not-on-whatsapp' });
});

test('signed out elsewhere: the widget shows the sign-in and keeps nothing of the person', async () => {
  await signIn();
  model.setDraft(1, 'secret');
  server.instead.set('GET /inboxes', () => problem(401, 'not-signed-in'));
  await model.refreshDesks().catch(() => undefined);
  expect(model.phase.value).toBe('signed-out');
  expect(model.drafts.value.size).toBe(0);
  expect(model.desks.value).toEqual([]);
});
