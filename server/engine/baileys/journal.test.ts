import { initAuthCreds, proto } from 'baileys';
import type { AuthenticationCreds, BinaryNode, SignalRepositoryWithLIDStore, WAMessage } from 'baileys';
import { expect, test, vi } from 'vitest';
import { Journal } from './journal.ts';
import { Leftovers } from './leftovers.ts';
import type { Rows } from './rows.ts';
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
async function life(rows: Map<number, string>, upsertMessage: (message: WAMessage) => Promise<void>) {
  const kept = {
    readHeard: async () => [...rows],
    writeHeard: async (changes: readonly (readonly [number, string | null])[]) => {
      for (const [slot, value] of changes)
        if (value === null) rows.delete(slot);
        else rows.set(slot, value);
    },
  } as unknown as Rows;
  const warned: string[] = [];
  const log = (text: string): void => void warned.push(text);
  const journal = new Journal(kept, new Turns(), async () => {}, log);
  await journal.open();
  const signalRepository = journal.wrap(repository());
  const missing: string[] = [];
  const givenUp: string[] = [];
  const leftovers = new Leftovers({
    journal,
    notices: { giveUp: (messageId) => void givenUp.push(messageId) },
    link: () => ({ socket: { upsertMessage: async (one) => upsertMessage(one), signalRepository }, creds }),
    log,
    missing: (text) => void missing.push(text),
  });
  return { journal, signalRepository, leftovers, missing, givenUp, warned, kept };
}

async function hears({ journal, signalRepository }: Awaited<ReturnType<typeof life>>): Promise<void> {
  const ciphertext = new Uint8Array([1, 2, 3]);
  const enc: BinaryNode = { tag: 'enc', attrs: { type: 'msg', v: '2' }, content: ciphertext };
  const attrs = { from: me, id: 'NOTICE', t: '1', type: 'text', category: 'peer' };
  journal.hear({ tag: 'message', attrs, content: [enc] });
  await signalRepository.decryptMessage({ jid: me, type: 'msg', ciphertext });
}

test('a file of history that can never be fetched is tried again, later, put down, said to be missing, and gone', async () => {
  const rows = new Map<number, string>();
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
  const rows = new Map<number, string>();
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
