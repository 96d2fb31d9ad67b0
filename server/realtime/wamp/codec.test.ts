import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeV1, encodeV1, resolveCurie } from './codec-v1.ts';
import { decodeV2, encodeV2 } from './codec-v2.ts';
import { isUri, topicMatches } from './uri.ts';

describe('WAMP v2', () => {
  test.each([
    [[1, 'r', { roles: {} }], { kind: 'hello', realm: 'r', authmethods: [], authid: undefined }],
    [
      [1, 'r', { roles: {}, authmethods: ['ticket', 7], authid: 'a', agent: 'x' }],
      { kind: 'hello', realm: 'r', authmethods: ['ticket'], authid: 'a' },
    ],
    [[3, {}, 'wamp.error.x'], { kind: 'abort' }],
    [[5, 'secret', {}], { kind: 'authenticate', signature: 'secret' }],
    [[6, {}, 'wamp.close.normal'], { kind: 'goodbye' }],
    [[32, 713845233, {}, 'a.b'], { kind: 'subscribe', request: 713845233, topic: 'a.b', match: 'exact' }],
    [
      [32, 1, { match: 'prefix', x: 1 }, 'a.'],
      { kind: 'subscribe', request: 1, topic: 'a.', match: 'prefix' },
    ],
    [[32, 1, { match: 'regex' }, 'a'], { kind: 'subscribe', request: 1, topic: 'a', match: undefined }],
    [[34, 2, 5512315], { kind: 'unsubscribe', request: 2, subscription: 5512315 }],
    [
      [16, 3, { acknowledge: true }, 'a', [1]],
      { kind: 'publish', request: 3, acknowledge: true, topic: 'a' },
    ],
    [[48, 4, {}, 'p'], { kind: 'refusable', request: 4, type: 48 }],
    [[64, 5, {}, 'p'], { kind: 'refusable', request: 5, type: 64 }],
    [[49, 4, {}], { kind: 'ignored' }],
  ])('reads %j', (frame, message) => {
    expect(decodeV2(JSON.stringify(frame))).toEqual(message);
  });

  test.each([
    '',
    'null',
    '{}',
    '[]',
    '[1',
    '[1,"r"]',
    '[1,"r",{}]',
    '[1,7,{"roles":{}}]',
    '[2,1,{}]',
    '[32,1,{}]',
    '[32,"1",{},"a"]',
    '[32,-1,{},"a"]',
    '[32,1.5,{},"a"]',
    '[32,1,[],"a"]',
    '[36,1,1,{}]',
    '[70,1,{}]',
    '["1","r",{"roles":{}}]',
  ])('calls %s a violation', (text) => {
    expect(decodeV2(text)).toMatchObject({ kind: 'violation' });
  });

  test('writes each message as the specification has it', () => {
    expect(JSON.parse(encodeV2.welcome(7, { roles: { broker: {} } }))).toEqual([
      2,
      7,
      { roles: { broker: {} } },
    ]);
    expect(JSON.parse(encodeV2.abort('wamp.error.x', 'why'))).toEqual([
      3,
      { message: 'why' },
      'wamp.error.x',
    ]);
    expect(JSON.parse(encodeV2.challenge('ticket'))).toEqual([4, 'ticket', {}]);
    expect(JSON.parse(encodeV2.goodbye('wamp.close.x'))).toEqual([6, {}, 'wamp.close.x']);
    expect(JSON.parse(encodeV2.error(32, 9, 'wamp.error.x'))).toEqual([8, 32, 9, {}, 'wamp.error.x']);
    expect(JSON.parse(encodeV2.subscribed(9, 4))).toEqual([33, 9, 4]);
    expect(JSON.parse(encodeV2.unsubscribed(9))).toEqual([35, 9]);
    expect(JSON.parse(encodeV2.event(4, 11, '{"seq":1}'))).toEqual([36, 4, 11, {}, [{ seq: 1 }]]);
    expect(JSON.parse(encodeV2.event(4, 11, '1', 'a"b'))).toEqual([36, 4, 11, { topic: 'a"b' }, [1]]);
  });
});

describe('WAMP v1', () => {
  test.each([
    [[5, 'WhatsApp'], { kind: 'subscribe', topic: 'WhatsApp' }],
    [[6, 'WhatsApp'], { kind: 'unsubscribe', topic: 'WhatsApp' }],
    [[7, '', ''], { kind: 'publish', topic: '' }],
    [[2, 'call-1', 'p', 1], { kind: 'call', call: 'call-1' }],
    [[1, 'wa', 'Whats'], { kind: 'prefix', prefix: 'wa', uri: 'Whats' }],
  ])('reads %j', (frame, message) => {
    expect(decodeV1(JSON.stringify(frame))).toEqual(message);
  });

  test.each(['[5]', '[5,1]', '[1,"a"]', '[8,"t",1]', '[0,"x",1]', 'x'])('calls %s a violation', (text) => {
    expect(decodeV1(text)).toMatchObject({ kind: 'violation' });
  });

  test('writes each message as the specification has it', () => {
    expect(JSON.parse(encodeV1.welcome('s', 'us'))).toEqual([0, 's', 1, 'us']);
    expect(JSON.parse(encodeV1.event('Whats"App', '{"a":1}'))).toEqual([8, 'Whats"App', { a: 1 }]);
    expect(JSON.parse(encodeV1.callError('c', 'e', 'why'))).toEqual([4, 'c', 'e', 'why']);
  });

  test('resolves a CURIE by joining; an unknown prefix is a topic as it stands', () => {
    const prefixes = new Map([['wa', 'Whats']]);
    expect(resolveCurie('wa:App', prefixes)).toBe('WhatsApp');
    expect(resolveCurie('xx:App', prefixes)).toBe('xx:App');
    expect(resolveCurie('WhatsApp', prefixes)).toBe('WhatsApp');
  });
});

test('no text makes a decoder throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      decodeV1(text);
      decodeV2(text);
    }),
  );
  const deep = '['.repeat(32_000) + ']'.repeat(32_000);
  expect(decodeV2(deep)).toMatchObject({ kind: 'violation' });
});

test('topics are dotted components; only patterns may have empty ones', () => {
  for (const uri of ['a', 'a.b', 'WhatsApp', 'chatdock.inbox.1']) expect(isUri(uri)).toBe(true);
  for (const uri of ['', 'a.', '.a', 'a..b', 'a b', 'a#b', 'x'.repeat(256)]) expect(isUri(uri)).toBe(false);
  expect(isUri('a..b', 'wildcard')).toBe(true);
  expect(isUri('', 'prefix')).toBe(true);
});

test('a prefix matches text across dots, a wildcard whole components', () => {
  expect(topicMatches('a.b.7', 'a.b.7', 'exact')).toBe(true);
  expect(topicMatches('a.b.70', 'a.b.7', 'exact')).toBe(false);
  expect(topicMatches('a.b.70', 'a.b.7', 'prefix')).toBe(true);
  expect(topicMatches('a.b.c', 'a..c', 'wildcard')).toBe(true);
  expect(topicMatches('a.b.b.c', 'a..c', 'wildcard')).toBe(false);
});
