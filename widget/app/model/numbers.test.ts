import { afterEach, beforeEach, expect, test } from 'vitest';
import { aChat, anInbox, anyTime, aSession } from '../../testing/rows.ts';
import { TinyServer } from '../../testing/tiny-server.ts';
import { until } from '../../testing/until.ts';
import { Link } from '../link/link.ts';
import { Model } from './model.ts';

let server: TinyServer;
let model: Model;
const last = (at: number) =>
  ({ body: 'Hello', type: 'text', at, fromMe: false, ack: 0, revoked: false }) as const;
/** The second number's Chats, newest first; a page is two of them. */
const others = [9, 7, 3].map((n) =>
  aChat({ id: 100 + n, inboxId: 2, name: `Other ${n}`, last: last(anyTime + n * 1_000), seq: 1 }),
);
const counted = { all: 3, unread: 40, mine: 0, nobody: 3, groups: 0, archived: 0, messages: 55 };

beforeEach(async () => {
  server = await TinyServer.start();
  server.commit({
    chats: [8, 5, 1].map((n) => aChat({ id: n, name: `Own ${n}`, last: last(anyTime + n * 1_000) })),
  });
  let pages = 0;
  const second = anInbox({ id: 2, name: 'Support', session: aSession({ inboxId: 2 }) });
  server.instead.set('GET /inboxes', () => ({ status: 200, body: { list: [server.inbox, second] } }));
  server.instead.set('GET /inboxes/2/chats', () => {
    const list = pages++ ? others.slice(2) : others.slice(0, 2);
    return { status: 200, body: { list, next: pages > 1 ? null : 'more', cursor: 1 } };
  });
  const link = new Link({ host: server.url, auth: 'bearer' });
  model = new Model(link, { now: Date.now, newId: () => crypto.randomUUID() });
});
afterEach(async () => {
  model.close();
  await server[Symbol.asyncDispose]();
});
const names = (): string[] => model.all.chats.list.value.map(({ name }) => name);

test('all numbers in one list: nothing slides in above what is shown, down to the end of both', async () => {
  await model.signIn('marta@example.com', 'secret');
  model.chooseAll();
  expect(model.all.chats.state.value).toBe('idle');
  await model.all.chats.more();
  // The second number has been read down to its 7: what is older waits for its next page.
  expect(names()).toEqual(['Other 9', 'Own 8', 'Other 7']);
  await model.all.chats.more();
  expect(names()).toEqual(['Other 9', 'Own 8', 'Other 7', 'Own 5', 'Other 3', 'Own 1']);
  model.openChat(107);
  expect([model.deskId.value, model.isMerged.value]).toEqual([2, true]);
  model.filterChats('groups');
  expect(model.desks.value.map((desk) => desk.chats.filter.value)).toEqual(['groups', 'groups']);
  model.chooseDesk(1);
  expect(model.isMerged.value).toBe(false);
});

test('what is unread is what the server counts, also where no list was opened; what comes is counted on', async () => {
  server.instead.set('GET /inboxes/counts', () => ({
    status: 200,
    body: {
      list: [
        { ...counted, inboxId: 1, unread: 1, messages: 2 },
        { ...counted, inboxId: 2 },
      ],
    },
  }));
  await model.signIn('marta@example.com', 'secret');
  await until(() => model.unread.value === 57);
  const [first, second] = model.desks.value;
  await first!.chats.more();
  await until(() => model.connection.value === 'live');
  server.commit({ chats: [{ ...server.chats.get(5)!, unread: 3 }] });
  await until(() => first!.unread.value === 5);
  expect(first!.counts.value).toMatchObject({ unread: 2, nobody: 3 });
  server.commit({ chats: [{ ...server.chats.get(5)!, archived: true }] });
  await until(() => first!.counts.value?.archived === 1);
  expect(first!.counts.value).toMatchObject({ all: 2, unread: 1, nobody: 2, messages: 2 });
  expect([second!.unread.value, model.all.counts.value?.messages]).toEqual([55, 57]);
});

test('a chat is reached by its id before its list was read', async () => {
  await model.signIn('marta@example.com', 'secret');
  await model.reach(5);
  expect(model.chat.value?.name).toBe('Own 5');
  expect(server.asked).not.toContain('POST /inboxes/1/chats');
});

test('a number that was taken out of use leaves every list, and its open chat with it, without a reload', async () => {
  await model.signIn('marta@example.com', 'secret');
  await until(() => model.connection.value === 'live');
  const [, second] = model.desks.value;
  await second!.chats.more();
  model.openChat(109);
  expect(model.chat.value?.name).toBe('Other 9');
  server.instead.set('GET /inboxes', () => {
    server.instead.delete('GET /changes');
    return { status: 200, body: { list: [server.inbox] } };
  });
  server.instead.set('GET /changes', () => ({ status: 404, body: { code: 'not-found' } }));
  // A number was missed: it asks, and hears that one of them is not there any more.
  server.publish({ inboxId: 1, seq: server.seq + 2, rows: null });
  await until(() => model.desks.value.length === 1);
  expect(model.desks.value[0]!.id).toBe(1);
  await until(() => model.screen.value.name === 'chats');
  expect(model.deskId.value).toBe(1);
  expect(names()).not.toContain('Other 9');
});
