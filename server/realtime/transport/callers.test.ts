import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { Callers, callerAddress } from './callers.ts';
import { TokenBucket } from './token-bucket.ts';

const asked = (remoteAddress: string, forwarded?: string): IncomingMessage =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage;

test.each<[string, string | undefined, number, string, string]>([
  ['192.0.2.1', '203.0.113.9', 0, '192.0.2.1', 'no proxy is trusted: the header is a claim'],
  ['10.0.0.1', '203.0.113.9', 1, '203.0.113.9', 'one proxy: what it added'],
  ['10.0.0.1', '1.2.3.4, 203.0.113.9', 1, '203.0.113.9', 'what the client put in front is not looked at'],
  ['10.0.0.1', '1.2.3.4, 203.0.113.9, 10.0.0.2', 2, '203.0.113.9', 'two proxies'],
  ['10.0.0.1', undefined, 1, '10.0.0.1', 'a trusted proxy that added nothing'],
  ['::ffff:192.0.2.1', undefined, 0, '192.0.2.1', 'IPv4 in IPv6'],
  ['2001:db8:1:2:3:4:5:6', undefined, 0, '2001:db8:1:2', 'an IPv6 household'],
  ['2001:db8::1', undefined, 0, '2001:db8:0:0', 'an IPv6 household, shortened'],
  ['::1', undefined, 0, '0:0:0:0', 'IPv6 loopback'],
])('%s with %s behind %i proxies is %s (%s)', (remote, forwarded, proxies, address) => {
  expect(callerAddress(asked(remote, forwarded), proxies)).toBe(address);
});

test('a place is given back once, however often it is released', () => {
  const callers = new Callers({ open: 1, rate: { perSecond: 1, burst: 100 }, all: 2 });
  const release = callers.take('a', 0);
  expect(callers.take('a', 0)).toBe('too-many-requests');
  if (typeof release !== 'function') throw new Error('no place');
  release();
  release();
  expect(callers.take('a', 0)).toBeTypeOf('function');
  expect(callers.take('a', 0)).toBe('too-many-requests');
  expect(callers.take('b', 0)).toBeTypeOf('function');
  expect(callers.take('c', 0)).toBe('unavailable');
});

test('a bucket gives its burst, then its rate; a clock set back changes nothing', () => {
  const bucket = new TokenBucket({ perSecond: 2, burst: 3 }, 1_000);
  expect([1, 2, 3, 4].map(() => bucket.take(1_000))).toEqual([true, true, true, false]);
  expect(bucket.take(500)).toBe(false);
  expect(bucket.take(1_000)).toBe(true);
  expect(bucket.take(1_000)).toBe(false);
  expect(bucket.isFull(10_000)).toBe(true);
});
