import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ack } from '../contract/ack.ts';
import { messageTypes } from '../contract/engine-event.ts';
import { laterReaction } from './fold.ts';
import { joinMembers } from './member.ts';
import { joinFacts, joinTold, nothing, type Facts } from './merge.ts';
import { joinReceipts } from './receipts.ts';
import { joinVotes } from './votes.ts';

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

/** Whatever is told of one thing, in any order and grouping, and twice. */
function isJoin<T>(told: fc.Arbitrary<T>, join: (a: T, b: T) => T): void {
  fc.assert(
    fc.property(told, told, told, (a, b, c) => {
      expect(join(a, b)).toEqual(join(b, a));
      expect(join(join(a, b), c)).toEqual(join(a, join(b, c)));
      expect(join(a, a)).toEqual(a);
    }),
    runs,
  );
}
const at = fc.nat(3);

test('of the reactions of one person the later one stands, in whatever order they are told', () => {
  const of = { message: 1, sender_contact_id: 2, from_us: 0 };
  isJoin(
    fc.record({ emoji: fc.constantFrom('', '👍', '❤️'), at }).map((told) => ({ ...of, ...told })),
    laterReaction,
  );
  const [older, newer] = [
    { ...of, emoji: '👍', at: 1 },
    { ...of, emoji: '', at: 2 },
  ];
  expect(laterReaction(newer, older)).toEqual(newer);
});

test('of each rung a member has reached the earliest time stands', () => {
  const rung = fc.option(at, { nil: null });
  const row = fc.record({ device_at: rung, read_at: rung, played_at: rung });
  isJoin(
    row.map((told) => ({ message: 1, contact_id: 2, ...told })),
    joinReceipts,
  );
});

test('of what is told of a member, or of their choice in a poll, the later word stands', () => {
  const role = fc.constantFrom('member' as const, 'admin' as const, 'gone' as const);
  isJoin(
    fc.record({ role, told_at: at }).map((told) => ({ chat_id: 1, contact_id: 2, ...told })),
    joinMembers,
  );
  const options = fc.constantFrom('[]', '["here"]', '["there"]');
  isJoin(
    fc.record({ options, at }).map((told) => ({ message: 1, contact_id: 2, ...told })),
    joinVotes,
  );
});
