import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { aMessage } from '../../testing/rows.ts';
import type { Message } from '../../../server/contract/wire.ts';
import { Rows } from './rows.ts';

let rows: Rows<Message>;
beforeEach(() => {
  rows = new Rows<Message>();
  rows.put([aMessage({ id: 1, seq: 5 })]);
});

test('a change shows before the server agrees, and a tick that comes meanwhile does not make it flicker', () => {
  const assumed = rows.assume(1, { starred: true });
  expect(rows.get(1)?.starred).toBe(true);
  rows.put([aMessage({ id: 1, seq: 6, ack: 3 })]);
  expect(rows.get(1)).toMatchObject({ starred: true, ack: 3 });
  assumed.settle();
  expect(rows.get(1)).toMatchObject({ starred: false, seq: 6 });
});

test('agreed first and written later: the change stays until the row that has it', () => {
  const assumed = rows.assume(1, { starred: true });
  assumed.settle();
  expect(rows.values()[0]?.starred).toBe(true);
  rows.put([aMessage({ id: 1, seq: 7, starred: true })]);
  rows.put([aMessage({ id: 1, seq: 8, starred: false })]);
  expect(rows.get(1)?.starred).toBe(false);
});

test('a refused change is gone, and an older one beside it stays', () => {
  rows.assume(1, { starred: true });
  const refused = rows.assume(1, { body: 'changed' });
  expect(rows.get(1)).toMatchObject({ starred: true, body: 'changed' });
  refused.undo();
  expect(rows.get(1)).toMatchObject({ starred: true, body: 'Hello' });
});

test('whatever is assumed and taken back, in any order, the rows are in the end what the server said', () => {
  const step = fc.record({ id: fc.constantFrom(1, 2), how: fc.constantFrom('settle', 'undo') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), fc.integer({ min: 0, max: 8 }), (steps, split) => {
      const all = new Rows<Message>();
      all.put([aMessage({ id: 1, seq: 1 }), aMessage({ id: 2, seq: 1 })]);
      const open = steps.map(({ id, how }) => ({ how, one: all.assume(id, { body: 'assumed' }) }));
      const end = ({ how, one }: (typeof open)[number]): void => (how === 'undo' ? one.undo() : one.settle());
      open.slice(0, split).forEach(end);
      all.put([aMessage({ id: 1, seq: 2, body: 'told' }), aMessage({ id: 2, seq: 2, body: 'told' })]);
      open.slice(split).forEach(end);
      expect(all.values().map((row) => row.body)).toEqual(['told', 'told']);
    }),
  );
});
