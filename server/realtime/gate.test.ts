import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock } from '../clock.ts';
import { espoTopic, espoTopicOf, inboxTopic } from '../contract/topic.ts';
import { Gate, type Admission, type Principal } from './gate.ts';

let clock: ManualClock;
let inboxIds: number[];
let asked: number;
let principal: Principal;
let gate: Gate;

beforeEach(() => {
  [clock, inboxIds, asked] = [new ManualClock(), [1, 2], 0];
  principal = {
    agentId: 5,
    agentSessionId: 'here',
    organisationId: 10,
    role: 'agent',
    inboxIds: async () => {
      asked++;
      return inboxIds;
    },
  };
  gate = new Gate({ clock, redeemTicket: async () => principal, originAllowed: () => true });
});

async function admitted(): Promise<Admission> {
  let admission: Admission | undefined;
  await gate.admit('ticket', undefined, (given) => (admission = given));
  if (!admission) throw new Error('not admitted');
  return admission;
}

test('an admission knows its own ticket and no other', async () => {
  const { isTicket } = await admitted();
  expect([isTicket('ticket'), isTicket('Ticket'), isTicket('')]).toEqual([true, false, false]);
});

describe('topics', () => {
  test.each([
    [inboxTopic(1), 'exact', true],
    [inboxTopic(2), 'exact', true],
    [inboxTopic(3), 'exact', false],
    [espoTopic, 'exact', true],
    [espoTopic, 'prefix', false],
    [espoTopicOf('393331234567@c.us'), 'exact', true],
    [espoTopicOf('53859493912625@lid'), 'exact', true],
    [espoTopicOf('120363383601897853@g.us'), 'exact', true],
    [espoTopicOf('393331234567@s.whatsapp.net'), 'exact', false],
    [espoTopicOf('*'), 'exact', false],
    [espoTopicOf(''), 'prefix', false],
    ['whatsapp.message', 'prefix', false],
    [inboxTopic(1), 'prefix', false],
    ['chatdock.inbox.', 'wildcard', false],
    ['chatdock.inbox.01', 'exact', false],
    ['chatdock.inbox.1.x', 'exact', false],
    ['chatdock.inbox.1e0', 'exact', false],
    ['chatdock.inbox.1.replying', 'exact', true],
    ['chatdock.inbox.9.replying', 'exact', false],
    ['chatdock.inbox.1.replying.replying', 'exact', false],
    ['chatdock.inbox.1.presence', 'exact', true],
    ['chatdock.inbox.9.presence', 'exact', false],
    ['whatsapp', 'exact', false],
    ['', 'prefix', false],
  ] as const)('%s as %s: %s', async (topic, match, isPermitted) => {
    expect(await gate.authorise(principal, topic, match)).toBe(isPermitted);
  });

  test('a new Inbox may be subscribed to at once, whatever is remembered', async () => {
    expect(await gate.mayRead(principal, 9)).toBe(false);
    inboxIds.push(9);
    expect(await gate.authorise(principal, inboxTopic(9), 'exact')).toBe(true);
    expect(gate.mayRead(principal, 9)).toBe(true);
  });
});

describe('events', () => {
  test('a yes is believed for five seconds, a no for one', async () => {
    expect(await gate.mayRead(principal, 1)).toBe(true);
    expect(gate.mayRead(principal, 1)).toBe(true);
    expect(gate.mayRead(principal, 9)).toBe(false);
    await clock.advance(1_000);
    expect(gate.mayRead(principal, 1)).toBe(true);
    inboxIds = [9];
    expect(await gate.mayRead(principal, 9)).toBe(true);
    expect(await gate.mayRead(principal, 1)).toBe(false);
    inboxIds = [];
    await clock.advance(4_999);
    expect(gate.mayRead(principal, 9)).toBe(true);
    await clock.advance(1);
    expect(await gate.mayRead(principal, 9)).toBe(false);
  });

  test('a burst asks once', async () => {
    await Promise.all([1, 2, 3].map((inboxId) => gate.mayRead(principal, inboxId)));
    expect(asked).toBe(1);
  });
});

describe('sign-outs', () => {
  test.each([
    [{ agentId: 5 }, true],
    [{ agentSessionId: 'here' }, true],
    [{ agentId: 6 }, false],
    [{ agentSessionId: 'elsewhere' }, false],
    [{}, false],
  ])('%j concerns us: %s', (notice, isConcerned) => {
    expect(gate.signedOut(notice)?.(principal)).toBe(isConcerned);
  });

  test.each([null, 'x', { agentId: '5' }])('%j is no notice', (payload) => {
    expect(gate.signedOut(payload)).toBeUndefined();
  });

  test('sign-out between redeeming and entering: nobody enters', async () => {
    const origin = Promise.withResolvers<boolean>();
    gate = new Gate({ clock, redeemTicket: async () => principal, originAllowed: () => origin.promise });
    let hasEntered = false;
    const admitting = gate.admit('ticket', 'https://a.test', () => (hasEntered = true));
    gate.signedOut({ agentId: 5 });
    origin.resolve(true);
    expect(await admitting).toBe('not-signed-in');
    expect(hasEntered).toBe(false);
  });
});
