import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { inboxTopic } from '../contract/topic.ts';
import { openAutobahn } from './testing/autobahn.ts';
import { era, House } from './testing/house.ts';

let house: House;
beforeEach(async () => {
  house = await House.open();
});
afterEach(async () => {
  await house[Symbol.asyncDispose]();
});

describe('the reference client of WAMP v2', () => {
  test('subscribes and receives what is pushed to its Inbox, in order', async () => {
    const { session, details } = await openAutobahn(house.url());
    expect(details).toMatchObject({
      realm: 'chatdock',
      authid: '1',
      authrole: 'agent',
      authmethod: 'ticket',
    });
    const received: unknown[] = [];
    const third = Promise.withResolvers<void>();
    await session.subscribe(inboxTopic(1), (args) => {
      if (received.push(args[0]) === 3) third.resolve();
    });
    for (const seq of [1, 2, 3]) house.push({ inboxId: 1, seq, rows: null });
    await third.promise;
    expect(received).toEqual([1, 2, 3].map((seq) => ({ inboxId: 1, seq, era, rows: null })));
  });

  test('that asks for the ticket method is challenged and let in with the ticket of its URL', async () => {
    const ticket = house.ticket();
    const onchallenge = vi.fn(() => ticket);
    const { session } = await openAutobahn(house.url('/ws', ticket), {
      authmethods: ['ticket'],
      authid: 'whoever',
      onchallenge,
    });
    expect(onchallenge).toHaveBeenCalledOnce();
    expect(session.isOpen).toBe(true);
  });

  test('that answers the challenge with another ticket is refused', async () => {
    const opening = openAutobahn(house.url(), {
      authmethods: ['ticket'],
      authid: 'whoever',
      onchallenge: () => house.ticket(),
    });
    await expect(opening).rejects.toThrow('wamp.error.not_authorized');
  });

  test('never opens with a wrong ticket, nor with a used one', async () => {
    await expect(openAutobahn(house.url('/ws', 'guessed'))).rejects.toThrow('unreachable');
    const url = house.url();
    await openAutobahn(url);
    await expect(openAutobahn(url)).rejects.toThrow('unreachable');
    expect(house.realtime.counters()).toMatchObject({ sockets: 1, sessions: 1 });
  });

  test('is refused in another realm', async () => {
    await expect(openAutobahn(house.url(), { realm: 'realm1' })).rejects.toThrow('wamp.error.no_such_realm');
  });

  test.for([
    ['a foreign Inbox', inboxTopic(3), undefined],
    ['an Inbox that does not exist', inboxTopic(99), undefined],
    ['an unknown topic', 'chatdock.agents', undefined],
    ['a prefix', 'chatdock.', 'prefix'],
    ['the empty prefix', '', 'prefix'],
    ['a prefix that is its own Inbox', 'chatdock.inbox.1', 'prefix'],
    ['a wildcard', 'chatdock.inbox.', 'wildcard'],
    ['the meta events of a router', 'wamp.session.on_join', undefined],
  ] as const)('may not listen to %s', async ([, topic, match]) => {
    const { session } = await openAutobahn(house.url());
    await expect(session.subscribe(topic, () => {}, match && { match })).rejects.toMatchObject({
      error: 'wamp.error.not_authorized',
    });
    expect(house.realtime.counters().subscriptions).toBe(0);
  });

  test('may not publish, call or register', async () => {
    const { session } = await openAutobahn(house.url());
    await expect(session.publish(inboxTopic(1), ['x'], {}, { acknowledge: true })).rejects.toMatchObject({
      error: 'wamp.error.not_authorized',
    });
    await expect(session.call('wamp.session.list')).rejects.toMatchObject({
      error: 'wamp.error.no_such_procedure',
    });
    await expect(session.register('a.b', () => 1)).rejects.toMatchObject({
      error: 'wamp.error.not_authorized',
    });
  });

  test('hears nothing more after UNSUBSCRIBE', async () => {
    const { session } = await openAutobahn(house.url());
    const received: unknown[] = [];
    const subscription = await session.subscribe(inboxTopic(1), (args) => received.push(args[0]));
    await session.unsubscribe(subscription);
    house.push({ inboxId: 1, seq: 1, rows: null });
    await session.subscribe(inboxTopic(2), () => {});
    expect(received).toEqual([]);
  });

  test('that says GOODBYE is answered, and its subscriptions are gone', async () => {
    const { connection, session, closed } = await openAutobahn(house.url());
    await session.subscribe(inboxTopic(1), () => {});
    connection.close();
    expect(await closed).toEqual({ word: 'closed', reason: 'wamp.close.goodbye_and_out' });
    expect(house.realtime.counters()).toMatchObject({ sessions: 0, subscriptions: 0 });
  });

  test('is told when the server restarts', async () => {
    const { closed } = await openAutobahn(house.url());
    await house.realtime[Symbol.asyncDispose]();
    expect(await closed).toEqual({ word: 'closed', reason: 'wamp.close.system_shutdown' });
  });

  test('is told when its sign-in ends, and only its own', async () => {
    const [left, stayed] = await Promise.all([
      openAutobahn(house.url()),
      openAutobahn(house.url('/ws', house.ticket(2))),
    ]);
    house.signOut({ agentId: 1 });
    expect(await left.closed).toEqual({ word: 'closed', reason: 'wamp.error.not_authorized' });
    await expect(stayed.session.subscribe(inboxTopic(1), () => {})).resolves.toBeDefined();
  });
});

test('a sign-in that ended without a notice is noticed within a minute; a database that is away ends nobody', async () => {
  await house[Symbol.asyncDispose]();
  house = await House.open({ sockets: { pingMs: 600_000 } });
  const [left, stayed] = await Promise.all([
    openAutobahn(house.url()),
    openAutobahn(house.url('/ws', house.ticket(2))),
  ]);
  house.ended.add('?');
  await house.clock.advance(60_000);
  expect(house.realtime.counters().sessions).toBe(2);
  house.ended.delete('?');
  house.ended.add('sign-in-of-1');
  await house.clock.advance(60_000);
  expect(await left.closed).toEqual({ word: 'closed', reason: 'wamp.error.not_authorized' });
  expect(stayed.session.isOpen).toBe(true);
});

test('two Organisations never hear of each other', async () => {
  const mine = await openAutobahn(house.url('/ws', house.ticket(1, 10)));
  const theirs = await openAutobahn(house.url('/ws', house.ticket(2, 20)));
  const heard = { mine: [] as unknown[], theirs: [] as unknown[] };
  const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  await mine.session.subscribe(inboxTopic(1), ([push]) => {
    heard.mine.push(push);
    both[0].resolve();
  });
  await theirs.session.subscribe(inboxTopic(3), ([push]) => {
    heard.theirs.push(push);
    both[1].resolve();
  });
  house.push({ inboxId: 1, seq: 5, rows: null });
  house.push({ inboxId: 3, seq: 6, rows: null });
  await Promise.all(both.map(({ promise }) => promise));
  expect(heard.mine).toEqual([{ inboxId: 1, seq: 5, era, rows: null }]);
  expect(heard.theirs).toEqual([{ inboxId: 3, seq: 6, era, rows: null }]);
});
