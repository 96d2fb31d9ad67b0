import { expect, test } from 'vitest';
import type { Message } from '../contract/wire.ts';
import { toEspoMessage } from '../contract/espo.ts';
import { EspoEvents } from './espo-event.ts';
import { messageRow } from './testing/rows.ts';

const chat = '393330001@c.us';

const actionsOf = (events: EspoEvents, ...rows: Message[]): (string | undefined)[] =>
  rows.map((row) => events.eventOf(row, chat)?.action);

test('a row in the seed’s shape', () => {
  expect(toEspoMessage(messageRow({ fromMe: false, ack: 0 }), chat)).toEqual({
    id: `false_${chat}_3EB001`,
    messageId: `false_${chat}_3EB001`,
    body: 'hello',
    chatId: chat,
    fromMe: false,
    timestamp: 1_795_000_000,
    ack: 0,
    status: 'Received',
  });
});

test('what is sent from here keeps its id when WhatsApp gives it one: a page that keeps Messages by id shows it once', () => {
  const events = new EspoEvents();
  const row = messageRow({ messageId: null, clientId: 'c-1', fromMe: true });
  const accepted = { ...row, messageId: '3EB001', seq: 2 };
  expect(events.eventOf(row, chat)).toMatchObject({
    action: 'message',
    data: { id: 'c-1', messageId: null, status: 'Sent' },
  });
  expect(events.eventOf(accepted, chat)).toBeUndefined();
  expect(events.eventOf({ ...accepted, ack: 1, seq: 3 }, chat)).toMatchObject({
    action: 'message_ack',
    data: { id: 'c-1', messageId: `true_${chat}_3EB001`, ack: 1 },
  });
});

test('a revoked Message has no words', () => {
  expect(toEspoMessage(messageRow({ revokedAt: 1 }), chat).body).toBe('');
});

test('a new row is a message, a rising ack is a message_ack, no change that shows is nothing', () => {
  const events = new EspoEvents();
  const row = messageRow({ fromMe: true, ack: 1 });
  expect(
    actionsOf(
      events,
      row,
      { ...row, ack: 2, seq: 2 },
      { ...row, ack: 2, seq: 3, delivery: 'unconfirmed' },
      { ...row, ack: 2, seq: 4, body: 'edited', editedAt: 5 },
      { ...row, ack: 3, seq: 5, body: 'edited', editedAt: 5 },
    ),
  ).toEqual(['message', 'message_ack', undefined, 'message', 'message_ack']);
});

test('a row that was joined into another is not told of', () => {
  expect(new EspoEvents().eventOf(messageRow({ mergedInto: 9 }), chat)).toBeUndefined();
});

test('memory is bounded: what was told longest ago is told anew as a message', () => {
  const events = new EspoEvents(2);
  const [a, b, c] = [messageRow({ id: 1 }), messageRow({ id: 2 }), messageRow({ id: 3 })];
  expect(actionsOf(events, a, b, c, { ...a, ack: 3 }, { ...c, ack: 3 })).toEqual([
    'message',
    'message',
    'message',
    'message',
    'message_ack',
  ]);
});
