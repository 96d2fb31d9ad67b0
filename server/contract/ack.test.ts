import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ack, joinAck } from './ack.ts';

const ack = fc.constantFrom<Ack>(...(Object.values(Ack) as Ack[]));

test('joining acks is commutative, associative and idempotent', () => {
  fc.assert(
    fc.property(ack, ack, ack, (a, b, c) => {
      expect(joinAck(a, b)).toBe(joinAck(b, a));
      expect(joinAck(a, joinAck(b, c))).toBe(joinAck(joinAck(a, b), c));
      expect(joinAck(a, a)).toBe(a);
    }),
  );
});

test('an ack never goes backwards and a real receipt overrides an error', () => {
  expect(joinAck(Ack.read, Ack.device)).toBe(Ack.read);
  expect(joinAck(Ack.pending, Ack.error)).toBe(Ack.error);
  expect(joinAck(Ack.error, Ack.server)).toBe(Ack.server);
  expect(joinAck(Ack.read, Ack.error)).toBe(Ack.read);
});
