import { describe, expect, test } from 'vitest';
import { house, settle } from './testing-broker.ts';

describe('subscriptions', () => {
  test('the same topic has the same id for everybody, and again for the same client', () => {
    const { join, broker } = house();
    const [ann, bob] = [join('ann'), join('bob')];
    ann.say(32, 1, {}, 'a');
    ann.say(32, 2, {}, 'a');
    bob.say(32, 1, {}, 'a');
    const id = ann.line.messages[0]?.[2];
    expect(ann.line.messages).toEqual([
      [33, 1, id],
      [33, 2, id],
    ]);
    expect(bob.line.last).toEqual([33, 1, id]);
    expect(broker.counters.subscriptions).toBe(1);
  });

  test('an event is framed once for all sockets of a version', () => {
    const { join, attach, broker } = house();
    const clients = [join('ann'), join('bob')];
    for (const client of clients) client.say(32, 1, {}, 'a');
    const old = [attach(1), attach(1)];
    for (const client of old) client.say(5, 'a');
    expect(broker.publish('a', '{"n":1}')).toBe(4);
    const [first, second] = clients.map(({ line }) => line.frames.at(-1));
    expect(first).toBe(second);
    expect(clients[0]?.line.last).toEqual([36, expect.any(Number), expect.any(Number), {}, [{ n: 1 }]]);
    expect(old[0]?.line.last).toEqual([8, 'a', { n: 1 }]);
    expect(old[0]?.line.frames.at(-1)).toBe(old[1]?.line.frames.at(-1));
  });

  test('a pattern hears matching topics once each and is told which', () => {
    const { join, broker } = house();
    const { say, line } = join();
    say(32, 1, { match: 'prefix' }, 'a.');
    say(32, 2, { match: 'wildcard' }, 'a..c');
    line.frames = [];
    expect(broker.publish('a.b.c', '1')).toBe(2);
    expect(broker.publish('b.b.c', '1')).toBe(0);
    expect(line.messages.map((message) => message[3])).toEqual([{ topic: 'a.b.c' }, { topic: 'a.b.c' }]);
    expect(line.messages[0]?.[2]).toBe(line.messages[1]?.[2]);
  });

  test('an event goes only to users that are permitted to have it', () => {
    const { join, broker } = house();
    const [ann, bob] = [join('ann'), join('bob')];
    for (const { say, line } of [ann, bob]) {
      say(32, 1, {}, 'a');
      line.frames = [];
    }
    expect(broker.publish('a', '1', (user) => user === 'bob')).toBe(1);
    expect(ann.line.frames).toEqual([]);
    expect(bob.line.frames).toHaveLength(1);
  });

  test.each([
    ['not permitted', {}, 'b', 'wamp.error.not_authorized'],
    ['no URI', {}, 'a..b', 'wamp.error.invalid_uri'],
    ['an unknown way to match', { match: 'regex' }, 'a', 'wamp.error.invalid_argument'],
    ['a broken authoriser', {}, 'broken', 'wamp.error.unavailable'],
  ])('refuses what is %s', async (_, options, topic, reason) => {
    const { join, faults } = house((_user, wanted) => {
      if (wanted === 'broken') return Promise.reject(new Error('no database'));
      return wanted === 'a';
    });
    const { say, line } = join();
    say(32, 9, options, topic);
    await settle();
    expect(line.last).toEqual([8, 32, 9, {}, reason]);
    expect(faults).toHaveLength(topic === 'broken' ? 1 : 0);
  });

  test('an authoriser that takes its time does not reorder SUBSCRIBE and UNSUBSCRIBE', async () => {
    const answer = Promise.withResolvers<boolean>();
    const { join, broker } = house((_user, topic) => (topic === 'slow' ? answer.promise : true));
    const { say, line } = join();
    say(32, 1, {}, 'slow');
    say(32, 2, {}, 'quick');
    say(34, 3, 1);
    expect(line.frames).toEqual([]);
    answer.resolve(true);
    await settle();
    expect(line.messages).toEqual([
      [33, 1, 1],
      [33, 2, 2],
      [35, 3],
    ]);
    expect(broker.isHeard('slow')).toBe(false);
  });

  test('a client that leaves while the authoriser thinks is not subscribed afterwards', async () => {
    const answer = Promise.withResolvers<boolean>();
    const { join, broker } = house(() => answer.promise);
    const { say, session, line } = join();
    say(32, 1, {}, 'a');
    session.closed();
    answer.resolve(true);
    await settle();
    expect(broker.counters).toMatchObject({ sessions: 0, subscriptions: 0 });
    expect(line.frames).toEqual([]);
  });

  test('a flood of SUBSCRIBEs is bounded: those over the cap are refused', () => {
    const { join, broker } = house(() => true, { subscriptions: 200 });
    const { say, line } = join();
    for (let n = 0; n < 10_000; n++) say(32, n, {}, `topic.${n}`);
    expect(broker.counters.subscriptions).toBe(200);
    expect(line.last).toEqual([8, 32, 9_999, {}, 'wamp.error.unavailable']);
  });

  test('a flood while the authoriser hangs ends the session', () => {
    const { join, broker } = house(() => new Promise(() => {}), { queued: 10 });
    const { say, line } = join();
    for (let n = 0; n < 100; n++) say(32, n, {}, `topic.${n}`);
    expect(line.ended).toEqual({ code: 4429 });
    expect(broker.counters.sessions).toBe(0);
  });

  test('UNSUBSCRIBE of what is not subscribed is an error', () => {
    const { join } = house();
    const { say, line } = join();
    say(34, 1, 77);
    expect(line.last).toEqual([8, 34, 1, {}, 'wamp.error.no_such_subscription']);
  });
});
