import { makeEventBuffer, proto } from 'baileys';
import type { WASocket } from 'baileys';
import { expect, test } from 'vitest';
import type { EngineEvent } from '../../contract/engine-event.ts';
import type { Life } from './life.ts';
import { listenTo } from './listen.ts';
import { silent } from './silent.ts';

const remoteJid = '393331234567@s.whatsapp.net';
const { StubType } = proto.WebMessageInfo;
const written = (id: string, known: object): object => ({
  key: { remoteJid, id, fromMe: false },
  messageTimestamp: 1_700_000_000,
  ...known,
});

/** What the library says while it gathers, handed over at once: as after a time without a connection. */
function gathered(say: (ev: WASocket['ev']) => void): { events: EngineEvent[]; told: string[] } {
  const events: EngineEvent[] = [];
  const told: string[] = [];
  const life = {
    me: ['390659991234@c.us'],
    clientIds: new Map(),
    saying: new Set(['UNDER WAY']),
    unread: new Map(),
    waiting: new Map(),
    groups: new Map(),
    tell: (...some: EngineEvent[]) => void events.push(...some),
    keep: () => {},
    log: (_: string, text: string) => expect.unreachable(text),
    journal: { told: (id: string) => void told.push(id) },
    awaited: { note: async () => {}, came: async () => {} },
    groupAcks: { hear: () => {} },
  } as unknown as Life;
  const ev = makeEventBuffer(silent) as WASocket['ev'];
  listenTo(life, { ev });
  ev.buffer();
  say(ev);
  ev.flush();
  ev.destroy();
  return { events, told };
}

test('written and taken back while we were away: one message, taken back, under its own id', () => {
  const { events, told } = gathered((ev) => {
    ev.emit('messages.upsert', {
      messages: [written('M', { message: { conversation: 'ops' } })],
      type: 'append',
    } as never);
    const key = { remoteJid, id: 'R', fromMe: false };
    const update = { message: null, messageStubType: StubType.REVOKE, key };
    ev.emit('messages.update', [{ key: { ...key, id: 'M' }, update }] as never);
  });
  expect(events.map((event) => ('messageId' in event ? `${event.kind} ${event.messageId}` : ''))).toEqual([
    'revoke M',
    'message M',
  ]);
  expect(events[1]).toMatchObject({ body: 'ops', type: 'text' });
  expect(told).toEqual(['M']);
});

test('written and edited while we were away: the message as it was, and what became of it', () => {
  const { events } = gathered((ev) => {
    ev.emit('messages.upsert', {
      messages: [written('M', { message: { conversation: 'domani' } })],
      type: 'append',
    } as never);
    const message = { editedMessage: { message: { conversation: 'oggi' } } };
    const key = { remoteJid, id: 'M', fromMe: false };
    ev.emit('messages.update', [{ key, update: { message, messageTimestamp: 1_700_000_060 } }] as never);
  });
  expect(events).toEqual([
    expect.objectContaining({ kind: 'edit', messageId: 'M', body: 'oggi', at: 1_700_000_060_000 }),
    expect.objectContaining({ kind: 'message', messageId: 'M', body: 'domani', at: 1_700_000_000_000 }),
  ]);
});

test('a lower tick after a higher one, and an older reaction after a newer one, take nothing away', () => {
  const key = { remoteJid, id: 'O', fromMe: true };
  const reacted = (text: string, senderTimestampMs: number): object => ({
    key,
    reaction: { key: { remoteJid, id: text, fromMe: false }, text, senderTimestampMs },
  });
  const { events } = gathered((ev) => {
    ev.emit('messages.update', [{ key, update: { status: 4 } }]);
    ev.emit('messages.update', [{ key, update: { status: 3 } }]);
    ev.emit('messages.reaction', [reacted('👍', 1_700_000_002_000)] as never);
    ev.emit('messages.reaction', [reacted('❤️', 1_700_000_001_000)] as never);
  });
  expect(
    events.map((event) => (event.kind === 'ack' ? event.ack : event.kind === 'reaction' ? event.emoji : '')),
  ).toEqual([3, 2, '👍', '❤️']);
});

test('what is on its way, and what WhatsApp did not take, is told by nobody', () => {
  const { events } = gathered((ev) => {
    for (const id of ['UNDER WAY', 'TAKEN']) {
      const sent = { key: { remoteJid, id, fromMe: true }, messageTimestamp: 1_700_000_000, status: 1 };
      ev.emit('messages.upsert', {
        messages: [{ ...sent, message: { conversation: 'ciao' } }],
        type: 'append',
      });
    }
  });
  expect(events.map((event) => ('messageId' in event ? event.messageId : ''))).toEqual(['TAKEN']);
});

test('opened, and hidden by a copy that could not be opened: not told yet, so the next life tells it', () => {
  const { told } = gathered((ev) => {
    const messages = [written('M', { messageStubType: StubType.CIPHERTEXT })];
    ev.emit('messages.upsert', { messages, type: 'append' } as never);
  });
  expect(told).toEqual([]);
});
