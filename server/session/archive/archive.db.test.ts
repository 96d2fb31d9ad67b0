import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Database } from '../../../db/database.ts';
import { findInboxRow } from '../../../db/query/inbox.ts';
import { takeLease } from '../../../db/query/lease.ts';
import { findArchive } from '../../../db/query/session-archive.ts';
import { LeaseLost } from '../../../db/query/session-key.ts';
import { describeDatabases } from '../../../db/testing.ts';
import { createSeal } from '../../access/seal.ts';
import { newInbox } from '../../chat/testing.ts';
import { ManualClock } from '../../clock.ts';
import { createEngineKeys } from '../engine-keys.ts';
import { openTestSessions, PlayedEngine, poll, type TestSessions } from '../testing.ts';
import { entriesOf } from './folder.ts';
import type { ArchiveRules } from './keeper.ts';
import { storeArchive } from './stored.ts';

const key = randomBytes(32);
const large = randomBytes(600_000);

function machine(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chatdock-archive-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The room on one machine, with an engine whose link lives in the folder. */
function open(
  db: Database,
  dataFolder: string,
  change: { inboxId?: number; by?: Buffer; archive?: Partial<ArchiveRules> } = {},
): Promise<TestSessions> {
  const engine = new PlayedEngine();
  engine.keepsFile = (path) => path.startsWith('kept/');
  const { by = key, inboxId, archive } = change;
  return openTestSessions(db, {
    engine,
    dataFolder,
    seal: createSeal([by]),
    ...(inboxId === undefined ? {} : { inboxId }),
    ...(archive === undefined ? {} : { archive }),
  });
}

const folderOf = (t: TestSessions, dataFolder: string): string =>
  join(dataFolder, 'sessions', String(t.inboxId));

/** What an engine writes while it is linked. */
function fill(folder: string, word: string): void {
  mkdirSync(join(folder, 'kept', 'deep'), { recursive: true });
  mkdirSync(join(folder, 'cache'), { recursive: true });
  writeFileSync(join(folder, 'kept', 'link'), `CANARY ${word}`);
  writeFileSync(join(folder, 'kept', 'deep', 'large'), large);
  writeFileSync(join(folder, 'cache', 'page'), 'comes again');
}
const wordIn = (folder: string): string => readFileSync(join(folder, 'kept', 'link'), 'utf8');
const startAgain = async (t: TestSessions): Promise<void> => {
  await t.test.db.updateTable('session').set({ wanted: 1 }).where('inbox_id', '=', t.inboxId).execute();
  await t.sessions.startWanted();
};

describeDatabases('the link of an engine that keeps it in a folder', (database) => {
  /** Linked, used and stopped in order on a machine of its own. */
  async function archived(): Promise<{ db: Database; inboxId: number; first: string }> {
    const { db } = database();
    await db.updateTable('session').set({ wanted: 0 }).execute();
    const first = machine();
    await using t = await open(db, first);
    await t.link();
    fill(folderOf(t, first), 'one');
    await t.sessions.stop(t.inboxId);
    return { db, inboxId: t.inboxId, first };
  }

  test('is there again on an empty machine: what is needed, byte for byte, and no caches', async () => {
    const { db, inboxId } = await archived();
    const parts = await db
      .selectFrom('session_archive_part')
      .selectAll()
      .where('inbox_id', '=', inboxId)
      .execute();
    expect(parts.length).toBeGreaterThan(2);
    expect(Buffer.concat(parts.map(({ bytes }) => bytes)).includes('CANARY')).toBe(false);
    const second = machine();
    await using t = await open(db, second, { inboxId });
    const folder = folderOf(t, second);
    // A process was killed here while it brought the link.
    fill(`${folder}.coming`, 'half');
    await startAgain(t);
    await t.engine.life(0);
    expect(wordIn(folder)).toBe('CANARY one');
    expect(readFileSync(join(folder, 'kept', 'deep', 'large')).equals(large)).toBe(true);
    expect(existsSync(join(folder, 'cache'))).toBe(false);
    expect(existsSync(`${folder}.coming`)).toBe(false);
  });

  test('comes home: the folder of the machine it was on last counts, not the older one here', async () => {
    const { db, inboxId, first } = await archived();
    const second = machine();
    {
      await using t = await open(db, second, { inboxId });
      await startAgain(t);
      (await t.engine.life(0)).say({});
      await poll(() => t.sessions.live(inboxId)).toBeDefined();
      fill(folderOf(t, second), 'two');
      await t.sessions.stop(inboxId);
    }
    await using t = await open(db, first, { inboxId });
    await startAgain(t);
    await t.engine.life(0);
    expect(wordIn(folderOf(t, first))).toBe('CANARY two');
  });

  test('stays as it is where it ran last, however old the archive', async () => {
    const { db, inboxId, first } = await archived();
    writeFileSync(join(first, 'sessions', String(inboxId), 'kept', 'link'), 'newer than the archive');
    await using t = await open(db, first, { inboxId });
    await startAgain(t);
    await t.engine.life(0);
    expect(wordIn(folderOf(t, first))).toBe('newer than the archive');
  });

  test('is archived a minute after linking, and from time to time', async () => {
    const { db } = database();
    const folder = machine();
    await using t = await open(db, folder, { archive: { everyMs: 90_000 } });
    const at = async () => (await findArchive(db, t.inboxId))?.at;
    await t.link({ state: 'pairing' });
    fill(folderOf(t, folder), 'one');
    t.engine.lives[0]!.say({});
    await poll(() => t.clock.waiting).toBeGreaterThan(3);
    await t.clock.advance(60_000);
    await poll(at).toBe(t.clock.now());
    const soon = t.clock.now();
    await poll(async () => {
      await t.clock.advance(30_000);
      return at();
    }).toBeGreaterThan(soon);
    expect(await at()).toBeGreaterThanOrEqual(soon + 90_000);
  });

  test('is nowhere after a log-out on the phone, nor after unlinking', async () => {
    for (const how of ['phone', 'agent'] as const) {
      const { db, inboxId, first } = await archived();
      await using t = await open(db, first, { inboxId });
      await startAgain(t);
      const life = await t.engine.life(0);
      life.say({});
      await poll(() => t.sessions.live(inboxId)).toBeDefined();
      if (how === 'phone')
        life.say({ state: 'logged-out', code: 'logged-out-on-phone', action: 'pair-again' });
      else await t.sessions.unlink(inboxId);
      await poll(() => findArchive(db, inboxId)).toBeUndefined();
      const parts = db.selectFrom('session_archive_part').select('part').where('inbox_id', '=', inboxId);
      await poll(() => parts.execute()).toEqual([]);
    }
  });

  test.each([
    ['archive-wrong-key', 'another key', randomBytes(32), async () => {}],
    [
      'archive-changed',
      'a flipped bit',
      key,
      async (db: Database, inboxId: number) => {
        const rows = db.selectFrom('session_archive_part').selectAll().where('inbox_id', '=', inboxId);
        const last = await rows.orderBy('part', 'desc').executeTakeFirstOrThrow();
        last.bytes[20]! ^= 1;
        const change = db.updateTable('session_archive_part').set({ bytes: last.bytes });
        await change.where('inbox_id', '=', inboxId).where('part', '=', last.part).execute();
      },
    ],
    [
      'archive-truncated',
      'a part that is missing',
      key,
      async (db: Database, inboxId: number) => {
        await db
          .deleteFrom('session_archive_part')
          .where('inbox_id', '=', inboxId)
          .where('part', '=', 1)
          .execute();
      },
    ],
  ])(
    '%s: with %s it is said, nothing is put in place, and a person can link anew',
    async (code, _, by, spoil) => {
      const { db, inboxId } = await archived();
      await spoil(db, inboxId);
      const second = machine();
      await using t = await open(db, second, { inboxId, by });
      await startAgain(t);
      await poll(() => t.row()).toMatchObject({
        state: 'failed',
        code: 'credentials-unreadable',
        action: 'ask-operator',
        lease_owner: null,
      });
      const detail = db.selectFrom('session_event').select('detail').where('inbox_id', '=', inboxId);
      expect((await detail.orderBy('id', 'desc').executeTakeFirst())?.detail).toContain(code);
      const folder = folderOf(t, second);
      expect(existsSync(join(folder, 'kept'))).toBe(false);
      expect(existsSync(`${folder}.coming`)).toBe(false);
      expect(t.engine.lives).toEqual([]);
      expect(t.clock.waiting).toBe(0);
      await t.sessions.link(inboxId, { method: 'qr' });
      await t.engine.life(0);
    },
  );

  test('too large, or lost to another process while it was written: the copy before stays', async () => {
    const { db, inboxId, first } = await archived();
    const before = await findArchive(db, inboxId);
    {
      await using t = await open(db, first, { inboxId, archive: { largest: 500_000 } });
      await startAgain(t);
      (await t.engine.life(0)).say({});
      await poll(() => t.sessions.live(inboxId)).toBeDefined();
      await t.sessions.stop(inboxId);
      expect(t.test.logged.join()).toContain('archive-too-large');
    }
    const lease = (await takeLease(db, { inboxId, owner: 'us', now: 0, until: 1, alone: true }))!;
    await takeLease(db, { inboxId, owner: 'they', now: 0, until: 1, alone: true });
    const parts = {
      db,
      clock: new ManualClock(),
      seal: createSeal([key]),
      organisationId: 1,
      largest: 10_000_000,
    };
    const folder = join(first, 'sessions', String(inboxId));
    await expect(storeArchive(parts, lease, 'played', entriesOf(folder))).rejects.toThrow(LeaseLost);
    expect(await findArchive(db, inboxId)).toEqual(before);
    const rows = db.selectFrom('session_archive_part').select('generation').where('inbox_id', '=', inboxId);
    expect((await rows.execute()).every(({ generation }) => generation === before?.generation)).toBe(true);
  });

  test('is of no use to another engine, and none is made where nobody was linked', async () => {
    const { db, inboxId } = await archived();
    await db
      .updateTable('session_archive')
      .set({ engine: 'other' })
      .where('inbox_id', '=', inboxId)
      .execute();
    const second = machine();
    await using t = await open(db, second, { inboxId });
    await startAgain(t);
    await t.engine.life(0);
    expect(existsSync(join(folderOf(t, second), 'kept'))).toBe(false);
    const fresh = await newInbox(db, 'played');
    await t.sessions.link(fresh, { method: 'qr' });
    await t.engine.life(1);
    await t.sessions.stop(fresh);
    expect(await findArchive(db, fresh)).toBeUndefined();
  });

  test('in rows that were sealed with another key: said in the same way, and a person can link anew', async () => {
    const { db } = database();
    await db.updateTable('session').set({ wanted: 0 }).execute();
    const inboxId = await newInbox(db, 'played');
    const { organisation_id: organisationId } = (await findInboxRow(db, inboxId))!;
    const lease = (await takeLease(db, { inboxId, owner: 'us', now: 0, until: 1, alone: true }))!;
    const seal = createSeal([randomBytes(32)]);
    const rows = createEngineKeys({ db, clock: new ManualClock(), seal, lease, organisationId });
    await rows.write([{ kind: 'creds', id: 'creds', value: 'of another server' }]);
    await using t = await openTestSessions(db, { inboxId, seal: createSeal([key]) });
    await startAgain(t);
    await poll(() => t.row()).toMatchObject({ state: 'failed', code: 'credentials-unreadable', wanted: 1 });
    expect(t.engine.lives).toEqual([]);
    await t.sessions.link(inboxId, { method: 'qr' });
    await t.engine.life(0);
    expect(await db.selectFrom('session_key').selectAll().where('inbox_id', '=', inboxId).execute()).toEqual(
      [],
    );
  });
});
