import { initAuthCreds } from 'baileys';
import type { AuthenticationCreds, BinaryNode, WAMessage } from 'baileys';
import { expect, test } from 'vitest';
import { Awaited } from './awaited.ts';
import { decodeMessage } from './decode.ts';
import { Rows } from './rows.ts';
import { rowsIn } from './testing-rows.ts';

const me = '393330000001:2@s.whatsapp.net';
const creds: AuthenticationCreds = { ...initAuthCreds(), me: { id: me, name: 'Shop' } };
const hour = 3_600_000;
const stanza: BinaryNode = {
  tag: 'message',
  attrs: {
    from: '393331234567@s.whatsapp.net',
    id: 'LOCKED',
    t: '1700000000',
    type: 'text',
    notify: 'Giulia',
  },
  content: [],
};

async function life(rows: Map<string, string>) {
  const asked: [string, Partial<WAMessage>][] = [];
  const told: WAMessage[] = [];
  const awaited = new Awaited({
    rows: new Rows(rowsIn(rows)),
    creds: () => creds,
    socket: () => ({
      requestPlaceholderResend: async ({ id }, known) => {
        asked.push([id ?? '', known ?? {}]);
        return undefined;
      },
    }),
    tell: (placeholder) => void told.push(placeholder),
    log: () => {},
  });
  await awaited.open();
  return { awaited, asked, told };
}

test('killed right after a message could not be opened: the next life shows it and asks the phone for it', async () => {
  const rows = new Map<string, string>();
  await (await life(rows)).awaited.failed(stanza, new Error('No matching sessions found for message'));
  expect(rows.size).toBe(1);

  const { awaited, asked, told } = await life(rows);
  await awaited.look(Date.now());
  expect(told.map((one) => decodeMessage(one, 'live', []))).toEqual([
    expect.objectContaining({
      messageId: 'LOCKED',
      chat: '393331234567@c.us',
      fromMe: false,
      type: 'waiting',
      at: 1_700_000_000_000,
    }),
  ]);
  expect(asked.map(([id]) => id)).toEqual(['LOCKED']);
  // What the phone answers is put into what the library was given.
  const filled = { ...asked[0]![1], message: { conversation: 'Ciao' } };
  expect(decodeMessage(filled, 'live', [])).toMatchObject({
    type: 'text',
    body: 'Ciao',
    senderName: 'Giulia',
  });
  await awaited.came([{ remoteJid: '45677788899911@lid', id: 'LOCKED', fromMe: false }]);
  expect(rows.size).toBe(0);
});

test('asked for with growing pauses, let go after two days; the placeholder stays', async () => {
  const rows = new Map<string, string>();
  const { awaited, asked } = await life(rows);
  await awaited.failed(stanza, new Error('Bad MAC'));
  await awaited.failed(stanza, new Error('Bad MAC'));
  expect(rows.size).toBe(1);
  const begun = Date.now();
  // The library has asked itself.
  await awaited.look(begun);
  expect(asked).toEqual([]);
  for (let passed = hour; passed < 80 * hour; passed += hour) await awaited.look(begun + passed);
  expect(asked.length).toBeGreaterThanOrEqual(5);
  expect(asked.length).toBeLessThan(12);
  expect(rows.size).toBe(0);
});

test('what was opened before, and what the phone itself sends, is awaited by nobody', async () => {
  const rows = new Map<string, string>();
  const { awaited } = await life(rows);
  await awaited.failed(stanza, new Error('Key used already or never filled'));
  await awaited.failed({ ...stanza, attrs: { ...stanza.attrs, category: 'peer' } }, new Error('Bad MAC'));
  expect(rows.size).toBe(0);
});

test('more than may be awaited: the oldest is let go', async () => {
  const rows = new Map<string, string>();
  const { awaited } = await life(rows);
  for (let n = 0; n < 300; n++)
    await awaited.failed({ ...stanza, attrs: { ...stanza.attrs, id: `L${n}` } }, new Error('Bad MAC'));
  expect(rows.size).toBe(256);
  expect([...rows.values()].some((value) => value.includes('"L299"'))).toBe(true);
});
