import { createHmac, timingSafeEqual } from 'node:crypto';
import { expect, test } from 'vitest';
import { newEndpointSecret, signatures } from './signature.ts';

/** As the page for integrators shows it. */
function verify(secret: string, headers: Record<string, string>, body: string): boolean {
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(signed).digest();
  return headers['webhook-signature']!.split(' ').some((signature) => {
    const given = Buffer.from(signature.slice('v1,'.length), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

test('the vector of the specification', () => {
  expect(
    signatures(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1_614_265_330,
      body: '{"test": 2432232314}',
    }),
  ).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

test('during a rotation a receiver verifies with either secret, and with no other', () => {
  const [now, before, other] = [newEndpointSecret(), newEndpointSecret(), newEndpointSecret()];
  const body = '{"type":"message.received"}';
  const headers = {
    'webhook-id': 'evt_1',
    'webhook-timestamp': '1795000000',
    'webhook-signature': signatures([now, before], { id: 'evt_1', timestamp: 1_795_000_000, body }),
  };
  expect([now, before, other].map((secret) => verify(secret, headers, body))).toEqual([true, true, false]);
  expect(verify(now, headers, `${body} `)).toBe(false);
});
