import type { Message } from '../../../server/contract/wire.ts';
import type { Outgoing } from './outbox.ts';

/** A Message as the chat shows it; `outgoing` while the server has not answered yet. */
export type Entry = Message & { outgoing?: Outgoing };

/** A pending text in the clothes of a Message. */
export function toEntry(outgoing: Outgoing): Entry {
  return {
    id: 0,
    inboxId: 0,
    chatId: outgoing.chatId,
    messageId: null,
    clientId: outgoing.clientId,
    fromMe: true,
    agent: null,
    sender: null,
    type: 'text',
    body: outgoing.body,
    at: outgoing.at,
    ack: 0,
    delivery: outgoing.state === 'failed' ? 'failed' : 'queued',
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
    mergedInto: null,
    seq: 0,
    outgoing,
  };
}
