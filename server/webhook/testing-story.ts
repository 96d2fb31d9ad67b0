import { createHmac } from 'node:crypto';
import { decodeMessage } from '../engine/wwebjs/decode.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { at, record } from './foreign.ts';
import { deliveriesOf, doorSecret, type Delivery } from './testing.ts';
import {
  customer,
  family,
  libraryMessage,
  member,
  ours,
  pageModel,
  waha,
  wahaPayload,
  wwebjsApi,
  type PageModel,
} from './testing-dress.ts';

/** One conversation with a bit of everything, as each server would have told it; what was recorded comes on top. */
export interface Story {
  dialect: string;
  deliveries: Delivery[];
  /** What the phone's history says of the same messages. */
  history: EngineEvent[];
}

export const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(400, 3)]).toString(
  'base64',
);
const photo = pageModel('image', {
  directPath: '/a',
  mimetype: 'image/jpeg',
  size: 5,
  body: jpeg,
  caption: 'our shop',
});
const voice = pageModel('ptt', {
  directPath: '/b',
  mimetype: 'audio/ogg; codecs=opus',
  duration: 7,
  waveform: [9, 80],
});
const poll = pageModel('poll_creation', {
  pollName: 'When?',
  pollOptions: [{ name: 'Mon' }, { name: 'Tue' }],
  pollSelectableOptionsCount: 1,
});
const place = pageModel('location', { lat: 45.46, lng: 9.19, loc: 'Duomo\nMilano', body: jpeg });
const edited = pageModel('chat', { body: 'helo' });
const revoked = pageModel('chat', { body: 'wrong chat' });
const sealed = pageModel('chat', { body: 'at last' });
const own = pageModel('chat', { body: 'on our way', ack: 1 }, { fromMe: true });
const toGroup = pageModel('chat', { body: 'hi all', ack: 1 }, { chat: family, fromMe: true });
const answer = pageModel(
  'chat',
  {
    body: '@15550009999 fine',
    mentionedJidList: [ours],
    quotedStanzaID: (toGroup['id'] as { id: string }).id,
    quotedParticipant: ours,
    quotedMsg: { type: 'chat', body: 'hi all' },
    isForwarded: true,
    forwardingScore: 1,
  },
  { chat: family, author: member },
);
const joined = pageModel(
  'gp2',
  { subtype: 'add', recipients: [member], author: customer },
  { chat: family, author: customer },
);
const call = pageModel('call_log', { isVideoCall: true, callOutcome: 'Missed', body: '' });
const models = [photo, voice, poll, place, edited, revoked, sealed, own, toGroup, answer, joined, call];

const withNewText = { ...edited, body: 'hello', latestEditSenderTimestampMs: 1_795_235_490_500 };
const notification = {
  id: joined['id'],
  body: '',
  type: 'add',
  timestamp: joined['t'],
  chatId: family,
  author: customer,
  recipientIds: [member],
};
const keyOf = (model: PageModel): string => (model['id'] as { _serialized: string })._serialized;

function wahaBodies(): object[] {
  const told = (model: PageModel, more: object = {}) =>
    ['message', 'message.any'].map((event) => waha(event, wahaPayload(model, more)));
  const url = (name: string) => `http://waha:3000/api/files/org1/${name}`;
  return [
    ...told(photo, { media: { url: url('a.jpg'), mimetype: 'image/jpeg', filename: null, error: null } }),
    ...told(voice, { media: null }),
    ...told(voice, { media: { url: url('b.oga'), mimetype: 'audio/ogg; codecs=opus', filename: null } }),
    ...[poll, place, edited, revoked, sealed, answer, call, own, toGroup].flatMap((model) => told(model)),
    waha('message.waiting', {
      ...wahaPayload({ ...sealed, type: 'ciphertext', body: undefined }),
      body: null,
    }),
    waha('message.edited', {
      ...wahaPayload(withNewText),
      editedMessageId: (edited['id'] as { id: string }).id,
    }),
    waha('message.revoked', {
      after: wahaPayload({ ...revoked, type: 'revoked' }),
      before: wahaPayload(revoked),
    }),
    waha('message.ack', wahaPayload({ ...own, ack: 2 })),
    waha('message.ack', wahaPayload({ ...own, ack: 3 })),
    ...[2, 3].map((ack) =>
      waha('message.ack.group', {
        id: `${keyOf(toGroup)}_${member}`,
        fromMe: true,
        participant: member,
        ack,
      }),
    ),
    waha('message.reaction', {
      id: `false_${customer}_R1`,
      from: customer,
      fromMe: false,
      participant: customer,
      timestamp: 1_795_235_491,
      reaction: { text: '👍', messageId: keyOf(own) },
    }),
    waha('group.v2.participants', {
      group: { id: family },
      type: 'join',
      timestamp: joined['t'],
      participants: [{ id: member, pn: null, role: 'participant' }],
      _data: notification,
    }),
    waha('group.join', notification),
    waha('group.v2.update', {
      group: { id: family, subject: 'Family' },
      timestamp: joined['t'],
      _data: null,
    }),
  ];
}

function wwebjsApiBodies(): object[] {
  const of = (model: PageModel) => ({ message: libraryMessage(model) });
  const told = (model: PageModel) => [
    wwebjsApi('message_create', of(model)),
    ...((model['id'] as { fromMe: boolean }).fromMe ? [] : [wwebjsApi('message', of(model))]),
  ];
  const messageMedia = { mimetype: 'image/jpeg', data: jpeg, filename: null, filesize: 404 };
  return [
    ...models.filter((model) => model !== joined).flatMap(told),
    wwebjsApi('media', { ...of(photo), messageMedia }),
    wwebjsApi('message_ciphertext', of({ ...sealed, type: 'ciphertext', body: undefined })),
    wwebjsApi('message_edit', { ...of(withNewText), newBody: 'hello', prevBody: 'helo' }),
    wwebjsApi('message_revoke_everyone', of({ ...revoked, type: 'revoked' })),
    wwebjsApi('message_ack', { ...of({ ...own, ack: 2 }), ack: 2 }),
    wwebjsApi('message_ack', { ...of({ ...own, ack: 3 }), ack: 3 }),
    wwebjsApi('message_reaction', {
      reaction: {
        id: { fromMe: false, remote: customer, id: 'R1' },
        timestamp: 1_795_235_491,
        reaction: '👍',
        msgId: own['id'],
        senderId: customer,
      },
    }),
    wwebjsApi('group_join', { notification }),
  ];
}

function delivery(dialect: string, body: object, index: number): Delivery {
  const raw = Buffer.from(JSON.stringify(body));
  const headers: Record<string, string> =
    dialect === 'waha'
      ? { 'x-webhook-hmac': createHmac('sha512', doorSecret).update(raw).digest('hex') }
      : { 'x-api-key': 'k' };
  return { name: `told ${index}`, headers: { 'content-type': 'application/json', ...headers }, raw };
}

/** The models of messages that stand in recorded bodies, wherever they stand. */
function modelsIn(body: unknown): unknown[] {
  const found: unknown[] = [];
  for (const place of [['payload'], ['data', 'message'], ['data', 'chat', 'lastMessage']]) {
    const model = at(body, ...place, '_data');
    if (record(model)) found.push(model);
  }
  return found;
}

/** Recorded deliveries and told ones, and the history of the same messages as the engine of the phone reads it. */
export function storyOf(dialect: string): Story {
  const recorded = deliveriesOf(dialect);
  const told = (dialect === 'waha' ? wahaBodies() : dialect === 'wwebjs-api' ? wwebjsApiBodies() : []).map(
    (body, index) => delivery(dialect, body, index),
  );
  const known = [
    ...recorded.flatMap(({ raw }) => modelsIn(JSON.parse(raw.toString()))),
    // The page keeps what was taken back as taken back, and what was edited as edited.
    ...models.filter((model) => model !== joined && model !== revoked && model !== edited),
    withNewText,
    { ...revoked, type: 'revoked' },
  ];
  const history = known.flatMap((model) => decodeMessage(model, 'history') ?? []);
  return { dialect, deliveries: [...recorded, ...told], history };
}
