import { expect, test, vi } from 'vitest';
import type { Address } from '../../contract/address.ts';
import type { KnownMessage } from '../engine.ts';
import { markRead } from './act.ts';
import type { Life } from './life.ts';

const chat = '393331234567@c.us' as Address;
const message = (messageId: string, fromMe = false): KnownMessage => ({
  chat,
  messageId,
  fromMe,
  type: 'text',
  body: '',
  at: 1_700_000_000_000,
});

async function receiptsFor(known: KnownMessage[], heard: object[] = []): Promise<unknown[]> {
  const socket = { readMessages: vi.fn(async () => {}), chatModify: vi.fn(async () => {}) };
  const life = {
    socket,
    working: () => socket,
    ask: async () => known,
    unread: new Map(heard.length ? [[chat, heard]] : []),
  };
  await markRead(life as unknown as Life, chat);
  return socket.readMessages.mock.calls.flat(2).map(({ id }: { id: string }) => id);
}

test('read after a restart: the customer sees it of every message since our last word, not of the last alone', async () => {
  expect(await receiptsFor([message('C'), message('B'), message('OURS', true), message('A')])).toEqual([
    'C',
    'B',
  ]);
  expect(await receiptsFor([message('OURS', true), message('A')])).toEqual([]);
});

test('what this life has heard comes along, each once, also when it is not stored yet', async () => {
  expect(await receiptsFor([message('B'), message('A')], [{ id: 'C' }, { id: 'B' }])).toEqual([
    'C',
    'B',
    'A',
  ]);
});
