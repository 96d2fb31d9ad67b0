import { messageRow } from '../../server/contract/testing-message.ts';
import type { Chat, Inbox, Message, Session } from '../../server/contract/wire.ts';

/** Rows for tests, whole and plain; say only what the test is about. */
export const anyTime = Date.UTC(2026, 10, 20, 12, 0);

export function aSession(change: Partial<Session> = {}): Session {
  return {
    inboxId: 1,
    engine: 'wwebjs',
    upstream: 'sandbox',
    state: 'working',
    code: 'none',
    action: 'none',
    since: anyTime,
    me: { phone: '393331112233', name: 'Harbour' },
    pairing: null,
    progress: null,
    capabilities: {
      pairing: ['qr', 'code'],
      history: true,
      maxTextLength: 65_536,
      edit: false,
      revoke: false,
      react: false,
      forward: false,
      star: false,
      vote: false,
      markRead: true,
      markUnread: false,
      typing: false,
      arrange: false,
      block: false,
      invitations: false,
      findNumbers: false,
      profilePictures: false,
      linkPreviews: false,
      media: false,
      chosenMessageId: false,
    },
    seq: 1,
    ...change,
  };
}

export function anInbox(change: Partial<Inbox> = {}): Inbox {
  return {
    id: 1,
    name: 'Sales',
    organisationId: 1,
    session: aSession(),
    seq: 1,
    cursor: 1,
    era: 'one',
    ...change,
  };
}

export function aChat(change: Partial<Chat> = {}): Chat {
  return {
    id: 1,
    inboxId: 1,
    kind: 'person',
    contactId: 1,
    name: 'Anna Bianchi',
    phone: '393331234567',
    unread: 0,
    pinned: false,
    archived: false,
    mutedUntil: 0,
    assignee: null,
    labels: [],
    blocked: false,
    picture: null,
    mentioned: false,
    notedFor: [],
    waitingSince: null,
    settled: false,
    last: { body: 'Hello', type: 'text', at: anyTime, fromMe: false, ack: 0, revoked: false },
    mergedInto: null,
    seq: 1,
    ...change,
  };
}

export function aMessage(change: Partial<Message> = {}): Message {
  const messageId = `M${change.id ?? 1}`;
  return messageRow({ chatId: 1, messageId, body: 'Hello', at: anyTime, ...change });
}
