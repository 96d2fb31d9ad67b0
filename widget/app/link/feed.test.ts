import { signal } from '@preact/signals';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChangedRows } from '../../../server/contract/wire.ts';
import { aChat, aMessage } from '../../testing/rows.ts';
import { TinyServer } from '../../testing/tiny-server.ts';
import { until } from '../../testing/until.ts';
import type { Connection, Feed } from './feed.ts';
import { Link } from './link.ts';

let server: TinyServer;
let link: Link;
let feed: Feed;
const state = signal<Connection>('reconnecting');
const seen = signal<string[]>([]);
const resets = signal(0);
const bodies = (rows: ChangedRows): string[] => rows.messages.map((row) => row.body);

beforeEach(async () => {
  server = await TinyServer.start();
  state.value = 'reconnecting';
  seen.value = [];
  resets.value = 0;
  link = new Link({
    host: server.url,
    auth: 'bearer',
    pace: { pollMs: 20, silenceMs: 400, joinMs: 400, retryFirstMs: 10, retryCapMs: 50 },
  });
  feed = link.follow({
    rows: (_, rows) => void (seen.value = [...seen.value, ...bodies(rows)]),
    reset: () => void resets.value++,
    connection: (next) => void (state.value = next),
  });
  feed.watch(1, 100, 'one');
});
afterEach(async () => {
  link.close();
  await server[Symbol.asyncDispose]();
});
const say = (id: number, body: string): void => server.commit({ messages: [aMessage({ id, body })] });

test('it subscribes first and pulls second: what is written in between comes through', async () => {
  const subscribers: number[] = [];
  await new Promise<void>((done) => {
    server.instead.set('GET /changes', () => {
      subscribers.push(server.subscriberCount);
      if (server.subscriberCount) done();
      return { status: 204 };
    });
  });
  expect(subscribers.at(-1)).toBe(1);
  server.instead.clear();
  say(1, 'a');
  await until(() => seen.value.includes('a'));
});

test('pushes in order are applied without asking', async () => {
  await until(() => state.value === 'live');
  const asks = (): number => server.asked.filter((asked) => asked === 'GET /changes').length;
  const before = asks();
  const said = ['a', 'b', 'c', 'd', 'e'];
  for (const [index, body] of said.entries()) {
    say(index + 1, body);
    await until(() => seen.value.includes(body));
  }
  // The pull may bring a row that was pushed too: overlap is allowed, a gap is not.
  expect([...new Set(seen.value)]).toEqual(said);
  // A pull follows every subscription, and a machine that stood still for longer than the patience above asks once more.
  expect(asks() - before).toBeLessThan(said.length);
});

test('a lost push is noticed by the number of the next one', async () => {
  await until(() => state.value === 'live');
  server.losesPushes = true;
  say(1, 'lost');
  server.losesPushes = false;
  say(2, 'next');
  await until(() => seen.value.includes('lost') && seen.value.includes('next'));
});

test('a lost push is noticed by a heartbeat', async () => {
  await until(() => state.value === 'live');
  server.losesPushes = true;
  say(1, 'lost');
  server.publish({ inboxId: 1, seq: server.seq, rows: null });
  await until(() => seen.value.includes('lost'));
});

test('without a socket it polls, and comes back to the socket with nothing missed', async () => {
  await until(() => state.value === 'live');
  server.refusesSockets = true;
  server.cut();
  await until(() => state.value === 'polling');
  say(1, 'polled');
  await until(() => seen.value.includes('polled'));
  server.refusesSockets = false;
  await until(() => state.value === 'live');
  say(2, 'pushed');
  await until(() => seen.value.includes('pushed'));
});

test('a socket that says nothing is given up, though it looks open', async () => {
  await until(() => state.value === 'live');
  await until(() => state.value !== 'live');
  await until(() => state.value === 'live');
});

test('a server that is down is told apart from one that is slow, and found again', async () => {
  await until(() => state.value === 'live');
  server.isDown = true;
  server.cut();
  await until(() => state.value === 'reconnecting');
  server.isDown = false;
  await until(() => state.value === 'live');
});

test('a cursor the server cannot serve means: read afresh', async () => {
  server.oldest = 101;
  server.seq = 140;
  await until(() => resets.value === 1);
  say(1, 'after');
  await until(() => seen.value.includes('after'));
});

test('a server that was brought back to an earlier day, and has counted past us since, means: read afresh', async () => {
  await until(() => state.value === 'live');
  server.seq = 140;
  server.era = 'two';
  server.publish({ inboxId: 1, seq: 101, rows: { messages: [aMessage({ id: 9, body: 'not the next' })] } });
  await until(() => resets.value === 1);
  say(1, 'after');
  await until(() => seen.value.includes('after'));
  expect([resets.value, seen.value]).toEqual([1, ['after']]);
});

test('a server that was started again counts on in another era: nothing is lost and nothing read afresh', async () => {
  await until(() => state.value === 'live');
  server.after = 'one';
  server.era = 'two';
  say(1, 'the first');
  await until(() => seen.value.includes('the first'));
  const asks = (): number => server.asked.filter((asked) => asked === 'GET /changes').length;
  const before = asks();
  say(2, 'the second');
  await until(() => seen.value.includes('the second'));
  expect([resets.value, asks(), seen.value]).toEqual([0, before, ['the first', 'the second']]);
});

test('one bad row does not cost its neighbours', async () => {
  await until(() => state.value === 'live');
  const seq = ++server.seq;
  const good = aMessage({ id: 2, body: 'good', seq });
  server.publish({
    inboxId: 1,
    seq,
    rows: { chats: [aChat(), 7], messages: [{ id: 'x' }, null, good], contacts: 'none', session: {} },
  });
  await until(() => seen.value.includes('good'));
});

test('offline is what the browser says, whatever the socket believes', async () => {
  await until(() => state.value === 'live');
  feed.setOnline(false);
  expect(state.value).toBe('offline');
  feed.setOnline(true);
  expect(state.value).toBe('live');
});
