import type { Message } from './wire.ts';

/** A row of `message` as clients and receivers get it; for tests, which may set every field. */
export function messageRow(fields: Partial<Message> = {}): Message {
  return {
    id: 1,
    inboxId: 1,
    chatId: 7,
    messageId: '3EB001',
    clientId: null,
    fromMe: false,
    agent: null,
    sender: null,
    type: 'text',
    body: 'hello',
    at: 1_795_000_000_000,
    ack: 0,
    delivery: null,
    failure: null,
    editedAt: null,
    revokedAt: null,
    quotedMessageId: null,
    quoted: null,
    content: null,
    media: null,
    mentions: [],
    forwarded: 0,
    starred: false,
    reactions: [],
    votes: null,
    named: [],
    mergedInto: null,
    seq: 1,
    ...fields,
  };
}
