import { expect, test } from 'vitest';
import type { EngineEvent } from '../../contract/engine-event.ts';
import { Echoes } from './echoes.ts';

test('the same fact told twice is an echo; a change back and forth of something else is not', () => {
  const echoes = new Echoes();
  const ack: EngineEvent = { kind: 'ack', messageId: 'A', ack: 2 };
  expect([echoes.isEcho(ack), echoes.isEcho({ ...ack }), echoes.isEcho({ ...ack, ack: 3 })]).toEqual([
    false,
    true,
    false,
  ]);
  const chat: EngineEvent = { kind: 'chat', chat: '1@c.us' as never, unread: 1 };
  expect([echoes.isEcho(chat), echoes.isEcho(chat)]).toEqual([false, false]);
});

test('what is long past is forgotten', () => {
  const echoes = new Echoes();
  for (let n = 0; n < 300; n++) echoes.isEcho({ kind: 'ack', messageId: String(n), ack: 1 });
  expect(echoes.isEcho({ kind: 'ack', messageId: '0', ack: 1 })).toBe(false);
  expect(echoes.isEcho({ kind: 'ack', messageId: '299', ack: 1 })).toBe(true);
});
