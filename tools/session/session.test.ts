import { expect, test } from 'vitest';
import type { Inbox, Session } from '../../server/contract/wire.ts';
import { Api } from './api.ts';
import { chooseInbox, run, showOrAsk, type Desk } from './commands.ts';
import { readOptions, type Options } from './options.ts';
import { codeWords, healthWords, sessionWords } from './words.ts';

const options = (args: string[] = [], environment: Record<string, string> = {}): Options =>
  readOptions(args, environment) as Options;

test('the predecessor’s environment is honoured', () => {
  const environment = {
    USE_PAIRING_CODE: 'true',
    WHATSAPP_PHONE_NUMBER: '79936363848',
    TEST_PHONE_NUMBER: '79686484488',
  };
  expect(options([], environment)).toMatchObject({ pairing: '79936363848', testNumber: '79686484488' });
  expect(options(['--pairing', '--phone', '393331234567'], environment).pairing).toBe('393331234567');
  expect(options([], { WHATSAPP_PHONE_NUMBER: '79936363848' }).pairing).toBeUndefined();
});

test('what cannot be meant is said before anything is done', () => {
  expect(() => options(['--pairing'])).toThrow(/--phone/);
  expect(() => options(['--phone', '393331234567'])).toThrow(/--pairing/);
  expect(() => options(['--inbox', '1', '--company', '2'])).toThrow(/not both/);
  expect(() => options(['--colour'])).toThrow();
  expect(readOptions(['--help'], {})).toBe('help');
});

test('a number is chosen by id, by name, or by its organisation; a wrong one tells those there are', () => {
  const inbox = (id: number, name: string) => ({ id, name }) as Inbox;
  const all = [inbox(3, 'Shop'), inbox(4, 'Service')];
  const organisation = { id: 962302, name: 'Rossi' };
  const choose = (wish: { inbox?: string; company?: string }) =>
    chooseInbox(all, organisation, { inbox: wish.inbox, company: wish.company }).id;
  expect(choose({})).toBe(3);
  expect(choose({ inbox: '4' })).toBe(4);
  expect(choose({ inbox: 'service' })).toBe(4);
  expect(choose({ company: '962302' })).toBe(3);
  expect(choose({ company: 'Service' })).toBe(4);
  expect(() => choose({ company: 'Bianchi' })).toThrow(/Shop/);
});

test('an open breaker says when it goes on; a log-out says what to do; a code is spelt as on the phone', () => {
  const session = { state: 'lost', code: 'too-many-failures', action: 'wait', since: 0, me: null } as Session;
  expect(sessionWords({ ...session, retryAt: 290_000 }, 10_000)).toBe(
    'lost (too-many-failures), for 10 s. Next try in 4 min 40 s. Nothing to do: wait.',
  );
  expect(sessionWords({ ...session, state: 'logged-out', action: 'pair-again' }, 1)).toContain('"link"');
  expect(codeWords('ABCD1234')).toBe('ABCD-1234');
  expect(
    healthWords({
      retryAt: null,
      lookedAt: 0,
      roundTripMs: 3,
      memoryBytes: 120_400_000,
      sent: 0,
      lastError: { at: 0, code: 'x' },
    }),
  ).toBe(
    [
      '  lookedAt     1970-01-01T00:00:00.000Z',
      '  roundTripMs  3 ms',
      '  memoryBytes  120 MB',
      '  sent         0',
      '  lastError    1970-01-01T00:00:00.000Z  x',
    ].join('\n'),
  );
});

test('a code by phone number is asked for also while a QR code is shown', async () => {
  const asked: [string, unknown][] = [];
  class Heard extends Api {
    override get<T>(): Promise<T> {
      return Promise.resolve({ kind: 'qr', value: '2@abc', expiresAt: 20_000, turn: 1 } as T);
    }
    override post<T>(path: string, body?: unknown): Promise<T> {
      asked.push([path, body]);
      return Promise.resolve(undefined as T);
    }
  }
  const said: string[] = [];
  const desk = (args: string[]): Desk => ({
    api: new Heard('http://127.0.0.1:1', ''),
    inboxId: 3,
    options: options(args),
    say: (text) => void said.push(text),
    draw: (value) => value,
    now: () => 0,
  });
  const qr = { pairing: { kind: 'qr' as const, issuedAt: 0, expiresAt: 20_000, turn: 1 } };
  await showOrAsk(desk([]), qr);
  expect(said[0]).toContain('2@abc');
  expect(asked).toEqual([]);
  await showOrAsk(desk(['--pairing', '--phone', '393331234567']), qr);
  expect(asked).toEqual([['/inboxes/3/session/link', { method: 'code', phone: '393331234567' }]]);
});

test('words typed: exit leaves, the unknown gets help, a send without a number goes to the test number', async () => {
  const said: string[] = [];
  const asked: [string, unknown][] = [];
  class Heard extends Api {
    override post<T>(path: string, body?: unknown): Promise<T> {
      asked.push([path, body]);
      return Promise.resolve({ id: 9 } as T);
    }
  }
  const desk: Desk = {
    api: new Heard('http://127.0.0.1:1', ''),
    inboxId: 3,
    options: options([], { TEST_PHONE_NUMBER: '79686484488' }),
    say: (text) => void said.push(text),
    draw: (value) => value,
    now: () => 0,
  };
  expect(await run(desk, ' exit ')).toBe('exit');
  await run(desk, 'dance');
  expect(said[0]).toContain('metrics');
  await run(desk, 'send hello there');
  await run(desk, 'send +393331234567 hi');
  expect(asked).toMatchObject([
    ['/inboxes/3/chats', { phone: '79686484488' }],
    ['/chats/9/messages', { body: 'hello there' }],
    ['/inboxes/3/chats', { phone: '+393331234567' }],
    ['/chats/9/messages', { body: 'hi' }],
  ]);
});
