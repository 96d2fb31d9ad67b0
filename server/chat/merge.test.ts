import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ack } from '../contract/ack.ts';
import { messageTypes } from '../contract/engine-event.ts';
import { joinFacts, joinTold, nothing, type Facts } from './merge.ts';

const time = fc.nat(4);
const facts: fc.Arbitrary<Facts> = fc.record({
  type: fc.constantFrom(...messageTypes),
  body: fc.constantFrom('', 'a', 'b', 'waiting for it', 'B'),
  at: time,
  ack: fc.constantFrom<Ack>(...Object.values(Ack)),
  live: fc.nat(1),
  editedAt: fc.option(fc.integer({ min: 1, max: 4 })),
  revokedAt: fc.option(time),
  quotedMessageId: fc.option(fc.constantFrom('X', 'Y')),
  senderName: fc.constantFrom('', 'Anna', 'Bob'),
  content: fc.option(
    fc.record(
      {
        viewOnce: fc.constant(true),
        link: fc.record(
          { url: fc.constantFrom('https://a.example', 'https://b.example'), title: fc.constantFrom('', 'A') },
          { requiredKeys: ['url'] },
        ),
        mentions: fc.subarray(['1@c.us', '2@lid']),
      },
      { requiredKeys: [] },
    ),
  ),
  forwarded: fc.nat(2),
  starred: fc.record({ value: fc.nat(1), at: time }),
});
const runs = { numRuns: 5_000 };

describe('joining what two sources tell of a message', () => {
  test('does not depend on the order', () => {
    fc.assert(
      fc.property(facts, facts, (a, b) => {
        expect(joinFacts(a, b)).toEqual(joinFacts(b, a));
      }),
      runs,
    );
  });
  test('does not depend on the grouping', () => {
    fc.assert(
      fc.property(facts, facts, facts, (a, b, c) => {
        expect(joinFacts(joinFacts(a, b), c)).toEqual(joinFacts(a, joinFacts(b, c)));
      }),
      runs,
    );
  });
  test('changes nothing when repeated, and nothing is its bottom', () => {
    fc.assert(
      fc.property(facts, facts, (a, b) => {
        const joined = joinFacts(a, b);
        expect(joinFacts(joined, a)).toEqual(joined);
        expect(joinFacts(a, a)).toEqual(a);
        expect(joinFacts(nothing, a)).toEqual(a);
      }),
      runs,
    );
  });
  test('a placeholder is filled by the real message, whichever came first', () => {
    const real: Facts = { ...nothing, type: 'text', body: 'hi', at: 5 };
    const placeholder: Facts = { ...nothing, type: 'waiting', body: 'Waiting for this message', at: 5 };
    expect(joinFacts(real, placeholder)).toMatchObject({ type: 'text', body: 'hi' });
  });
  test('the later edit stays, and a re-pulled original does not undo it', () => {
    const original: Facts = { ...nothing, type: 'text', body: 'a much longer original' };
    const edit: Facts = { ...nothing, body: 'short', editedAt: 3 };
    const older: Facts = { ...nothing, body: 'in between', editedAt: 2 };
    expect(joinFacts(joinFacts(edit, older), original)).toMatchObject({ body: 'short', type: 'text' });
  });
  test('revoked is sticky', () => {
    expect(joinFacts({ ...nothing, revokedAt: 7 }, { ...nothing, body: 'x' }).revokedAt).toBe(7);
  });
});

test('a told value: the later word wins, order and grouping do not matter', () => {
  const told = fc.record({ value: fc.nat(3), at: fc.nat(3) });
  fc.assert(
    fc.property(told, told, told, (a, b, c) => {
      expect(joinTold(a, b)).toEqual(joinTold(b, a));
      expect(joinTold(joinTold(a, b), c)).toEqual(joinTold(a, joinTold(b, c)));
    }),
    runs,
  );
});
