import { expect, test } from 'vitest';
import { readEvents } from './protocol-event.ts';
import { toChild, toParent } from './protocol.ts';

test('one unreadable event does not cost the others, and says what is wrong with it', () => {
  const problems: string[] = [];
  const good = { kind: 'ack', messageId: 'A', ack: 2 };
  const read = readEvents([{ kind: 'ack', ack: 7, messageId: 'B' }, good], (problem) =>
    problems.push(problem),
  );
  expect(read).toEqual([good]);
  expect(problems.join()).toContain('ack');
});

test('an Address in another spelling than ours does not get through', () => {
  const event = { kind: 'contact', address: '393331234567@s.whatsapp.net' };
  expect(readEvents([event], () => {})).toEqual([]);
});

test('what is no order is refused', () => {
  expect(toChild.safeParse({ type: 'call', call: 1, name: 'exec', args: {} }).success).toBe(false);
  expect(toParent.safeParse({ type: 'report', report: { state: 'fine' }, final: false }).success).toBe(false);
});
