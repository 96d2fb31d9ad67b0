import { expect, test } from 'vitest';
import type { MessageNews, OutgoingEvent } from '../contract/outgoing.ts';
import { messageRow } from '../contract/testing-message.ts';
import { dialect } from '../webhook/waha/index.ts';
import { asWaha, isTold } from './waha.ts';

const news = (changes: Partial<MessageNews['message']> = {}): OutgoingEvent => ({
  type: changes.fromMe ? 'message.sent' : 'message.received',
  timestamp: '2026-11-21T10:00:00.000Z',
  data: {
    inbox: { id: 3, name: 'Shop' },
    chat: { id: 4, kind: 'person', name: 'Anna', phone: '393331234567', address: '393331234567@c.us' },
    history: false,
    message: messageRow({ id: 5, inboxId: 3, chatId: 4, messageId: '3EB0AA', ack: 1, seq: 9, ...changes }),
  },
});

test('a receiver written for WAHA reads the Message out of our post: ours is one', () => {
  for (const fromMe of [false, true]) {
    const posted: unknown = JSON.parse(JSON.stringify(asWaha('evt_1', news({ fromMe }))));
    expect(dialect.matches(posted)).toBe(true);
    expect(dialect.route(posted)).toEqual({ session: 'inbox_3' });
    expect(dialect.decode(posted)).toContainEqual(
      expect.objectContaining({
        kind: 'message',
        messageId: '3EB0AA',
        chat: '393331234567@c.us',
        fromMe,
        type: 'text',
        body: 'hello',
        at: 1_795_000_000_000,
      }),
    );
  }
});

test('what WAHA has no word for is not told in its format', () => {
  expect(
    ['message.received', 'message.updated', 'message.failed', 'session.state'].map((type) =>
      isTold(type as never),
    ),
  ).toEqual([true, false, false, true]);
});
