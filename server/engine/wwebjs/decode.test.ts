import { describe, expect, test } from 'vitest';
import {
  decodeAck,
  decodeChat,
  decodeContact,
  decodeEdit,
  decodeMessage,
  decodeReaction,
  decodeRevoke,
} from './decode.ts';
import inboundGen1 from './fixtures/inbound-gen1.json' with { type: 'json' };
import inboundGen3 from './fixtures/inbound-gen3.json' with { type: 'json' };
import groupLid from './fixtures/group-lid.json' with { type: 'json' };
import image from './fixtures/image.json' with { type: 'json' };

const giulia = '393331234567@c.us';
const now = 1_795_240_000_000;

describe('a message', () => {
  const wanted = {
    kind: 'message',
    messageId: 'AC0D1E2F3A4B5C6D7E8F900112233445',
    chat: giulia,
    fromMe: false,
    type: 'text',
    body: 'Ciao, siete aperti?',
    at: 1_795_239_000_000,
    origin: 'live',
    senderName: 'Giulia',
  };
  test('reads the same before and after the key’s text was renamed', () => {
    expect(decodeMessage(inboundGen1, 'live')).toEqual(wanted);
    expect(decodeMessage(inboundGen3, 'live')).toEqual(wanted);
  });
  test('in a group has the member who wrote it, also when only the LID is known', () => {
    expect(decodeMessage(groupLid, 'history')).toMatchObject({
      chat: '120363041234567890@g.us',
      sender: '98765432109876@lid',
      quotedMessageId: '3EB0A12B39F380F28ADDD9',
      origin: 'history',
    });
  });
  test('with media has its caption for a text, never the thumbnail', () => {
    expect(decodeMessage(image, 'live')).toMatchObject({ type: 'image', body: 'il conto' });
    expect(decodeMessage({ ...image, caption: undefined }, 'live')).toMatchObject({ body: '' });
  });
  test('of our own carries its tick', () => {
    const own = { ...inboundGen1, id: { ...inboundGen1.id, fromMe: true }, ack: 2 };
    expect(decodeMessage(own, 'live')).toMatchObject({ fromMe: true, ack: 2 });
    expect(decodeMessage(own, 'live')).not.toHaveProperty('senderName');
  });
  test.each([
    ['ciphertext', { type: 'waiting', body: '' }],
    ['ptt', { type: 'voice' }],
    ['something_of_2027', { type: 'unknown' }],
    ['revoked', { type: 'text', body: '', revoked: true }],
    ['call_log', { type: 'call' }],
  ])('of the page’s type %s', (type, expected) => {
    expect(decodeMessage({ ...inboundGen1, type }, 'live')).toMatchObject(expected);
  });
  test('with half a surrogate pair becomes well-formed', () => {
    expect(decodeMessage({ ...inboundGen1, body: 'a\ud83d' }, 'live')?.body).toBe('a\ufffd');
  });
  test('that was edited says when', () => {
    const edited = { ...inboundGen1, latestEditSenderTimestampMs: 1_795_239_500_000 };
    expect(decodeMessage(edited, 'history')?.editedAt).toBe(1_795_239_500_000);
  });
  test('told to everybody says who told it; whether it is shown is not for the engine to say', () => {
    const id = { fromMe: false, id: 'A1', remote: 'status@broadcast', participant: giulia };
    expect(decodeMessage({ ...inboundGen1, id }, 'live')).toMatchObject({
      chat: 'status@broadcast',
      sender: giulia,
    });
  });
  test.each([
    ['bookkeeping', { ...inboundGen1, type: 'e2e_notification' }],
    ['nothing', null],
    ['no id', { type: 'chat', t: 1 }],
    ['no time', { ...inboundGen1, t: 'yesterday' }],
  ])('is none: %s', (_what, raw) => {
    expect(decodeMessage(raw, 'live')).toBeUndefined();
  });
});

describe('what happens to a message', () => {
  const own = { id: { fromMe: true, remote: { _serialized: giulia }, id: '3EB0AA', $1: 'x' } };
  test('a tick of ours', () => {
    const about = { kind: 'ack', messageId: '3EB0AA', chat: giulia, fromMe: true };
    expect(decodeAck(own, 3)).toEqual({ ...about, ack: 3 });
    expect(decodeAck(own, '-1')).toEqual({ ...about, ack: -1 });
    expect(decodeAck(own, 9)).toBeUndefined();
    expect(decodeAck(own, null)).toBeUndefined();
    expect(decodeAck(inboundGen1, 3)).toBeUndefined();
  });
  test('an edit, told apart from a text that could be read at last', () => {
    expect(decodeEdit(own, 'new', 'old', now)).toMatchObject({ kind: 'edit', body: 'new', at: now });
    const timed = { ...own, latestEditSenderTimestampMs: 1_795_239_500 };
    expect(decodeEdit(timed, 'new', undefined, now)).toMatchObject({ at: 1_795_239_500_000 });
    expect(decodeEdit(own, 'decrypted', undefined, now)).toBeUndefined();
  });
  test('a revoke that is a message of its own names what it takes back', () => {
    const revoke = { ...own, protocolMessageKey: { fromMe: true, remote: giulia, id: '3EB0BB' } };
    expect(decodeRevoke(revoke, now)).toMatchObject({ messageId: '3EB0BB', chat: giulia });
    expect(decodeRevoke(own, now)).toMatchObject({ messageId: '3EB0AA' });
  });
  test('a reaction, and one of ours', () => {
    const reaction = {
      id: { fromMe: false, remote: giulia, id: 'R1' },
      msgId: own.id,
      senderId: giulia,
      reaction: '👍',
      timestamp: 1_795_239_000,
    };
    const wanted = { kind: 'reaction', messageId: '3EB0AA', sender: giulia, fromUs: false, emoji: '👍' };
    expect(decodeReaction(reaction, [])).toMatchObject({ ...wanted, at: 1_795_239_000_000 });
    expect(decodeReaction(reaction, [giulia as never])).toMatchObject({ fromUs: true });
  });
});

describe('chats and people', () => {
  test('a chat without a name keeps none, and by-hand unread counts as one', () => {
    const chat = {
      id: giulia,
      formattedTitle: '+39 333 123 4567',
      unreadCount: -1,
      t: 5,
      muteExpiration: -1,
    };
    const read = decodeChat(chat);
    expect(read).toMatchObject({ kind: 'chat', chat: giulia, unread: -1, at: 5000 });
    expect(read).not.toHaveProperty('name');
    expect(read?.mutedUntil).toBeGreaterThan(now);
  });
  test('a channel is a chat with a name', () => {
    expect(decodeChat({ id: { user: '1203', server: 'newsletter' }, name: 'The Letter' })).toMatchObject({
      chat: '1203@newsletter',
      name: 'The Letter',
    });
  });
  test('a person whose two Addresses are known is told as a pair, too', () => {
    expect(decodeContact({ id: '45@lid', phoneNumber: giulia, pushname: 'Giulia' })).toEqual([
      { kind: 'contact', address: '45@lid', pushName: 'Giulia' },
      { kind: 'address-pair', lid: '45@lid', phone: giulia },
    ]);
    expect(decodeContact({ id: '120363@g.us', name: 'Gruppo' })).toEqual([]);
  });
});
