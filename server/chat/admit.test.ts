import { expect, test } from 'vitest';
import { admit } from './admit.ts';
import { address, anna, start, textEvent } from './testing.ts';

const now = start + 1_000_000_000;

test('text becomes well-formed and times whole and not in the future', () => {
  expect(admit(textEvent({ body: '\udc00x', at: 12.9 }), now)).toMatchObject({ body: '\ufffdx', at: 12 });
  expect(admit(textEvent({ at: Number.NaN }), now)).toMatchObject({ at: now });
  expect(admit(textEvent({ at: now + 2 * 86_400_000 }), now)).toMatchObject({ at: now });
  expect(admit(textEvent({ at: -5 }), now)).toMatchObject({ at: 0 });
});

test('what is counted is whole and fits its column', () => {
  const unread = (count: number) => admit({ kind: 'chat', chat: anna, unread: count }, now);
  expect(unread(2.5)).toMatchObject({ unread: 2 });
  expect(unread(7.3e36)).toMatchObject({ unread: 1_000_000 });
  expect(unread(-9)).toMatchObject({ unread: -1 });
  expect(unread(Number.NaN)).not.toHaveProperty('unread');
  const report = { state: 'working', code: 'none', action: 'none' } as const;
  expect(admit({ kind: 'session-state', report: { ...report, at: -1e300 } }, now)).toEqual({
    kind: 'session-state',
    report: { ...report, at: 0 },
  });
});

test('when somebody was there last is told of people who are gone, and lies in no future', () => {
  const seen = (lastSeen: number, change: object = {}) =>
    admit({ kind: 'presence', chat: anna, presence: 'offline', lastSeen, ...change }, now);
  expect(seen(now - 5)).toEqual({ kind: 'presence', chat: anna, presence: 'offline', lastSeen: now - 5 });
  expect(seen(now + 3_600_000)).toMatchObject({ lastSeen: now });
  for (const lastSeen of [0, -1, Number.NaN]) expect(seen(lastSeen)).not.toHaveProperty('lastSeen');
  expect(seen(now, { presence: 'online' })).not.toHaveProperty('lastSeen');
  // Of a group it would be one member's.
  expect(seen(now, { chat: address('12036300000001@g.us') })).not.toHaveProperty('lastSeen');
});

test('what is not usable in an event is left out, what is not usable at all is refused', () => {
  const event = textEvent({ quotedMessageId: 'has blank', sender: address('1@g.us'), ack: 9 as 0 });
  const admitted = admit(event, now)!;
  expect(Object.keys(admitted)).not.toEqual(expect.arrayContaining(['quotedMessageId']));
  expect(admitted).not.toHaveProperty('sender');
  expect(admitted).not.toHaveProperty('ack');
  expect(admit({ kind: 'ack', messageId: 'é', ack: 1 }, now)).toBeUndefined();
  expect(admit({ kind: 'ack', messageId: 'X', ack: 7 as 1 }, now)).toBeUndefined();
  expect(admit({ kind: 'address-pair', lid: anna, phone: anna }, now)).toBeUndefined();
  expect(admit({ kind: 'chat', chat: address('1@newsletter') }, now)).toBeUndefined();
});

test('status updates and newsletters are for us only where they are to be shown', () => {
  const status = textEvent({ chat: address('status@broadcast'), sender: anna });
  const letter = textEvent({ chat: address('12036300000001@newsletter') });
  const list = textEvent({ chat: address('1595@broadcast') });
  for (const event of [status, letter, list]) expect(admit(event, now)).toBeUndefined();
  expect(admit(status, now, { status: true, channels: false })).toMatchObject({ sender: anna });
  expect(admit(letter, now, { status: true, channels: false })).toBeUndefined();
  expect(admit(letter, now, { status: false, channels: true })).toBeDefined();
  expect(admit(list, now, { status: true, channels: true })).toBeUndefined();
});
