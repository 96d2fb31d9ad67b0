import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeGroup, decodeGroupChange, rawOfNotification } from './decode-system.ts';
import {
  decodeChat,
  decodeContact,
  decodeEdit,
  decodeMessage,
  decodeReceipts,
  decodeStar,
  messageFields,
} from './decode.ts';
import { readEvents } from './protocol-event.ts';
import image from './fixtures/image.json' with { type: 'json' };

const giulia = '393331234567@c.us';
const luca = '393209876543@c.us';
const group = '120363041234567890@g.us';
const base = { id: { fromMe: false, remote: giulia, id: 'AC01' }, t: 1_795_239_000, type: 'chat', body: 'x' };
const decoded = (parts: object, me: never[] = []) => decodeMessage({ ...base, ...parts }, 'live', me);
const base64 = (length: number, beginning: number[] = []): string =>
  Buffer.from([...beginning, ...Array.from({ length: length - beginning.length }, () => 7)]).toString(
    'base64',
  );
const jpeg = [0xff, 0xd8, 0xff];

describe('a file', () => {
  test('has what the page knows of it, and the message it is of for a reference', () => {
    const { media } =
      decoded({ ...image, size: '2048', width: 640, height: 480, filehash: base64(32) }) ?? {};
    expect(media).toEqual({
      mime: 'image/jpeg',
      size: 2048,
      width: 640,
      height: 480,
      sha256: base64(32),
      reference: JSON.stringify({ chat: giulia, messageId: '3A00112233445566778899', fromMe: false }),
    });
  });
  test('in a group, its reference has the member', () => {
    const id = { fromMe: false, remote: group, id: 'AC02', participant: { _serialized: luca } };
    const { media } = decoded({ id, type: 'document', mimetype: 'application/pdf', filename: 'a.pdf' }) ?? {};
    expect(JSON.parse(media?.reference ?? '')).toEqual({
      chat: group,
      messageId: 'AC02',
      fromMe: false,
      participant: luca,
    });
    expect(media?.fileName).toBe('a.pdf');
  });
  test.each([
    ['base64', base64(64)],
    ['a list', Array.from({ length: 64 }, () => 7)],
    [
      'a typed array on its way out of a page',
      Object.fromEntries(Array.from({ length: 64 }, (_, i) => [i, 7])),
    ],
    ['shorter than 64', [7, 7]],
  ])('the waveform of a voice note from %s', (_what, waveform) => {
    const event = decoded({ type: 'ptt', mimetype: 'audio/ogg; codecs=opus', duration: '3', waveform });
    expect(event).toMatchObject({ type: 'voice', media: { seconds: 3, waveform: base64(64) } });
  });
  test('values above 100 in a waveform are 100; what is none is left out', () => {
    const event = decoded({ type: 'ptt', waveform: Array.from({ length: 64 }, () => 255) });
    expect([...Buffer.from(event?.media?.waveform ?? '', 'base64')]).toEqual(Array(64).fill(100));
    for (const waveform of ['%%%', [1, 'x'], {}, [], 7, Array(2_000).fill(1)])
      expect(decoded({ type: 'ptt', waveform })?.media).not.toHaveProperty('waveform');
  });
  test('a thumbnail is a JPEG of at most 12 KiB, or it is left out', () => {
    const of = (body: unknown) => decoded({ type: 'image', body })?.media?.thumbnail;
    const largest = base64(12 * 1024, jpeg);
    expect(of(largest)).toBe(largest);
    expect(of(base64(12 * 1024 + 3, jpeg))).toBeUndefined();
    expect(of(base64(100))).toBeUndefined();
    expect(of('/9j/ not base64')).toBeUndefined();
  });
  test('a document captioned with its own name has no caption, unless somebody wrote it', () => {
    const named = { type: 'document', filename: 'a.pdf', caption: 'a.pdf' };
    expect(decoded(named)?.body).toBe('');
    expect(decoded({ ...named, isCaptionByUser: true })?.body).toBe('a.pdf');
  });
  test('a view-once one is said to be one and has no file to be fetched', () => {
    const event = decoded({ type: 'image', isViewOnce: true, mimetype: 'image/jpeg', directPath: '/v/1' });
    expect(event).toMatchObject({ type: 'image', content: { viewOnce: true } });
    expect(event).not.toHaveProperty('media');
    const fanout = decoded({ type: 'ciphertext', subtype: 'view_once_unavailable_fanout' });
    expect(fanout).toMatchObject({ type: 'unknown', content: { viewOnce: true }, body: '' });
  });
});

describe('what is large or broken is bounded', () => {
  const many = <T>(make: (index: number) => T): T[] => Array.from({ length: 70 }, (_, index) => make(index));
  test('at most 50 cards, options and mentions', () => {
    const vcard = 'BEGIN:VCARD\nFN:A\nTEL:+391\nEND:VCARD';
    const cards = decoded({ type: 'multi_vcard', vcardList: many(() => ({ vcard })) });
    expect(cards?.content?.cards).toHaveLength(50);
    const options = decoded({
      type: 'poll_creation',
      pollName: '?',
      pollOptions: many((i) => ({ name: `${i}` })),
    });
    expect(options?.content?.poll?.options).toHaveLength(50);
    const mentionedJidList = many((i) => `3933300000${10 + i}@c.us`);
    expect(decoded({ mentionedJidList })?.content?.mentions).toHaveLength(50);
  });
  test('texts are cut between characters and well-formed', () => {
    expect(decoded({ body: `${'a'.repeat(65_535)}😀` })?.body).toBe('a'.repeat(65_535));
    expect(decoded({ body: 'a\ud83d' })?.body).toBe('a\ufffd');
    const poll = decoded({ type: 'poll_creation', pollName: 'q'.repeat(9_000), pollOptions: [] });
    expect(poll?.content?.poll?.question).toHaveLength(1_000);
    expect(decoded({ notifyName: `a\0b\n c${'d'.repeat(999)}` })?.senderName).toMatch(/^a b cd{195}$/);
  });
  test.each([
    ['javascript:alert(1)'],
    ['https://user:secret@host.example/'],
    [`https://host.example/${'a'.repeat(3_000)}`],
  ])('a preview of %s is none', (canonicalUrl) => {
    expect(decoded({ title: 't', canonicalUrl })?.content).toBeUndefined();
  });
  test('a place off the earth is no place', () => {
    expect(decoded({ type: 'location', lat: 91, lng: 0 })?.content).toBeUndefined();
    expect(decoded({ type: 'location', lat: '41.9', lng: 12 })?.content).toBeUndefined();
  });
});

describe('contact cards', () => {
  test.each([
    ['item1.TEL;waid=393331234567:333 1234567', '+393331234567'],
    ['TEL;type=CELL;waid=393331234567:+39 333 123 4567', '+39 333 123 4567'],
    ['tel;VALUE=uri:tel:+39-333-1234567', '+39-333-1234567'],
  ])('read the number of %s', (line, phone) => {
    const body = `BEGIN:VCARD\r\nVERSION:3.0\r\nFN;CHARSET=UTF-8:Rossi\\, Anna\r\n${line}\r\nEND:VCARD`;
    const event = decoded({ type: 'vcard', body });
    expect(event?.content?.cards).toEqual([{ name: 'Rossi, Anna', phones: [phone] }]);
    expect(event?.body).toBe('Rossi, Anna');
  });
  test('folded lines are one, and a card of nothing is none', () => {
    const folded = 'BEGIN:VCARD\nFN:Anna\n  Maria\nEND:VCARD';
    expect(decoded({ type: 'vcard', body: folded })?.content?.cards).toEqual([
      { name: 'Anna Maria', phones: [] },
    ]);
    expect(decoded({ type: 'vcard', body: 'BEGIN:VCARD\nEND:VCARD' })?.content).toBeUndefined();
  });
});

test.each([
  [{ subtype: 'miss' }, { video: false, missed: true }],
  [{ subtype: 'miss_group_video' }, { video: true, missed: true }],
  [
    { callOutcome: 'Connected', callDuration: 61, isVideoCall: true },
    { video: true, missed: false, seconds: 61 },
  ],
  [{ callOutcome: 'Rejected' }, { video: false, missed: true }],
  [{}, { video: false, missed: true }],
])('a call that left %j', (parts, call) => {
  expect(decoded({ type: 'call_log', body: undefined, ...parts })).toMatchObject({
    type: 'call',
    body: '',
    content: { call },
  });
});

test('an answer says whose message it answers only where that can be known', () => {
  const of = (quotedParticipant: string, me: string[]) =>
    decoded(
      { quotedStanzaID: '3EB0', quotedParticipant, quotedMsg: { type: 'image', body: '/9j/', caption: 'c' } },
      me as never[],
    )?.content?.quoted;
  expect(of(luca, [luca])).toEqual({ body: 'c', type: 'image', sender: luca, fromMe: true });
  expect(of(luca, [giulia])).toMatchObject({ fromMe: false });
  expect(of('45@lid', [giulia])).not.toHaveProperty('fromMe');
  expect(decoded({ quotedMsg: { type: 'chat', body: 'c' } })?.content).toBeUndefined();
});

test.each([
  [{ isForwarded: true }, 1],
  [{ forwardingScore: 4 }, 1],
  [{ forwardingScore: 5 }, 2],
  [{ forwardingScore: 127, isForwarded: true }, 2],
  [{ forwardingScore: 0, isForwarded: false }, undefined],
])('passed on: %j', (parts, forwarded) => {
  expect(decoded(parts)?.forwarded).toBe(forwarded);
});

describe('lines nobody wrote', () => {
  const line = (subtype: string, parts: object = {}) => ({
    ...base,
    id: { fromMe: true, remote: group, id: '39F0', participant: luca },
    type: 'gp2',
    body: undefined,
    subtype,
    author: luca,
    ...parts,
  });
  test.each([
    ['create', { body: 'Amici' }, { what: 'created', actor: luca, text: 'Amici' }, 'group'],
    ['add', { recipients: [giulia] }, { what: 'added', actor: luca, people: [giulia] }, 'member'],
    ['add', { recipients: [luca] }, { what: 'joined', actor: luca, people: [luca] }, 'member'],
    ['invite', { recipients: [] }, { what: 'joined', actor: luca, people: [luca] }, 'member'],
    ['leave', {}, { what: 'left', actor: luca, people: [luca] }, 'gone'],
    [
      'remove',
      { recipients: [{ _serialized: giulia }] },
      { what: 'removed', actor: luca, people: [giulia] },
      'gone',
    ],
    ['promote', { recipients: [giulia] }, { what: 'promoted', actor: luca, people: [giulia] }, 'admin'],
    ['demote', { recipients: [giulia] }, { what: 'demoted', actor: luca, people: [giulia] }, 'member'],
    ['subject', { body: 'Nuovo' }, { what: 'subject', actor: luca, text: 'Nuovo' }, 'group'],
    ['description', { body: 'Di noi' }, { what: 'description', actor: luca, text: 'Di noi' }, 'group'],
    ['restrict', {}, { what: 'other', actor: luca, text: 'restrict' }, undefined],
  ])('%s %j', (subtype, parts, system, change) => {
    const raw = line(subtype, parts);
    const event = decodeMessage(raw, 'live');
    expect(event).toMatchObject({ type: 'system', fromMe: false, body: '', chat: group });
    expect(event?.content).toEqual({ system });
    const [told] = decodeGroupChange(raw);
    expect(told?.kind === 'membership' ? told.role : told?.kind).toBe(change);
  });
  test('a member with another number goes, and comes under the new one', () => {
    const raw = line('modify', { recipients: [giulia] });
    expect(decodeMessage(raw, 'live')?.content?.system).toMatchObject({ people: [luca, giulia] });
    expect(decodeGroupChange(raw)).toMatchObject([
      { kind: 'membership', members: [luca], role: 'gone' },
      { kind: 'membership', members: [giulia], role: 'member' },
    ]);
  });
  test('are the same as the library tells them', () => {
    const raw = line('add', { recipients: [giulia] });
    const notification = { id: raw.id, type: 'add', timestamp: raw.t, author: luca, recipientIds: [giulia] };
    expect(decodeMessage(rawOfNotification(notification), 'live')).toEqual(decodeMessage(raw, 'live'));
  });
  test.each(['encrypt', 'encrypt_now', 'device', undefined])(
    'e2e_notification %s is bookkeeping',
    (subtype) => {
      expect(decoded({ type: 'e2e_notification', subtype })).toBeUndefined();
    },
  );
  test('who is in a group is told as a whole or not at all', () => {
    const participants = [
      { id: luca, isSuperAdmin: true, isAdmin: true },
      { id: { _serialized: giulia }, isAdmin: true },
      { id: '45@lid' },
    ];
    expect(decodeGroup({ id: group, subject: 'Amici', participants }, 5)).toEqual({
      kind: 'group',
      chat: group,
      at: 5,
      subject: 'Amici',
      members: [
        { address: luca, role: 'owner' },
        { address: giulia, role: 'admin' },
        { address: '45@lid', role: 'member' },
      ],
    });
    const broken = decodeGroup(
      { id: group, subject: 'Amici', participants: [...participants, { id: 'who?' }] },
      5,
    );
    expect(broken).not.toHaveProperty('members');
    expect(decodeGroup({ id: group, participants: [] }, 5)).toBeUndefined();
    expect(decodeGroup({ id: giulia, participants }, 5)).toBeUndefined();
  });
});

test('a member has the highest rung told of them', () => {
  const id = { fromMe: true, remote: group, id: '3EB0' };
  const entry = (member: string, t: number) => ({ id: member, t });
  const delivery = [entry(giulia, 10), entry(luca, 11)];
  expect(decodeReceipts({ id, delivery, read: [entry(luca, 20)], played: 'x' }, 0)).toMatchObject([
    { kind: 'receipt', member: giulia, ack: 2, at: 10_000, chat: group, fromMe: true },
    { member: luca, ack: 3, at: 20_000 },
  ]);
});

test('an edited caption is an edit, a thumbnail that came is none', () => {
  const photo = { ...image, latestEditSenderTimestampMs: 1_795_239_500_000 };
  expect(decodeEdit(photo, 'il conto nuovo', 'il conto', 0)).toMatchObject({ body: 'il conto' });
  expect(decodeEdit(image, base64(400, jpeg), '', 0)).toBeUndefined();
});

test('whatever the page says, decoding throws nothing, and the parent can read it', () => {
  const kinds = [
    'chat',
    'image',
    'ptt',
    'vcard',
    'multi_vcard',
    'poll_creation',
    'location',
    'gp2',
    'call_log',
    'ciphertext',
  ];
  const anything = fc.dictionary(
    fc.constantFrom(...messageFields, 'participants', 'delivery'),
    fc.anything(),
    { maxKeys: 12 },
  );
  const raws = fc.record({
    parts: anything,
    type: fc.constantFrom(...kinds),
    subtype: fc.constantFrom('add', 'subject', 'create', 'modify', 'leave', undefined),
  });
  fc.assert(
    fc.property(raws, ({ parts, type, subtype }) => {
      const raw = {
        ...base,
        ...parts,
        id: { fromMe: true, remote: group, id: 'AC1' },
        t: base.t,
        type,
        subtype,
      };
      const events = [
        decodeMessage(raw, 'live'),
        decodeEdit(raw, parts['body'], parts['caption'], 1),
        decodeStar(raw, 1),
        decodeChat({ ...parts, id: group }),
        ...decodeContact({ ...parts, id: giulia }),
        ...decodeGroupChange(raw),
        decodeGroup({ ...parts, id: group }, 1),
        ...decodeReceipts(raw, 1),
      ].filter((event) => event !== undefined);
      const told = JSON.parse(JSON.stringify(events)) as unknown[];
      const problems: string[] = [];
      expect(readEvents(told, (problem) => problems.push(problem))).toHaveLength(told.length);
      expect(problems).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
