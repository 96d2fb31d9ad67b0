import { describe, expect, test } from 'vitest';
import { decodeEvent } from './decode.ts';

const stamp = 1_795_235_082_611;
const chat = '15551230001@c.us';
const group = '120363040000000001@g.us';
const lid = '99998888777766@lid';
const decode = (event: string, payload: object, more: object = {}) =>
  decodeEvent({ id: 'evt_1', timestamp: stamp, event, session: 'org1', payload, me: null, ...more });
const inbound = {
  id: `false_${chat}_3EB0C1D2`,
  timestamp: 1_795_235_082,
  from: chat,
  fromMe: false,
  to: '15550009999@c.us',
  body: 'hello agent',
  hasMedia: false,
  ack: 1,
};
const base = { kind: 'message', messageId: '3EB0C1D2', chat, fromMe: false, at: 1_795_235_082_000 };

describe('message', () => {
  test('an inbound text; message and message.any say the same', () => {
    const expected = [{ ...base, type: 'text', body: 'hello agent', origin: 'live' }];
    expect(decode('message', inbound)).toEqual(expected);
    expect(decode('message.any', inbound)).toEqual(expected);
  });

  test('WEBJS names the person who wrote', () => {
    expect(decode('message', { ...inbound, _data: { type: 'chat', notifyName: 'Alice' } })).toEqual([
      { ...base, type: 'text', body: 'hello agent', origin: 'live', senderName: 'Alice' },
    ]);
  });

  test('NOWEB: other spellings of addresses, both addresses of the person, null where WEBJS has text', () => {
    const events = decode('message', {
      ...inbound,
      to: null,
      participant: null,
      replyTo: null,
      media: null,
      _data: {
        key: {
          remoteJid: '15551230001@s.whatsapp.net',
          remoteJidAlt: lid,
          fromMe: false,
          id: '3EB0C1D2',
          participant: '',
          addressingMode: 'pn',
        },
        messageTimestamp: 1_795_235_082,
        pushName: 'Alice',
        message: { conversation: 'hello agent' },
        status: 3,
      },
    });
    expect(events).toMatchObject([
      { kind: 'address-pair', lid, phone: chat },
      { ...base, type: 'text', senderName: 'Alice' },
    ]);
  });

  test('GOWS: the addresses of the sender stand in Info', () => {
    const events = decode('message', {
      ...inbound,
      _data: { Info: { Sender: `${lid.replace('@', ':12@')}`, SenderAlt: '15551230001:12@s.whatsapp.net' } },
    });
    expect(events).toContainEqual({ kind: 'address-pair', lid, phone: chat });
  });

  test('an own message is in the chat its id names, whatever from and to mean on the engine', () => {
    for (const [from, to] of [
      ['15550009999@c.us', chat],
      [chat, null],
    ]) {
      const own = { ...inbound, id: `true_${chat}_3EB0C1D2`, fromMe: true, from, to, ack: 0 };
      expect(decode('message.any', own)).toMatchObject([{ ...base, fromMe: true, ack: 0 }]);
    }
  });

  test('a LID chat', () => {
    expect(decode('message', { ...inbound, id: `false_${lid}_AC1`, from: lid })).toMatchObject([
      { chat: lid, messageId: 'AC1' },
    ]);
  });

  test('a group: the member is the fourth part of the id, or the participant beside it', () => {
    const named = { ...inbound, id: `false_${group}_AC1_${lid}`, from: group };
    expect(decode('message', named)).toMatchObject([{ chat: group, messageId: 'AC1', sender: lid }]);
    const beside = { ...inbound, id: `false_${group}_AC1`, from: group, participant: lid };
    expect(decode('message', beside)).toMatchObject([{ chat: group, messageId: 'AC1', sender: lid }]);
    const object = { ...beside, participant: { server: 'lid', user: '99998888777766', _serialized: lid } };
    expect(decode('message', object)).toMatchObject([{ sender: lid }]);
  });

  test('our own group message has no sender of its own, in either spelling of its id', () => {
    for (const id of [`true_${group}_3EB0`, `true_${group}_3EB0_15550009999@c.us`]) {
      expect(decode('message.any', { ...inbound, id, fromMe: true })).toMatchObject([
        { messageId: '3EB0', fromMe: true, chat: group },
      ]);
    }
  });

  test('the direction behind an id is no participant', () => {
    const events = decode('message.any', { ...inbound, id: `true_${lid}_3EB0DAE60958_out`, fromMe: true });
    expect(events).toMatchObject([{ messageId: '3EB0DAE60958', chat: lid }]);
  });

  test.each([
    ['image/jpeg', 'image'],
    ['image/webp', 'sticker'],
    ['video/mp4', 'video'],
    ['audio/ogg; codecs=opus', 'voice'],
    ['audio/mpeg', 'audio'],
    ['application/pdf', 'document'],
  ])('media of %s is %s', (mimetype, type) => {
    expect(decode('message', { ...inbound, hasMedia: true, media: { mimetype } })).toMatchObject([{ type }]);
  });

  test('media that could not be fetched is still there', () => {
    expect(decode('message', { ...inbound, hasMedia: true, media: { error: 'x' } })).toMatchObject([
      { type: 'document' },
    ]);
    expect(decode('message', { ...inbound, hasMedia: true, media: null })).toMatchObject([
      { type: 'document' },
    ]);
  });

  test('a reply names its bare reference', () => {
    expect(decode('message', { ...inbound, replyTo: { id: '3EB0AA', body: 'q' } })).toMatchObject([
      { quotedMessageId: '3EB0AA' },
    ]);
  });

  test('what is told to everybody says who told it; whether it is shown is not for a dialect to say', () => {
    for (const from of ['status@broadcast', '120363040000000009@newsletter']) {
      expect(decode('message', { ...inbound, id: `false_${from}_3EB0_${chat}`, from })).toMatchObject([
        { kind: 'message', chat: from, sender: chat },
      ]);
    }
  });

  test('a release without id and timestamp in the envelope', () => {
    expect(decodeEvent({ event: 'message', session: 'org1', payload: inbound })).toMatchObject([base]);
  });

  test('without an id or a time it is left out', () => {
    expect(decode('message', { ...inbound, id: undefined })).toEqual([]);
    expect(decode('message', { ...inbound, id: '' })).toEqual([]);
    expect(decode('message', { ...inbound, timestamp: undefined })).toEqual([]);
    expect(decode('message', { ...inbound, timestamp: -1 })).toEqual([]);
    expect(decode('message', { ...inbound, timestamp: 'soon' })).toEqual([]);
  });

  test('a message that WhatsApp has not opened yet', () => {
    expect(decode('message.waiting', { ...inbound, body: undefined })).toMatchObject([
      { ...base, type: 'waiting', body: '' },
    ]);
  });
});

describe('message.ack', () => {
  test('of WEBJS with the whole message, of NOWEB with the least', () => {
    const expected = [{ kind: 'ack', messageId: '3EB0C1D2', chat, fromMe: true, ack: 2 }];
    const own = { ...inbound, id: `true_${chat}_3EB0C1D2`, fromMe: true, ack: 2, ackName: 'DEVICE' };
    expect(decode('message.ack', own)).toEqual(expected);
    expect(
      decode('message.ack', { id: own.id, from: chat, fromMe: true, ack: 2, ackName: 'DEVICE' }),
    ).toEqual(expected);
  });

  test('of a group’s member: how far it got with them, and no more than "come to somebody" as a whole', () => {
    const payload = { id: `true_${group}_3EB0C1D2_${lid}`, fromMe: true, participant: lid, ack: 3 };
    const place = { messageId: '3EB0C1D2', chat: group, fromMe: true };
    expect(decode('message.ack.group', payload)).toEqual([
      { kind: 'ack', ...place, ack: 2 },
      { kind: 'receipt', ...place, member: lid, ack: 3, at: stamp },
    ]);
    expect(decode('message.ack.group', { ...payload, participant: undefined, ack: 2 })).toEqual([
      { kind: 'ack', ...place, ack: 2 },
      { kind: 'receipt', ...place, member: lid, ack: 2, at: stamp },
    ]);
  });

  test('of a group’s member, with NOWEB’s own time; of our own devices and below delivery: no receipt', () => {
    const payload = { id: `true_${group}_3EB0C1D2_${lid}`, fromMe: true, ack: 3 };
    const told = { ...payload, _data: { receipt: { userJid: lid, readTimestamp: '1795235080' } } };
    expect(decode('message.ack.group', told)[1]).toMatchObject({ kind: 'receipt', at: 1_795_235_080_000 });
    const me = { id: '15550009999@c.us', lid };
    expect(decode('message.ack.group', payload, { me })).toMatchObject([{ kind: 'ack', ack: 2 }]);
    for (const ack of [1, 0, -1]) {
      expect(decode('message.ack.group', { ...payload, ack })).toMatchObject([{ kind: 'ack', ack }]);
    }
    expect(decode('message.ack.group', { ...payload, id: `false_${group}_3EB0_${lid}` })).toEqual([]);
  });

  test('of others’ messages, and rungs that do not exist, say nothing', () => {
    expect(decode('message.ack', inbound)).toEqual([]);
    for (const ack of [9, -2, 1.5, null, 'x']) {
      expect(decode('message.ack', { ...inbound, id: `true_${chat}_3EB0`, fromMe: true, ack })).toEqual([]);
    }
  });
});

describe('message.reaction', () => {
  const payload = {
    id: `false_${chat}_AC9FF1`,
    from: chat,
    fromMe: false,
    participant: chat,
    to: { server: 'c.us', user: '15551230001', _serialized: chat },
    timestamp: 1_795_235_084,
    reaction: { text: '👍', messageId: `true_${chat}_3EB0F1D8` },
  };
  const expected = {
    kind: 'reaction',
    messageId: '3EB0F1D8',
    chat,
    fromMe: true,
    sender: chat,
    fromUs: false,
    emoji: '👍',
    at: 1_795_235_084_000,
  };
  test('is about another message than its own id names; `to` may be an object', () => {
    expect(decode('message.reaction', payload)).toEqual([expected]);
  });
  test('with no emoji takes the reaction back', () => {
    const back = { ...payload, reaction: { ...payload.reaction, text: '' } };
    expect(decode('message.reaction', back)).toEqual([{ ...expected, emoji: '' }]);
  });
  test('our own, typed on the phone', () => {
    const own = { ...payload, id: `true_${chat}_AC9FF1`, fromMe: true, participant: undefined };
    expect(decode('message.reaction', own)).toMatchObject([{ fromUs: true, messageId: '3EB0F1D8' }]);
  });
});

describe('message.edited', () => {
  const edited = { kind: 'edit', messageId: 'ACF1D8', chat, fromMe: false, body: 'new' };
  test('WEBJS: the original id', () => {
    const payload = { ...inbound, id: `false_${chat}_ACF1D8`, body: 'new', editedMessageId: 'ACF1D8' };
    expect(decode('message.edited', payload)).toEqual([{ ...edited, at: stamp }]);
  });
  test('NOWEB and GOWS: an id of its own and the bare reference', () => {
    const payload = { ...inbound, id: `false_${chat}_OWN1`, body: 'new', editedMessageId: 'ACF1D8' };
    expect(decode('message.edited', payload)).toEqual([{ ...edited, at: stamp }]);
  });
  test('the sender’s own time of the edit counts before the envelope’s', () => {
    const payload = {
      ...inbound,
      id: `false_${chat}_ACF1D8`,
      body: 'new',
      _data: { latestEditSenderTimestampMs: 1_795_235_085_123 },
    };
    expect(decode('message.edited', payload)).toEqual([{ ...edited, at: 1_795_235_085_123 }]);
  });
});

describe('message.revoked', () => {
  const revoke = { kind: 'revoke', messageId: 'ACF1D8', chat, at: stamp };
  const original = { ...inbound, id: `false_${chat}_ACF1D8` };
  test('WEBJS: the same id before and after', () => {
    expect(decode('message.revoked', { after: original, before: original })).toEqual([
      { ...revoke, fromMe: false },
    ]);
    expect(decode('message.revoked', { after: original, before: null })).toEqual([
      { ...revoke, fromMe: false },
    ]);
  });
  test('NOWEB: an id of its own and the bare reference', () => {
    const payload = { after: { ...original, id: `false_${chat}_OWN1` }, before: null };
    expect(decode('message.revoked', { ...payload, revokedMessageId: 'ACF1D8' })).toEqual([revoke]);
  });
  test('a group’s admin takes back what we wrote: the deletion’s direction is not the message’s', () => {
    const payload = {
      after: { ...inbound, id: `false_${group}_OWN1_${lid}` },
      before: null,
      revokedMessageId: '3EB0OURS',
    };
    const [event] = decode('message.revoked', payload);
    expect(event).toEqual({ kind: 'revoke', messageId: '3EB0OURS', chat: group, at: stamp });
  });
});

describe('session.status', () => {
  const report = (status: string, more: object = {}) =>
    decode('session.status', { name: 'org1', status }, more);
  test.each([
    ['STOPPED', 'stopped', 'none'],
    ['STARTING', 'starting', 'none'],
    ['SCAN_QR_CODE', 'pairing', 'none'],
    ['WORKING', 'working', 'none'],
    ['FAILED', 'failed', 'engine-error'],
    ['PASSKEY_REQUIRED', 'pairing', 'extra-step-on-phone'],
    ['PASSKEY_CONFIRMATION_REQUIRED', 'pairing', 'extra-step-on-phone'],
  ])('%s', (status, state, code) => {
    expect(report(status)).toMatchObject([{ kind: 'session-state', report: { state, code, at: stamp } }]);
  });
  test('tells our own number, and its LID where the release knows it', () => {
    const me = { id: '15550009999@c.us', pushName: 'Desk' };
    expect(report('WORKING', { me })).toMatchObject([
      { report: { me: { address: '15550009999@c.us', name: 'Desk' } } },
    ]);
    expect(report('WORKING', { me: { ...me, lid: '11112222@lid' } })).toMatchObject([
      { kind: 'address-pair', lid: '11112222@lid', phone: '15550009999@c.us' },
      { report: { me: { lid: '11112222@lid' } } },
    ]);
  });
  test('a state that has no name here is left out', () => {
    for (const status of ['NEW_STATE', '__proto__', 'toString', '']) expect(report(status)).toEqual([]);
  });
});

test('presence.update', () => {
  const presences = [{ participant: chat, lastKnownPresence: 'typing', lastSeen: null }];
  expect(decode('presence.update', { id: chat, presences })).toEqual([
    { kind: 'presence', chat, presence: 'typing' },
  ]);
  // Seconds; who hides it has none.
  const left = (lastSeen: unknown) => [{ participant: chat, lastKnownPresence: 'offline', lastSeen }];
  expect(decode('presence.update', { id: chat, presences: left(1_700_000_000) })).toEqual([
    { kind: 'presence', chat, presence: 'offline', lastSeen: 1_700_000_000_000 },
  ]);
  expect(decode('presence.update', { id: chat, presences: left(null) })).toEqual([
    { kind: 'presence', chat, presence: 'offline' },
  ]);
});

test.each(['label.upsert', 'poll.vote', 'engine.event', 'state.change'])(
  '%s is a kind that says nothing here',
  (event) => {
    expect(decode(event, { id: chat, archived: true, timestamp: 1 })).toEqual([]);
  },
);
