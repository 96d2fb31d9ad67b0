import { expect, test } from 'vitest';
import { isHello, readWire, Wire } from './wire.ts';

const nonce = 'a'.repeat(32);

test('only our greeting with the right number is one', () => {
  expect(isHello({ chatdock: 1, nonce }, nonce)).toBe(true);
  for (const other of [
    null,
    'hello',
    { chatdock: 1 },
    { chatdock: 2, nonce },
    { chatdock: 1, nonce: 'b'.repeat(32) },
    [],
  ])
    expect(isHello(other, nonce)).toBe(false);
  expect(isHello({ chatdock: 1, nonce: '' }, '')).toBe(false);
});

test('what is of another shape or too large is dropped', () => {
  expect(readWire({ what: 'call', id: 1, name: 'show', given: [] })).toBeDefined();
  for (const other of [
    null,
    'call',
    { what: 'call', id: '1', name: 'show', given: [] },
    { what: 'call', id: 1, name: 'show' },
    { what: 'call', id: 1, name: '__proto__', given: [] },
    { what: 'call', id: 1, name: 'show', given: [1, 2, 3, 4] },
    { what: 'call', id: 1, name: 'show', given: ['x'.repeat(30_000)] },
    { what: 'answer', id: 1, value: 'x'.repeat(1_000_000) },
    { what: 'shout', id: 1 },
  ])
    expect(readWire(other)).toBeUndefined();
});

test('calls are answered, unknown names and thrown errors come back as failures, a closed end fails what waits', async () => {
  const { port1, port2 } = new MessageChannel();
  const one = new Wire(port1, {});
  const other = new Wire(port2, {
    add: (a: number, b: number) => a + b,
    fail: () => {
      throw new Error('not now');
    },
    never: () => new Promise(() => undefined),
  });
  expect(await one.call('add', 1, 2)).toBe(3);
  await expect(one.call('fail')).rejects.toThrow('not now');
  await expect(one.call('toString')).rejects.toThrow('There is no toString');
  const waiting = one.call('never');
  one.close();
  await expect(waiting).rejects.toThrow('closed');
  other.close();
});
