import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { MediaFacts } from '../../server/contract/content.ts';
import { transact, type Database } from '../database.ts';
import { migrate, readMigrations } from '../migrate.ts';
import { describeDatabases } from '../testing.ts';
import { claimMedia, dueMedia, settleGone, settleLater, settleStored } from './media-fetch.ts';
import { foldMedia, readMediaOf, upsertMedia } from './media.ts';
import type { MediaTold } from './media-facts.ts';
import { insertUpload, takeUpload } from './upload.ts';

const told = (message: number, facts: Partial<MediaFacts> = {}, dueAt: number | null = 10): MediaTold => ({
  inboxId: 1,
  message,
  facts: { mime: '', ...facts },
  dueAt,
  seq: 1,
});

let message = 1_000;

async function remote(db: Database): Promise<number> {
  message += 1;
  await upsertMedia(db, [told(message, { mime: 'image/jpeg' })]);
  return message;
}

async function rowOf(db: Database, of: number) {
  return (await readMediaOf(db, [of])).get(of)!;
}

const stored = { sniffed: 'image/jpeg', size: 3, digest: 'ab'.repeat(32), seq: 2, mime: '', fileName: '' };
const noBox = { width: null, height: null };

describeDatabases('media rows', (database) => {
  test('any order, repetition and batching of what sources tell gives the same row', async () => {
    const { db } = database();
    const facts = fc.record<MediaFacts>(
      {
        mime: fc.constantFrom('', 'audio/ogg', 'audio/ogg; codecs=opus', 'image/jpeg'),
        size: fc.nat(5),
        fileName: fc.constantFrom('', 'a.pdf', 'b.pdf', 'longer name.pdf'),
        seconds: fc.nat(3),
        width: fc.nat(3),
        waveform: fc.constantFrom('AAAA', 'BBBB', 'AAAABBBB'),
        thumbnail: fc.constantFrom('/9j/', '/9j/4AAQ'),
        reference: fc.constantFrom('{"a":1}', '{"b":22}'),
        gone: fc.boolean(),
        animated: fc.boolean(),
      },
      { requiredKeys: ['mime'] },
    );
    const tellings = fc.array(fc.tuple(facts, fc.option(fc.nat(100))), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        tellings.chain((list) =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray(list, { minLength: list.length }),
            fc.nat(list.length),
            fc.subarray(list),
          ),
        ),
        async ([list, shuffled, cut, again]) => {
          const [one, two] = [(message += 1), (message += 1)];
          const put = (of: number, part: typeof list) =>
            upsertMedia(
              db,
              part.map(([given, due]) => told(of, given, due)),
            );
          await put(one, list);
          await put(two, shuffled.slice(0, cut));
          await put(two, [...shuffled.slice(cut), ...again]);
          const { id: a, message: x, ...first } = await rowOf(db, one);
          const { id: b, message: y, ...second } = await rowOf(db, two);
          expect(a).not.toBe(b);
          expect(x).not.toBe(y);
          expect(second).toEqual(first);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('what is stored stays stored, and learns what it did not know', async () => {
    const { db } = database();
    const of = await remote(db);
    const row = await rowOf(db, of);
    expect(await settleStored(db, row.id, { ...stored, ...noBox })).toBe(of);
    await upsertMedia(db, [told(of, { seconds: 7, gone: true, reference: '{"other":1}' })]);
    expect(await rowOf(db, of)).toMatchObject({
      state: 'stored',
      due_at: null,
      seconds: 7,
      digest: stored.digest,
    });
  });

  test('a file of which a source says it is gone is fetched once another tells a way to it', async () => {
    const { db } = database();
    message += 1;
    await upsertMedia(db, [told(message, { gone: true })]);
    expect((await rowOf(db, message)).state).toBe('gone');
    expect(await dueMedia(db, 1, 1_000, 5_000)).not.toContainEqual(expect.objectContaining({ message }));
    await upsertMedia(db, [told(message, { reference: '{"way":1}' })]);
    expect(await rowOf(db, message)).toMatchObject({ state: 'remote', due_at: 10 });
  });

  test('two claims of one row: exactly one gets it; a lease that is over may be claimed again', async () => {
    const { db } = database();
    const row = await rowOf(db, await remote(db));
    const claims = await Promise.all(
      ['a', 'b', 'c'].map((lease) => claimMedia(db, row, { lease, until: 100 })),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    const held = await rowOf(db, row.message);
    expect(held).toMatchObject({ state: 'fetching', due_at: 100, attempts: 1 });
    expect((await dueMedia(db, 1, 99, 5_000)).map((one) => one.id)).not.toContain(row.id);
    expect((await dueMedia(db, 1, 100, 5_000)).map((one) => one.id)).toContain(row.id);
    expect(await claimMedia(db, held, { lease: 'd', until: 200 })).toBe(true);
  });

  test('lease lost while fetching: the late try may bring the file, but not give it up', async () => {
    const { db } = database();
    const row = await rowOf(db, await remote(db));
    await claimMedia(db, row, { lease: 'first', until: 100 });
    await claimMedia(db, await rowOf(db, row.message), { lease: 'second', until: 200 });
    expect(await settleGone(db, row.id, 'first', 'gone', 3)).toBeUndefined();
    await settleLater(db, row.id, 'first', { reason: 'later', dueAt: 1, attempts: 0 });
    expect(await rowOf(db, row.message)).toMatchObject({ state: 'fetching', lease: 'second' });
    expect(await settleStored(db, row.id, { ...stored, ...noBox })).toBe(row.message);
    expect(await settleGone(db, row.id, 'second', 'gone', 3)).toBeUndefined();
    expect(await settleStored(db, row.id, { ...stored, digest: 'cd'.repeat(32), ...noBox })).toBeUndefined();
    expect(await rowOf(db, row.message)).toMatchObject({ state: 'stored', digest: stored.digest });
  });

  test('two Messages that are one keep the file that is here', async () => {
    const { db } = database();
    const [kept, gone, alone] = [await remote(db), await remote(db), (message += 1)];
    const row = await rowOf(db, gone);
    await settleStored(db, row.id, { ...stored, ...noBox });
    await transact(db, (tx) => foldMedia(tx, kept, gone, 9));
    expect(await rowOf(db, kept)).toMatchObject({ state: 'stored', digest: stored.digest, seq: 9 });
    expect(await rowOf(db, gone)).toBeUndefined();
    await transact(db, (tx) => foldMedia(tx, alone, kept, 10));
    expect(await rowOf(db, alone)).toMatchObject({ state: 'stored', seq: 10 });
  });

  test('an upload is taken once, by its own Organisation, in time', async () => {
    const { db } = database();
    const upload = {
      id: 'secret',
      organisation_id: 7,
      agent_id: 1,
      kind: 'image' as const,
      mime: 'image/jpeg',
      sniffed: 'image/jpeg',
      size: 3,
      digest: stored.digest,
      file_name: 'a.jpg',
      width: null,
      height: null,
      created_at: 1,
      expires_at: 100,
    };
    await insertUpload(db, upload);
    const take = (organisationId: number, now: number) =>
      transact(db, (tx) => takeUpload(tx, { id: 'secret', organisationId, now }));
    expect(await take(8, 50)).toBeUndefined();
    expect(await take(7, 100)).toBeUndefined();
    const takes = await Promise.all([take(7, 50), take(7, 50)]);
    expect(takes.filter(Boolean)).toHaveLength(1);
  });
});

describeDatabases(
  'migration 0025',
  (database) => {
    test('leaves the Messages of the version before as they are, and files can be told of them', async () => {
      const { db } = database();
      const names = Object.keys(await readMigrations());
      const before = names[names.indexOf('0025-media') - 1]!;
      await migrate(db, before);
      await sql`insert into message (inbox_id, chat_id, message_id, from_me, sender_name, type, body, at, ack, seq)
        values (1, 1, '3EB0AA', 0, '', 'image', 'caption', 5, 0, 1)`.execute(db);
      await migrate(db);
      const { rows } = await sql<{ id: number; body: string }>`select id, body from message`.execute(db);
      expect(rows).toMatchObject([{ body: 'caption' }]);
      await upsertMedia(db, [told(rows[0]!.id, { mime: 'image/png' })]);
      expect(await rowOf(db, rows[0]!.id)).toMatchObject({ state: 'remote', mime: 'image/png' });
    });
  },
  { bare: true },
);
