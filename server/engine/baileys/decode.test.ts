import fc from 'fast-check';
import type { proto } from 'baileys';
import { expect, test } from 'vitest';
import { toAddress } from '../../contract/address.ts';
import {
  decodeAll,
  decodeChat,
  decodeContact,
  decodeMessage,
  decodePresence,
  decodeReceipt,
  decodeUpdate,
} from './decode.ts';
import { decodeGroup } from './decode-group.ts';
import { isKept } from './kept.ts';
import { messageIdOf } from './send.ts';
import { codeOf, endOf } from './trouble.ts';

const key = { remoteJid: '393331234567@s.whatsapp.net', fromMe: false, id: '3EB0AA' };
const info = (message: proto.IMessage, more: object = {}): object => ({
  key,
  messageTimestamp: 1_795_000_000,
  message,
  ...more,
});

test('nothing that comes over the socket makes a decoder throw, and what it tells is well spelt', () => {
  const parts = fc.dictionary(
    fc.constantFrom(
      'conversation',
      'imageMessage',
      'audioMessage',
      'protocolMessage',
      'viewOnceMessage',
      'pollCreationMessageV3',
      'groupInviteMessage',
      'callLogMesssage',
      'contactsArrayMessage',
      'locationMessage',
    ),
    fc.oneof(fc.anything(), fc.object({ maxDepth: 3 })),
  );
  const messages = fc.record(
    {
      key: fc.oneof(fc.constant(key), fc.object()),
      messageTimestamp: fc.oneof(fc.integer(), fc.anything()),
      message: parts,
      messageStubType: fc.oneof(
        fc.integer({ min: 0, max: 220 }),
        fc.anything(),
        fc.constant([{ toString: null }]),
      ),
      messageStubParameters: fc.array(fc.anything()),
      pushName: fc.anything(),
      reactions: fc.anything(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(messages, fc.anything(), (message, other) => {
      for (const event of decodeAll(message, 'live', [])) {
        if (!('chat' in event) || !event.chat) continue;
        expect(toAddress(event.chat)).toBe(event.chat);
        if (event.kind === 'message') expect(event.body.isWellFormed()).toBe(true);
      }
      decodeUpdate(message.key, other, 0);
      decodeReceipt(message.key, other, 0);
      decodeChat(other, 0, true);
      decodeContact(other);
      decodePresence(other);
      decodeGroup(other, 0);
      isKept(message as proto.IWebMessageInfo);
    }),
    { numRuns: 150 },
  );
});

/** Messages that are whole, and what else is told, each with a bit of everything. */
const whole: object[] = [
  {
    imageMessage: {
      mimetype: 'image/jpeg',
      fileLength: { low: 100, high: 0, unsigned: true },
      seconds: 3,
      width: 5,
      mediaKey: new Uint8Array(32),
      caption: 'ecco',
      contextInfo: { stanzaId: 'AA', participant: '1@lid', mentionedJid: ['1@lid'], forwardingScore: 6 },
    },
  },
  { pollCreationMessageV3: { name: '?', options: [{ optionName: 'a' }], selectableOptionsCount: 1 } },
  { locationMessage: { degreesLatitude: 1, degreesLongitude: 2, name: 'n', address: 'a' } },
  { contactsArrayMessage: { contacts: [{ vcard: 'BEGIN:VCARD\nFN:A\nEND:VCARD', displayName: 'A' }] } },
  {
    groupInviteMessage: {
      groupJid: '1-2@g.us',
      groupName: 'g',
      inviteCode: 'c',
      inviteExpiration: 1_800_000_000,
    },
  },
  { callLogMesssage: { durationSecs: { low: 4, high: 0 }, callOutcome: 1, isVideo: true } },
].map((message) => info({}, { message, pushName: 'Anna', status: 3 }));
const told: object[] = [
  ...whole,
  info({}, { messageStubType: 27, messageStubParameters: ['1@lid', '{"id":"2@lid"}'] }),
  {
    id: key.remoteJid,
    name: 'n',
    unreadCount: 3,
    pinned: 5,
    archived: true,
    muteEndTime: { low: 7, high: 0 },
  },
  { id: '1@g.us', subject: 's', desc: 'd', participants: [{ id: '1@lid', admin: 'superadmin' }] },
];

test('whatever stands in the place of any one value, what is counted is whole and texts are well-formed', () => {
  const strange = fc.oneof(
    fc.anything(),
    fc.double(),
    fc.constantFrom<unknown>(
      { toString: null },
      [{ toString: null }],
      { low: 1e300, high: -1 },
      { low: 1, high: Number.NaN },
      '1@constructor',
      '__proto__',
      '\ud800',
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...told), fc.nat(), strange, (raw, place, value) => {
      let left = place % countOf(raw);
      const walk = (node: unknown): unknown => {
        if (left-- === 0) return value;
        if (Array.isArray(node)) return node.map(walk);
        if (node === null || typeof node !== 'object' || ArrayBuffer.isView(node)) return node;
        return Object.fromEntries(Object.entries(node).map(([name, inner]) => [name, walk(inner)]));
      };
      const changed = walk(raw);
      const events = [...decodeAll(changed, 'live', []), ...decodeGroup(changed, 1)];
      for (const event of [...events, decodeChat(changed, 1, true), ...decodeContact(changed)])
        JSON.stringify(event, (name, part: unknown) => {
          if (typeof part === 'string') expect(part.isWellFormed(), name).toBe(true);
          if (typeof part === 'number' && !['latitude', 'longitude'].includes(name))
            expect(part, name).toSatisfy(Number.isSafeInteger);
          return part;
        });
    }),
    { numRuns: 300 },
  );
});
const countOf = (node: unknown): number =>
  node === null || typeof node !== 'object' || ArrayBuffer.isView(node)
    ? 1
    : Object.values(node).reduce<number>((sum, inner) => sum + countOf(inner), 1);

test('a number that is none, or part of one, is not told as one', () => {
  const unread = (unreadCount: unknown) => decodeChat({ id: key.remoteJid, unreadCount }, 0, false)?.unread;
  expect(unread(0.5)).toBe(1);
  expect(unread(7.3e36)).toBe(1_000_000);
  const at = decodeMessage(
    info({ conversation: 'x' }, { messageTimestamp: { low: 1, high: Number.NaN } }),
    'live',
    [],
  );
  expect(at).toBeUndefined();
});

test('what vanishes, has a caption or was passed on is read through its wrapping', () => {
  const inner = { imageMessage: { caption: 'ecco', mimetype: 'image/jpeg', mediaKey: new Uint8Array(32) } };
  for (const message of [
    inner,
    { ephemeralMessage: { message: inner } },
    { documentWithCaptionMessage: { message: inner } },
  ])
    expect(decodeMessage(info(message), 'live', [])).toMatchObject({ type: 'image', body: 'ecco' });
  const passed = {
    extendedTextMessage: { text: 'x', contextInfo: { isForwarded: true, forwardingScore: 7 } },
  };
  expect(decodeMessage(info(passed), 'live', [])).toMatchObject({ forwarded: 2 });
});

test('view-once messages are for the phone, whichever way they come', () => {
  const image = { imageMessage: { viewOnce: true, mediaKey: new Uint8Array(32) } };
  for (const message of [
    image,
    { viewOnceMessage: { message: image } },
    { viewOnceMessageV2: { message: image } },
  ]) {
    const event = decodeMessage(info(message), 'live', []);
    expect(event).toMatchObject({ type: 'unknown', body: '', content: { viewOnce: true } });
    expect(event?.media).toBeUndefined();
  }
});

test('status updates, channels and bookkeeping are no messages', () => {
  for (const remoteJid of ['status@broadcast', '1203@newsletter'])
    expect(
      decodeMessage({ ...info({ conversation: 'x' }), key: { ...key, remoteJid } }, 'live', []),
    ).toBeUndefined();
  for (const message of [
    { protocolMessage: {} },
    { reactionMessage: {} },
    { senderKeyDistributionMessage: {} },
  ])
    expect(decodeMessage(info(message), 'live', [])).toBeUndefined();
});

test('a device’s number is no part of an address, and 64-bit times are read', () => {
  const raw = {
    ...info({ conversation: 'x' }),
    messageTimestamp: { low: 1_795_000_000, high: 0, unsigned: true },
  };
  const event = decodeMessage(
    { ...raw, key: { ...key, remoteJid: '393331234567:12@s.whatsapp.net' } },
    'live',
    [],
  );
  expect(event).toMatchObject({ chat: '393331234567@c.us', at: 1_795_000_000_000 });
});

test('of who has gone it is told when they were there, where they do not hide it', () => {
  const id = '393331234567@s.whatsapp.net';
  const gone = (lastSeen?: number) =>
    decodePresence({ id, presences: { [id]: { lastKnownPresence: 'unavailable', lastSeen } } });
  const offline = { kind: 'presence', chat: '393331234567@c.us', presence: 'offline' };
  expect(gone(1_700_000_000)).toEqual({ ...offline, lastSeen: 1_700_000_000_000 });
  expect(gone()).toEqual(offline);
});

test('the same client id makes the same message id, another another', () => {
  expect(messageIdOf('a')).toBe(messageIdOf('a'));
  expect(messageIdOf('a')).toMatch(/^3EB0[0-9A-F]{18}$/);
  expect(messageIdOf('a')).not.toBe(messageIdOf('b'));
});

test.each([
  [401, 'working', 'logged-out', 'logged-out-on-phone'],
  [403, 'working', 'failed', 'restricted'],
  [405, 'connecting', 'failed', 'outdated'],
  [408, 'pairing', 'failed', 'qr-expired'],
  [408, 'working', 'lost', 'no-internet'],
  [411, 'working', 'failed', 'extra-step-on-phone'],
  [428, 'working', 'lost', 'no-internet'],
  [440, 'working', 'lost', 'taken-over'],
  [500, 'working', 'lost', 'engine-error'],
  [503, 'working', 'lost', 'not-responding'],
] as const)('an end with %i while %s is %s, %s', (code, phase, state, why) => {
  const error = { output: { statusCode: code } };
  expect(endOf(codeOf(error), phase, 'x')).toMatchObject({ state, code: why });
});
