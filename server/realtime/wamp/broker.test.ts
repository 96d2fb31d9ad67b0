import { describe, expect, test } from 'vitest';
import type { Attached } from './broker.ts';
import { house } from './testing-broker.ts';

describe('the handshake', () => {
  test('welcomes into the realm, as the user the transport belongs to', () => {
    const { attach } = house();
    const { line, say } = attach(2);
    say(1, 'r', { roles: { subscriber: {} } });
    expect(line.messages).toEqual([
      [
        2,
        expect.any(Number),
        {
          realm: 'r',
          agent: 'test',
          authid: 'ann',
          authrole: 'agent',
          authmethod: 'ticket',
          authprovider: 'static',
          roles: { broker: { features: { pattern_based_subscription: true } } },
        },
      ],
    ]);
  });

  test('challenges who asks for it, and takes only the ticket of the transport', () => {
    const { attach } = house();
    const good = attach(2, 'ann', (ticket) => ticket === 'mine');
    good.say(1, 'r', { roles: {}, authmethods: ['ticket'], authid: 'x' });
    expect(good.line.last).toEqual([4, 'ticket', {}]);
    good.say(5, 'mine', {});
    expect(good.line.last[0]).toBe(2);

    const bad = attach(2, 'ann', (ticket) => ticket === 'mine');
    bad.say(1, 'r', { roles: {}, authmethods: ['ticket'], authid: 'x' });
    bad.say(5, 'other', {});
    expect(bad.line.last).toEqual([3, expect.anything(), 'wamp.error.not_authorized']);
    expect(bad.line.ended).toEqual({ code: 4401 });
  });

  test('ends who does not say HELLO in time, and nobody else', async () => {
    const { attach, join, timers, broker } = house();
    const silent = attach(2);
    const joined = join();
    await timers.pass();
    expect(silent.line.last).toEqual([3, expect.anything(), 'wamp.error.timeout']);
    expect(silent.line.ended).toEqual({ code: 4408 });
    expect(joined.line.ended).toBeUndefined();
    expect(broker.counters.sessions).toBe(1);
  });

  test.each([
    ['no HELLO first', [[32, 1, {}, 'a']]],
    [
      'a second HELLO',
      [
        [1, 'r', { roles: {} }],
        [1, 'r', { roles: {} }],
      ],
    ],
    [
      'a message only a router sends',
      [
        [1, 'r', { roles: {} }],
        [36, 1, 1, {}],
      ],
    ],
    [
      'AUTHENTICATE without a challenge',
      [
        [1, 'r', { roles: {} }],
        [5, 'x', {}],
      ],
    ],
    ['an empty list', [[]]],
  ])('aborts at %s', (_, messages) => {
    const { attach, broker } = house();
    const { line, say } = attach(2);
    for (const message of messages) say(...message);
    expect(line.last).toEqual([3, { message: expect.any(String) }, 'wamp.error.protocol_violation']);
    expect(line.ended).toEqual({ code: 1002 });
    expect(broker.counters.sessions).toBe(0);
  });
});

describe('what clients may not do', () => {
  test('PUBLISH reaches nobody; only an acknowledged one is answered', () => {
    const { join } = house();
    const [ann, bob] = [join('ann'), join('bob')];
    bob.say(32, 1, {}, 'a');
    ann.say(16, 1, {}, 'a', ['x']);
    expect(ann.line.frames).toEqual([]);
    ann.say(16, 2, { acknowledge: true }, 'a', ['x']);
    expect(ann.line.last).toEqual([8, 16, 2, {}, 'wamp.error.not_authorized']);
    expect(bob.line.frames).toHaveLength(1);
  });

  test('CALL finds no procedure, REGISTER is refused, CANCEL is ignored', () => {
    const { join } = house();
    const { say, line } = join();
    say(48, 1, {}, 'wamp.session.list');
    say(64, 2, {}, 'a.b');
    say(49, 1, {});
    expect(line.messages).toEqual([
      [8, 48, 1, {}, 'wamp.error.no_such_procedure'],
      [8, 64, 2, {}, 'wamp.error.not_authorized'],
    ]);
  });
});

describe('endings', () => {
  test('GOODBYE is answered', () => {
    const { join, broker } = house();
    const { say, line } = join();
    say(6, {}, 'wamp.close.normal');
    expect(line.last).toEqual([6, {}, 'wamp.close.goodbye_and_out']);
    expect(line.ended).toEqual({ code: 1000 });
    expect(broker.counters.sessions).toBe(0);
  });

  test('at a restart v2 is told, and v1 loses its connection so that it comes back', () => {
    const { join, attach, broker } = house();
    const v2 = join();
    const v1 = attach(1);
    broker.end(() => true, 'restart');
    expect(v2.line.last).toEqual([6, { message: 'restarting' }, 'wamp.close.system_shutdown']);
    expect(v2.line.ended).toEqual({ code: 1012 });
    expect(v1.line.ended).toBe('terminated');
  });

  test('at a sign-out v2 is told, and v1 is closed cleanly so that it stays away', () => {
    const { join, attach, broker } = house();
    const [v2, other] = [join('ann'), join('bob')];
    const v1 = attach(1, 'ann');
    expect(broker.end((user) => user === 'ann', 'not-signed-in')).toBe(2);
    expect(v2.line.last).toEqual([6, { message: 'signed out' }, 'wamp.error.not_authorized']);
    expect(v2.line.ended).toEqual({ code: 4401 });
    expect(v1.line.ended).toEqual({ code: 4401 });
    expect(other.line.ended).toBeUndefined();
  });

  test('who does not read is cut off; the others get the event', () => {
    const { join, broker } = house(() => true, { bufferedBytes: 1_000 });
    const [slow, quick] = [join('ann'), join('bob')];
    slow.say(32, 1, {}, 'a');
    quick.say(32, 1, {}, 'a');
    slow.line.bufferedAmount = 1_001;
    expect(broker.publish('a', '1')).toBe(1);
    expect(slow.line.ended).toBe('terminated');
    expect(broker.counters).toMatchObject({ sessions: 1, droppedSlow: 1, events: 1 });
  });

  test.each<[string, (session: Attached) => void]>([
    ['the transport is gone', (session) => session.closed()],
    ['we have ended it', (session) => session.end('restart')],
  ])('nothing is read or sent when %s', (_, end) => {
    const { join, broker } = house();
    const { say, session, line } = join();
    say(32, 1, {}, 'a');
    end(session);
    const { length } = line.frames;
    say(32, 2, {}, 'b');
    expect(broker.publish('a', '1')).toBe(0);
    expect(line.frames).toHaveLength(length);
    expect(broker.counters).toMatchObject({ sessions: 0, subscriptions: 0 });
  });
});

describe('WAMP v1', () => {
  test('is welcomed at once', () => {
    const { attach } = house();
    expect(attach(1).line.messages).toEqual([[0, expect.any(String), 1, 'test']]);
  });

  test('subscribes without an answer; a refusal is silent', () => {
    const { attach, broker } = house((_user, topic) => topic === 'a');
    const { say, line } = attach(1);
    say(5, 'a');
    say(5, 'b');
    say(5, 'not a uri');
    expect(line.frames).toHaveLength(1);
    expect(broker.counters.subscriptions).toBe(1);
    say(6, 'a');
    expect(broker.counters.subscriptions).toBe(0);
  });

  test('may keep alive; any other PUBLISH reaches nobody; a CALL finds no procedure', () => {
    const { attach } = house();
    const [ann, bob] = [attach(1, 'ann'), attach(1, 'bob')];
    bob.say(5, 'a');
    ann.say(7, '', '');
    ann.say(7, 'a', { forged: true });
    ann.say(2, 'call-1', 'p');
    expect(ann.line.last.slice(0, 3)).toEqual([4, 'call-1', 'wamp.error.no_such_procedure']);
    expect(bob.line.frames).toHaveLength(1);
    expect(ann.line.ended).toBeUndefined();
  });

  test('closes at what is no message', () => {
    const { attach, broker } = house();
    const { session, line } = attach(1);
    session.receive('{"a":1}');
    expect(line.ended).toEqual({ code: 1002 });
    expect(broker.counters.sessions).toBe(0);
  });

  test('prefixes are bounded and resolved', () => {
    const { attach, broker } = house(() => true, { prefixes: 1 });
    const { say } = attach(1);
    say(1, 'wa', 'Whats');
    say(1, 'xx', 'Other');
    say(5, 'wa:App');
    say(5, 'xx:App');
    expect([...broker.topics()]).toEqual(['WhatsApp', 'xx:App']);
  });
});
