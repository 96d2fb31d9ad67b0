import { describe, expect, test } from 'vitest';
import { decodeEvent } from './decode.ts';

const family = '120363040000000001@g.us';
const [alice, bob, me] = ['15551230001@c.us', '15551230002@c.us', '15550009999@c.us'];
const lid = '99998888777766@lid';
const at = 1_795_235_082_000;
const decode = (event: string, payload: object) =>
  decodeEvent({ event, session: 'org1', timestamp: at + 611, me: { id: me }, payload });

const notification = (type: string, more: object = {}) => ({
  id: {
    fromMe: false,
    remote: family,
    id: '3EB0AA',
    participant: alice,
    _serialized: `false_${family}_3EB0AA_${alice}`,
  },
  body: '',
  type,
  timestamp: at / 1000,
  chatId: family,
  author: alice,
  recipientIds: [bob],
  ...more,
});
const line = (system: object) => ({
  kind: 'message',
  messageId: '3EB0AA',
  chat: family,
  fromMe: false,
  type: 'system',
  body: '',
  at,
  origin: 'live',
  content: { system },
});
const membership = (role: string, members: string[]) => ({
  kind: 'membership',
  chat: family,
  members,
  role,
  at,
});

describe('changes of members', () => {
  const change = (type: string, _data: unknown) => ({
    group: { id: family },
    type,
    timestamp: at / 1000,
    participants: [{ id: bob, pn: bob, role: 'participant' }],
    _data,
  });

  test.each([
    ['join', 'add', 'added', 'member'],
    ['leave', 'remove', 'removed', 'gone'],
    ['promote', 'promote', 'promoted', 'admin'],
    ['demote', 'demote', 'demoted', 'member'],
  ])('%s', (type, subtype, what, role) => {
    expect(decode('group.v2.participants', change(type, notification(subtype)))).toEqual([
      line({ what, actor: alice, people: [bob] }),
      membership(role, [bob]),
    ]);
  });

  test('the old events of the same change are the same line and the same fact', () => {
    const [, ...rest] = decode('group.v2.participants', change('join', notification('add')));
    expect(decode('group.join', notification('add'))).toEqual([
      line({ what: 'added', actor: alice, people: [bob] }),
      ...rest,
    ]);
    expect(decode('group.leave', notification('leave', { author: bob }))).toEqual([
      line({ what: 'left', actor: bob, people: [bob] }),
      membership('gone', [bob]),
    ]);
  });

  test('is nobody’s line, whatever its key says of a direction', () => {
    const own = notification('add', { id: { ...notification('add').id, fromMe: true } });
    expect(decode('group.join', own)[0]).toEqual(line({ what: 'added', actor: alice, people: [bob] }));
  });

  test('who came by themself has joined; who left alone stands as the author', () => {
    expect(decode('group.join', notification('add', { author: bob }))[0]).toMatchObject(
      line({ what: 'joined', actor: bob, people: [bob] }),
    );
    expect(decode('group.leave', notification('leave', { author: bob, recipientIds: [] }))[1]).toEqual(
      membership('gone', [bob]),
    );
  });

  test('NOWEB has no line, and tells both Addresses of a member', () => {
    const payload = {
      ...change('join', { id: family, action: 'add' }),
      participants: [{ id: lid, pn: bob, role: 'participant' }],
    };
    expect(decode('group.v2.participants', payload)).toEqual([
      { kind: 'address-pair', lid, phone: bob },
      membership('member', [lid]),
    ]);
  });

  test('a change with no name here, nobody in it, or no group says nothing', () => {
    expect(decode('group.v2.participants', change('wave', null))).toEqual([]);
    expect(decode('group.v2.participants', { ...change('join', null), participants: [] })).toEqual([]);
    expect(decode('group.v2.participants', { ...change('join', null), group: { id: bob } })).toEqual([]);
    expect(decode('group.v2.participants', { ...change('__proto__', null) })).toEqual([]);
  });
});

describe('the group as it was seen', () => {
  const group = {
    id: family,
    subject: 'Family',
    description: 'Only us',
    participants: [
      { id: alice, pn: alice, role: 'superadmin' },
      { id: lid, pn: bob, role: 'admin' },
      { id: me, role: 'participant' },
      { id: '15551230009@c.us', role: 'left' },
    ],
  };

  test('when we come to it: everything', () => {
    expect(
      decode('group.v2.join', {
        group,
        timestamp: at / 1000,
        _data: notification('add', { recipientIds: [me] }),
      }),
    ).toEqual([
      { kind: 'address-pair', lid, phone: bob },
      {
        kind: 'group',
        chat: family,
        at,
        subject: 'Family',
        description: 'Only us',
        members: [
          { address: alice, role: 'owner' },
          { address: lid, role: 'admin' },
          { address: me, role: 'member' },
        ],
      },
      line({ what: 'added', actor: alice, people: [me] }),
      membership('member', [me]),
    ]);
  });

  test('when its subject changes: a line with the new one', () => {
    const payload = {
      group: { id: family, subject: 'Kin' },
      timestamp: at / 1000,
      _data: notification('subject', { body: 'Kin', recipientIds: [] }),
    };
    expect(decode('group.v2.update', payload)).toEqual([
      { kind: 'group', chat: family, at, subject: 'Kin' },
      line({ what: 'subject', actor: alice, text: 'Kin' }),
      { kind: 'group', chat: family, at, subject: 'Kin' },
    ]);
  });

  test('a list that is empty, or too long to be one, is no list of members', () => {
    const crowd = Array.from({ length: 2_501 }, (_, index) => ({ id: `1555${1_000_000 + index}@c.us` }));
    for (const participants of [[], crowd, 'x', null]) {
      const events = decode('group.v2.update', { group: { ...group, participants }, timestamp: at / 1000 });
      const seen = events.find((event) => event.kind === 'group');
      expect(seen).toMatchObject({ subject: 'Family' });
      expect(seen).not.toHaveProperty('members');
    }
  });

  test('when we leave it, with the notification and without', () => {
    const left = { group: { id: family }, timestamp: at / 1000 };
    expect(decode('group.v2.leave', left)).toEqual([membership('gone', [me])]);
    const told = { ...left, _data: notification('leave', { author: me, recipientIds: [me] }) };
    expect(decode('group.v2.leave', told)).toEqual([
      line({ what: 'left', actor: me, people: [me] }),
      membership('gone', [me]),
    ]);
  });
});

describe('lines that nobody wrote, inside messages', () => {
  const model = (type: string, more: object, remote = family) => ({
    id: `false_${remote}_3EB0AA`,
    timestamp: at / 1000,
    from: remote,
    fromMe: false,
    body: '',
    hasMedia: false,
    _data: { type, ...more },
  });

  test.each([
    ['create', { what: 'created' }],
    ['picture', { what: 'picture' }],
    ['ephemeral', { what: 'disappearing' }],
    ['announce', { what: 'other', text: 'announce' }],
  ])('gp2 %s', (subtype, system) => {
    expect(decode('message', model('gp2', { subtype, author: alice }))[0]).toEqual(
      line({ ...system, actor: alice }),
    );
  });

  test('who made it, and what it is about', () => {
    const told = (subtype: string, body: string) =>
      decode('message', { ...model('gp2', { subtype, author: alice, body }), body });
    expect(told('create', 'Family')).toEqual([
      line({ what: 'created', actor: alice, text: 'Family' }),
      { kind: 'group', chat: family, at, subject: 'Family' },
    ]);
    expect(told('description', 'Only us')).toEqual([
      line({ what: 'description', actor: alice, text: 'Only us' }),
      { kind: 'group', chat: family, at, description: 'Only us' },
    ]);
  });

  test('a member has another number: the old one goes, the new one comes', () => {
    const events = decode('message', model('gp2', { subtype: 'modify', author: alice, recipients: [bob] }));
    expect(events).toEqual([
      line({ what: 'number-changed', actor: alice, people: [alice, bob] }),
      membership('gone', [alice]),
      membership('member', [bob]),
    ]);
  });

  test('a security code, a number, a setting of one person', () => {
    const told = (type: string, more: object) => decode('message', model(type, more, alice));
    expect(told('e2e_notification', { subtype: 'identity' })).toMatchObject([
      { type: 'system', chat: alice, content: { system: { what: 'security-code' } } },
    ]);
    expect(
      told('notification_template', { subtype: 'change_number', templateParams: [alice, bob] }),
    ).toMatchObject([{ content: { system: { what: 'number-changed', people: [alice, bob] } } }]);
    expect(told('notification_template', { subtype: 'disappearing_mode' })).toMatchObject([
      { content: { system: { what: 'disappearing' } } },
    ]);
    expect(told('e2e_notification', { subtype: 'encrypt' })).toEqual([]);
    expect(told('notification_template', { subtype: 'biz_privacy' })).toEqual([]);
  });

  test('Baileys’ stubs', () => {
    const stub = { key: {}, messageStubType: 27, participant: alice, messageStubParameters: [bob] };
    const events = decode('message', { ...model('', {}), _data: stub });
    expect(events).toEqual([
      line({ what: 'added', actor: alice, people: [bob] }),
      membership('member', [bob]),
    ]);
  });

  test('at most fifty are named in a line; the members are all told', () => {
    const crowd = Array.from({ length: 200 }, (_, index) => `1555${1_000_000 + index}@c.us`);
    const [system, members] = decode(
      'message',
      model('gp2', { subtype: 'add', author: alice, recipients: crowd }),
    );
    expect(system).toMatchObject({ content: { system: { people: crowd.slice(0, 50) } } });
    expect(members).toEqual(membership('member', crowd));
  });
});

describe('calls', () => {
  const call = { id: 'CALL1', from: alice, timestamp: at / 1000, isVideo: true, isGroup: false };
  const told = { kind: 'message', messageId: 'CALL1', chat: alice, type: 'call', at };
  test('ringing, refused: missed, as far as anybody knows; taken: not', () => {
    for (const event of ['call.received', 'call.rejected']) {
      expect(decode(event, call)).toMatchObject([
        { ...told, content: { call: { video: true, missed: true } } },
      ]);
    }
    expect(decode('call.accepted', call)).toMatchObject([{ ...told, content: { call: { missed: false } } }]);
  });
  test('without a time of its own it is as old as its delivery; without an id or a person it is none', () => {
    expect(decode('call.received', { ...call, timestamp: undefined })).toMatchObject([{ at: at + 611 }]);
    for (const broken of [{ id: '' }, { from: family }, { from: null }, { id: { a: 1 } }]) {
      expect(decode('call.received', { ...call, ...broken })).toEqual([]);
    }
  });
});

test('a chat is archived, and brought back', () => {
  expect(decode('chat.archive', { id: alice, archived: true, timestamp: 1 })).toEqual([
    { kind: 'chat', chat: alice, archived: true },
  ]);
  expect(decode('chat.archive', { id: alice })).toEqual([]);
});
