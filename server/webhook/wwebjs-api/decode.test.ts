import { describe, expect, test } from 'vitest';
import { dialect } from './index.ts';
import { decodeDelivery } from './decode.ts';

const chat = '15551230001@c.us';
const group = '120363040000000001@g.us';
const lid = '99998888777766@lid';
const id = { fromMe: false, remote: chat, id: 'AC6D52', _serialized: `false_${chat}_AC6D52` };
const message = {
  _data: { type: 'chat', notifyName: 'Alice', t: 1_795_234_901 },
  id,
  ack: 1,
  hasMedia: false,
  body: 'hello',
  type: 'chat',
  timestamp: 1_795_234_901,
  from: chat,
  to: '15550009999@c.us',
  fromMe: false,
};
const decode = (dataType: string | undefined, data?: unknown) =>
  decodeDelivery({
    sessionId: 'org1',
    ...(dataType && { dataType }),
    ...(data === undefined ? {} : { data }),
  });
const told = { kind: 'message', messageId: 'AC6D52', chat, fromMe: false, body: 'hello', type: 'text' };

describe('message', () => {
  test('message, message_create and media tell the same message', () => {
    const events = decode('message', { message });
    expect(events).toMatchObject([{ ...told, at: 1_795_234_901_000, senderName: 'Alice' }]);
    expect(decode('message_create', { message })).toEqual(events);
    expect(decode('media', { message, messageMedia: { data: 'AAAA', mimetype: 'image/png' } })).toEqual(
      events,
    );
  });

  test('pages since July 2026 write $1 for _serialized', () => {
    const renamed = { fromMe: false, remote: chat, id: 'AC6D52', $1: id._serialized };
    expect(decode('message', { message: { ...message, id: renamed } })).toMatchObject([told]);
    expect(decode('message', { message: { ...message, id: { $1: id._serialized } } })).toMatchObject([told]);
  });

  test('wids as objects', () => {
    const remote = { server: 'c.us', user: '15551230001', _serialized: chat };
    const objects = { ...message, id: { ...id, remote }, from: remote };
    expect(decode('message', { message: objects })).toMatchObject([told]);
    const bare = { ...message, id: { ...id, remote: { server: 'c.us', user: '15551230001' } } };
    expect(decode('message', { message: bare })).toMatchObject([told]);
  });

  test('a group’s member, as an object in the id or as the author beside it', () => {
    const participant = { server: 'lid', user: '99998888777766', _serialized: lid };
    const expected = { chat: group, sender: lid, messageId: 'AC6D52' };
    const inGroup = { ...message, from: group, author: lid };
    const events = decode('message', {
      message: { ...inGroup, id: { fromMe: false, remote: group, id: 'AC6D52', participant } },
    });
    expect(events).toMatchObject([{ ...expected, senderName: 'Alice' }]);
    expect(
      decode('message', { message: { ...inGroup, id: { fromMe: false, remote: group, id: 'AC6D52' } } }),
    ).toMatchObject([expected]);
  });

  test('typed on the phone: ours, with its rung', () => {
    const own = { ...message, id: { ...id, fromMe: true }, fromMe: true, ack: 0 };
    expect(decode('message_create', { message: own })).toMatchObject([{ ...told, fromMe: true, ack: 0 }]);
  });

  test('status@broadcast says who told it; whether it is shown is not for a dialect to say', () => {
    const status = { fromMe: false, remote: 'status@broadcast', id: 'AC1', participant: chat };
    const post = { ...message, id: status, from: 'status@broadcast', isStatus: true, broadcast: true };
    for (const kind of ['message', 'message_create']) {
      expect(decode(kind, { message: post })).toMatchObject([{ chat: 'status@broadcast', sender: chat }]);
    }
  });

  test('one that WhatsApp has not opened yet', () => {
    expect(decode('message_ciphertext', { message: { ...message, body: '' } })).toMatchObject([
      { ...told, type: 'waiting', body: '' },
    ]);
  });
});

describe('the flat form of old posts', () => {
  const flat = { id: '3EB0FLAT', body: 'flat', from: chat, to: '15550009999@c.us', timestamp: 1_795_234_901 };
  test('the message is the data itself, with or without a kind', () => {
    const expected = [{ ...told, messageId: '3EB0FLAT', body: 'flat' }];
    const inbound = { ...flat, fromMe: false };
    expect(decode('message', inbound)).toMatchObject(expected);
    expect(decode(undefined, inbound)).toMatchObject(expected);
    expect(dialect.matches({ data: inbound, sessionId: 'org1' })).toBe(true);
  });
  test('a bare id takes its chat from the other side', () => {
    const own = { ...flat, fromMe: true, from: '15550009999@c.us', to: chat };
    expect(decode('message', own)).toMatchObject([{ messageId: '3EB0FLAT', chat, fromMe: true }]);
  });
  test('that leaves its direction out came in, where the kind says so; elsewhere it is left out', () => {
    expect(decode('message', flat)).toMatchObject([{ chat, fromMe: false }]);
    expect(decode(undefined, flat)).toMatchObject([{ chat, fromMe: false }]);
    expect(decode('message_create', flat)).toEqual([]);
  });
  test('with a serialised id or a key object', () => {
    expect(decode('message', { ...flat, id: `false_${chat}_3EB0FLAT` })).toMatchObject([{ chat }]);
    expect(decode('message', { ...flat, id })).toMatchObject([{ messageId: 'AC6D52', chat }]);
  });
});

describe('facts about a message', () => {
  const own = { ...message, id: { ...id, fromMe: true }, fromMe: true };
  test('message_ack', () => {
    expect(decode('message_ack', { message: { ...own, ack: 1 }, ack: 2 })).toEqual([
      { kind: 'ack', messageId: 'AC6D52', chat, fromMe: true, ack: 2 },
    ]);
    expect(decode('message_ack', { message, ack: 3 })).toEqual([]);
  });
  test('message_edit tells the new text, not the old', () => {
    const edit = { kind: 'edit', messageId: 'AC6D52', chat, fromMe: false, body: 'after' };
    expect(decode('message_edit', { message, newBody: 'after', prevBody: 'hello' })).toEqual([
      { ...edit, at: 1_795_234_901_001 },
    ]);
    const dated = { ...message, latestEditSenderTimestampMs: 1_795_234_905_000 };
    expect(decode('message_edit', { message: dated, newBody: 'after', prevBody: 'hello' })).toEqual([
      { ...edit, at: 1_795_234_905_000 },
    ]);
  });
  test('message_revoke_everyone; for the one who deleted alone it is no news', () => {
    const revoked = { ...message, type: 'revoked' };
    expect(decode('message_revoke_everyone', { message: revoked })).toMatchObject([
      { kind: 'revoke', messageId: 'AC6D52', chat, fromMe: false },
    ]);
    expect(decode('message_revoke_me', { message })).toEqual([]);
  });
  test('message_reaction, with remotes as objects', () => {
    const remote = { server: 'c.us', user: '15551230001', _serialized: chat };
    const reaction = {
      id: { fromMe: false, remote, id: 'ACR1' },
      orphan: 0,
      timestamp: 1_795_234_902,
      reaction: '👍',
      msgId: { fromMe: true, remote, id: '3EB0AA' },
      senderId: chat,
      ack: 1,
    };
    const expected = {
      kind: 'reaction',
      messageId: '3EB0AA',
      chat,
      fromMe: true,
      sender: chat,
      fromUs: false,
      emoji: '👍',
      at: 1_795_234_902_000,
    };
    expect(decode('message_reaction', { reaction })).toEqual([expected]);
    expect(decode('message_reaction', { reaction: { ...reaction, reaction: '' } })).toEqual([
      { ...expected, emoji: '' },
    ]);
  });
});

describe('about chats and people', () => {
  test('unread_count', () => {
    const told = { id: { _serialized: chat }, name: 'Alice', unreadCount: 2, timestamp: 1_795_234_901 };
    const more = { archived: false, pinned: true };
    expect(decode('unread_count', { chat: { ...told, ...more } })).toEqual([
      { kind: 'chat', chat, unread: 2, pinned: true, archived: false, at: 1_795_234_901_000 },
    ]);
    // "Marked as unread" is -1: no number of messages.
    expect(decode('unread_count', { chat: { ...told, unreadCount: -1 } })).toEqual([
      { kind: 'chat', chat, at: 1_795_234_901_000 },
    ]);
  });
  test('a group is called what the chat is called', () => {
    expect(decode('unread_count', { chat: { id: group, name: 'Family' } })).toEqual([
      { kind: 'chat', chat: group, name: 'Family' },
    ]);
  });
  test('its id written like a number is no name', () => {
    expect(decode('unread_count', { chat: { id: group, name: '+120363040000000001' } })).toEqual([
      { kind: 'chat', chat: group },
    ]);
  });
});

describe('the state of the session', () => {
  test.each([
    ['qr', { qr: '2@x' }, 'pairing', 'none'],
    ['loading_screen', { percent: 60, message: 'WhatsApp' }, 'syncing', 'none'],
    ['authenticated', undefined, 'syncing', 'none'],
    ['ready', undefined, 'working', 'none'],
    ['status', { msg: 'auth failure' }, 'failed', 'engine-error'],
    ['disconnected', { reason: 'LOGOUT' }, 'logged-out', 'logged-out-on-phone'],
    ['disconnected', { reason: 'NAVIGATION' }, 'lost', 'engine-error'],
    ['change_state', { state: 'CONNECTED' }, 'working', 'none'],
    ['change_state', { state: 'TIMEOUT' }, 'degraded', 'phone-offline'],
    ['change_state', { state: 'CONFLICT' }, 'lost', 'taken-over'],
    ['change_state', { state: 'UNPAIRED' }, 'logged-out', 'logged-out-on-phone'],
  ])('%s %o', (kind, data, state, code) => {
    expect(decode(kind, data)).toMatchObject([{ kind: 'session-state', report: { state, code } }]);
  });
  test('a state that has no name here is left out', () => {
    for (const state of ['NEW', '__proto__', undefined])
      expect(decode('change_state', { state })).toEqual([]);
  });
});

test.each(['code', 'media_uploaded', 'chat_removed', 'chat_archived', 'vote_update', 'call', 'group_join'])(
  '%s is a kind that says nothing here',
  (kind) => {
    expect(decode(kind, { message })).toEqual([]);
  },
);
