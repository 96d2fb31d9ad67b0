import { initAuthCreds, MISSING_KEYS_ERROR_TEXT, proto } from 'baileys';
import type { AuthenticationCreds, BinaryNode, SignalRepositoryWithLIDStore, WAMessage } from 'baileys';
import { expect, test, vi } from 'vitest';
import { Journal } from './journal.ts';
import { Leftovers } from './leftovers.ts';
import { Rows } from './rows.ts';
import { rowsIn } from './testing-rows.ts';
import { Turns } from './turns.ts';

const me = '393330000001:2@s.whatsapp.net';
const creds: AuthenticationCreds = { ...initAuthCreds(), me: { id: me, name: 'Shop' } };
const hour = 3_600_000;

/** Opens everything as the notice of a file of history. */
function repository(): SignalRepositoryWithLIDStore {
  const notice = { syncType: 2, chunkOrder: 1, directPath: '/v/gone', mediaKey: new Uint8Array(32) };
  const message = proto.Message.encode({ protocolMessage: { type: 5, historySyncNotification: notice } });
  const opened = Buffer.concat([message.finish(), Buffer.from([1])]);
  return {
    decryptMessage: vi.fn(async () => opened),
    decryptGroupMessage: async () => opened,
    lidMapping: { getLIDForPN: async () => null, storeLIDPNMappings: async () => {} },
  } as never;
}

/** One life over rows that outlive it. */
async function life(rows: Map<string, string>, upsertMessage: (message: WAMessage) => Promise<void>) {
  const warned: string[] = [];
  const log = (text: string): void => void warned.push(text);
  const failed = vi.fn(async () => {});
  const journal = new Journal({
    rows: new Rows(rowsIn(rows)),
    turns: new Turns(),
    stored: async () => {},
    crowded: () => {},
    failed,
    log,
  });
  await journal.open();
  const signalRepository = journal.wrap(repository());
  const missing: string[] = [];
  const givenUp: string[] = [];
  const leftovers = new Leftovers({
    journal,
    notices: { giveUp: (messageId) => void givenUp.push(messageId) },
    awaited: { look: async () => {} },
    link: () => ({ socket: { upsertMessage: async (one) => upsertMessage(one), signalRepository }, creds }),
    log,
    missing: (text) => void missing.push(text),
  });
  return { journal, signalRepository, leftovers, missing, givenUp, warned, failed };
}

async function hears({ journal, signalRepository }: Awaited<ReturnType<typeof life>>): Promise<void> {
  const ciphertext = new Uint8Array([1, 2, 3]);
  const enc: BinaryNode = { tag: 'enc', attrs: { type: 'msg', v: '2' }, content: ciphertext };
  const attrs = { from: me, id: 'NOTICE', t: '1', type: 'text', category: 'peer' };
  journal.hear({ tag: 'message', attrs, content: [enc] });
  await signalRepository.decryptMessage({ jid: me, type: 'msg', ciphertext });
}

test('a file of history that can never be fetched is tried again, later, put down, said to be missing, and gone', async () => {
  const rows = new Map<string, string>();
  await hears(await life(rows, async () => {}));
  expect(rows.size).toBe(1);

  const upsert = vi.fn(async (_: WAMessage) => {
    throw new Error('404 while fetching the file\nof no use');
  });
  const next = await life(rows, upsert);
  const begun = Date.now();
  for (let passed = 0; passed < 70 * hour && next.missing.length === 0; passed += hour)
    await next.leftovers.handOn(begun + passed);
  expect(upsert.mock.calls.length).toBeGreaterThanOrEqual(5);
  expect(upsert.mock.calls[0]![0].key.id).toBe('NOTICE');
  expect(next.missing).toEqual([
    expect.stringMatching(
      /^Part of what the phone sent could not be read in \d+ tries: 404 while fetching the file$/,
    ),
  ]);
  expect(next.givenUp).toEqual(['NOTICE']);
  await expect.poll(() => rows.size, { timeout: 20_000 }).toBe(0);
  // Nothing is left to be told of again.
  await next.leftovers.handOn(begun + 80 * hour);
  expect(next.missing).toHaveLength(1);
  next.journal.close();
});

test('how often it was tried is known to the next life, and one that comes out in the end is not said to be missing', async () => {
  const rows = new Map<string, string>();
  await hears(await life(rows, async () => {}));
  const failing = await life(rows, async () => Promise.reject(new Error('503')));
  await failing.leftovers.handOn(Date.now());
  expect(JSON.parse([...rows.values()][0]!)).toMatchObject({ tries: 2 });

  const well = await life(rows, async () => {});
  await well.leftovers.handOn(Date.now());
  expect(JSON.parse([...rows.values()][0]!)).toMatchObject({ tries: 3 });
  well.journal.told('NOTICE');
  await expect.poll(() => rows.size, { timeout: 20_000 }).toBe(0);
  expect(well.missing).toEqual([]);
  well.journal.close();
});

test('of a life that has ended nothing counts as told: what the library still says is for the next one', async () => {
  const rows = new Map<string, string>();
  const ended = await life(rows, async () => {});
  await hears(ended);
  vi.useFakeTimers();
  ended.journal.close();
  ended.journal.told('NOTICE');
  await vi.advanceTimersByTimeAsync(10_000);
  vi.useRealTimers();
  const told: unknown[] = [];
  const next = await life(rows, async ({ key }) => void told.push(key.id));
  await next.leftovers.handOn(Date.now());
  expect(told).toEqual(['NOTICE']);
  next.journal.told('NOTICE');
  await expect.poll(() => rows.size, { timeout: 20_000 }).toBe(0);
  next.journal.close();
});

test('what has been opened, told and stored, and comes a second time, is neither told nor asked for again', async () => {
  const rows = new Map<string, string>();
  const one = await life(rows, async () => {});
  await hears(one);
  one.journal.told('NOTICE');
  await expect.poll(() => rows.size, { timeout: 20_000 }).toBe(0);
  // What the library answers to this word is that it is done with it, and no more.
  await expect(hears(one)).rejects.toThrow(MISSING_KEYS_ERROR_TEXT);
  expect(one.failed).not.toHaveBeenCalled();
  one.journal.close();
});

test('what cannot be opened is noted before anybody hears of it', async () => {
  const rows = new Map<string, string>();
  const one = await life(rows, async () => {});
  const seen: string[] = [];
  one.failed.mockImplementation(async () => void seen.push('noted'));
  const broken = { ...repository(), decryptMessage: async () => Promise.reject(new Error('Bad MAC')) };
  one.signalRepository = one.journal.wrap(broken);
  await hears(one).catch((error: Error) => void seen.push(error.message));
  expect(seen).toEqual(['noted', 'Bad MAC']);
  expect(rows.size).toBe(0);
  one.journal.close();
});
