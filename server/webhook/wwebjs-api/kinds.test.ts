import { describe, expect, test } from 'vitest';
import { dialect } from './index.ts';
import { decodeDelivery } from './decode.ts';
import { customer, family, libraryMessage, member, ours, pageModel, wwebjsApi } from '../testing-dress.ts';

const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(400, 3)]).toString('base64');
const photo = { directPath: '/a', mimetype: 'image/jpeg', size: 404, body: jpeg };
const decode = (dataType: string, data: object, receivedAt?: number) =>
  decodeDelivery(JSON.parse(JSON.stringify(wwebjsApi(dataType, data))), receivedAt);
const of = (model: Record<string, unknown>) => ({ message: libraryMessage(model) });

describe('the media event', () => {
  const model = pageModel('image', photo);
  const data = Buffer.from('the file').toString('base64');
  const body = (messageMedia: unknown) => wwebjsApi('media', { ...of(model), messageMedia });

  test('tells the message, and the bytes beside it', () => {
    const told = body({ mimetype: 'image/jpeg', data, filename: 'a.jpg', filesize: 8 });
    expect(JSON.stringify(dialect.decode(told))).not.toContain(data);
    expect(dialect.files!(told)).toEqual([
      {
        message: { messageId: (model['id'] as { id: string }).id, chat: customer, fromMe: false },
        bytes: Buffer.from('the file'),
        mime: 'image/jpeg',
        name: 'a.jpg',
      },
    ]);
  });

  test('without usable bytes has no file', () => {
    for (const media of [null, {}, { data: '' }, { data: 7 }, { data: 'not base64!' }, { data: 'AAA' }]) {
      expect(dialect.files!(body(media))).toEqual([]);
    }
    expect(dialect.files!({ ...body({ data }), dataType: 'message' })).toEqual([]);
  });

  test('names the member of a group', () => {
    const inGroup = pageModel('image', photo, { chat: family, author: member });
    const [file] = dialect.files!(wwebjsApi('media', { ...of(inGroup), messageMedia: { data } }));
    expect(file!.message).toMatchObject({ chat: family, participant: member });
  });
});

describe('edits', () => {
  const edited = { latestEditSenderTimestampMs: 1_795_235_490_500 };
  test('of a caption; the small picture that arrives late is none', () => {
    const model = pageModel('image', { ...photo, ...edited, caption: 'new words' });
    expect(decode('message_edit', { ...of(model), newBody: jpeg, prevBody: '' })).toMatchObject([
      { kind: 'edit', body: 'new words', at: 1_795_235_490_500 },
    ]);
    const bare = pageModel('image', photo);
    expect(decode('message_edit', { ...of(bare), newBody: jpeg, prevBody: 'x' })).toEqual([]);
  });

  test('a text that could be read at last is the message, and no edit', () => {
    const model = pageModel('chat', { body: 'at last' });
    expect(decode('message_edit', { ...of(model), newBody: 'at last' })).toMatchObject([
      { kind: 'message', type: 'text', body: 'at last' },
    ]);
  });
});

test('one that WhatsApp has not opened yet has neither text nor file, and is filled later', () => {
  const model = pageModel('image', { ...photo, caption: 'words' });
  const waiting = decode('message_ciphertext', of(model));
  expect(waiting).toMatchObject([{ kind: 'message', type: 'waiting', body: '' }]);
  expect(waiting[0]).not.toHaveProperty('media');
  expect(decode('message_create', of({ ...model, type: 'ciphertext' }))).toMatchObject([
    { type: 'waiting', body: '' },
  ]);
  expect(decode('message_create', of(model))).toMatchObject([{ type: 'image', body: 'words' }]);
});

describe('groups', () => {
  const notification = (type: string, more: object = {}) => ({
    notification: {
      id: { fromMe: false, remote: family, id: '3EB0AA', participant: customer },
      body: '',
      type,
      timestamp: 1_795_235_082,
      chatId: family,
      author: customer,
      recipientIds: [member],
      ...more,
    },
  });
  test.each([
    ['group_join', 'invite', 'joined', 'member'],
    ['group_leave', 'remove', 'removed', 'gone'],
    ['group_admin_changed', 'promote', 'promoted', 'admin'],
  ])('%s %s', (dataType, type, what, role) => {
    expect(decode(dataType, notification(type))).toMatchObject([
      { kind: 'message', type: 'system', messageId: '3EB0AA', chat: family, content: { system: { what } } },
      { kind: 'membership', chat: family, members: [member], role },
    ]);
  });
  test('group_update', () => {
    expect(decode('group_update', notification('subject', { body: 'Kin', recipientIds: [] }))).toMatchObject([
      { content: { system: { what: 'subject', text: 'Kin', actor: customer } } },
      { kind: 'group', chat: family, subject: 'Kin' },
    ]);
  });
  test('contact_changed: a line with both numbers', () => {
    const model = pageModel('notification_template', { subtype: 'change_number', templateParams: [] });
    const data = { ...of(model), oldId: customer, newId: ours, isContact: true };
    expect(decode('contact_changed', data)).toMatchObject([
      { type: 'system', content: { system: { what: 'number-changed', people: [customer, ours] } } },
    ]);
  });
});

describe('calls and chats', () => {
  test('a call, which has no time of its own', () => {
    const call = { id: 'CALL1', from: customer, isVideo: false, isGroup: false, fromMe: false };
    expect(decode('call', { call }, 1_795_235_500_000)).toMatchObject([
      {
        messageId: 'CALL1',
        chat: customer,
        type: 'call',
        at: 1_795_235_500_000,
        content: { call: { missed: true } },
      },
    ]);
  });
  test('chat_archived says what it is now', () => {
    const chat = { id: { _serialized: customer }, archived: false };
    expect(decode('chat_archived', { chat, currState: true, prevState: false })).toEqual([
      { kind: 'chat', chat: customer, archived: true },
    ]);
  });
  test.each([
    [{ isMuted: false, muteExpiration: 0 }, 0],
    [{ isMuted: true, muteExpiration: -1 }, 253_402_300_799_000],
    [{ isMuted: true, muteExpiration: 1_795_300_000 }, 1_795_300_000_000],
  ])('muted %o', (muted, mutedUntil) => {
    expect(decode('unread_count', { chat: { id: customer, ...muted } })).toEqual([
      { kind: 'chat', chat: customer, mutedUntil },
    ]);
  });
});
