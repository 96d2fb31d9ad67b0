import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase, type Database } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { findSessionRow, insertInbox, updateSessionRow } from '../../db/query/inbox.ts';
import { takeLease } from '../../db/query/lease.ts';
import { createSeal, provision } from '../../server/access/index.ts';
import { systemClock } from '../../server/clock.ts';
import { createEngineKeys } from '../../server/session/engine-keys.ts';
import { asksToKeep, keep } from './keep.ts';

const [old, fresh] = [randomBytes(32), randomBytes(32)];

/** An installation in a folder of its own. */
function installation(folder: string, name: string, keys: Buffer[] = [old]) {
  const environment: Record<string, string> = {
    CHATDOCK_DATA: join(folder, name),
    CHATDOCK_SECRET_KEY: keys.map((key) => key.toString('base64')).join(),
    CHATDOCK_BACKUP_PASSPHRASE: 'twelve letters or more',
  };
  const said: string[] = [];
  const run = async (...args: string[]): Promise<string> => {
    if (!asksToKeep(args)) throw new Error('no such command');
    said.length = 0;
    await keep(
      args,
      environment,
      () => Promise.reject(new Error('nobody is there')),
      (text) => said.push(text),
    );
    return said.join('\n');
  };
  const open = async <T>(work: (db: Database) => Promise<T>): Promise<T> => {
    const db = openDatabase(`sqlite:${join(folder, name, 'chatdock.db')}`);
    try {
      await migrate(db);
      return await work(db);
    } finally {
      await db.destroy();
    }
  };
  return { run, open, environment };
}

test('a link is written into a file and put in place on an empty machine; a new key takes over', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chatdock-keep-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'sales.backup');
  const first = installation(folder, 'first');
  await expect(first.run('backup', '--inbox', '1', '--to', file)).rejects.toThrow(/There is none/);
  const read = (db: Database, inboxId: number, key: Buffer, organisationId: number) =>
    createEngineKeys({
      db,
      clock: systemClock,
      seal: createSeal([key]),
      lease: { inboxId, owner: 'x', epoch: 0 },
      organisationId,
    }).read('creds', ['creds']);
  const inboxId = await first.open(async (db) => {
    const config = { adminEmail: 'a@b.example' };
    const { organisationId } = await provision({ db, clock: systemClock, config });
    const upstream = 'whatsapp';
    const id = await insertInbox(db, { organisationId, name: 'Sales', engine: 'baileys', upstream, at: 0 });
    await updateSessionRow(db, id, { me_address: '393330000001@c.us', me_name: 'Shop', caught_up_at: 7 });
    const lease = (await takeLease(db, { inboxId: id, owner: 'us', now: 0, until: 1, alone: true }))!;
    const seal = createSeal([old]);
    const keys = createEngineKeys({ db, clock: systemClock, seal, lease, organisationId });
    await keys.write([{ kind: 'creds', id: 'creds', value: 'CANARY' }]);
    return id;
  });
  expect(await first.run('backup', '--inbox', 'sales', '--to', file)).toContain('1 rows, 0 files');
  const other = join(folder, 'own.backup');
  await first.run('backup', '--inbox', String(inboxId), '--to', other, '--server-key');
  first.environment['CHATDOCK_BACKUP_PASSPHRASE'] = 'short';
  const again = first.run('backup', '--inbox', 'sales', '--to', join(folder, 'x'));
  await expect(again).rejects.toThrow(/12 characters/);

  const second = installation(folder, 'second', [fresh]);
  const noFile = join(folder, 'nothing.backup');
  writeFileSync(noFile, 'nothing');
  await expect(second.run('restore', '--from', noFile)).rejects.toThrow(/archive-unknown/);
  await expect(second.run('restore', '--from', other, '--server-key')).rejects.toThrow(/archive-wrong-key/);
  await second.open(async (db) =>
    expect(await db.selectFrom('organisation').selectAll().execute()).toEqual([]),
  );
  const told = await second.run('restore', '--from', file);
  expect(told).toContain('Sign in as');
  expect(told).toContain('(new): baileys, 1 rows, 0 files');
  await second.open(async (db) => {
    const made = await db.selectFrom('inbox').selectAll().executeTakeFirstOrThrow();
    expect(made.name).toBe('Sales');
    const row = { wanted: 1, me_address: '393330000001@c.us', caught_up_at: 7, lease_owner: null };
    expect(await findSessionRow(db, made.id)).toMatchObject(row);
    expect((await read(db, made.id, fresh, made.organisation_id)).get('creds')).toBe('CANARY');
    const acts = await db.selectFrom('audit').select('act').execute();
    expect(acts.map(({ act }) => act)).toContain('session.restore');
    const owner = {
      inboxId: made.id,
      owner: 'they',
      now: Date.now(),
      until: Date.now() + 60_000,
      alone: true,
    };
    await takeLease(db, owner);
  });
  await expect(second.run('restore', '--from', file)).rejects.toThrow(/session-runs/);

  const both = installation(folder, 'first', [fresh, old]);
  expect(await both.run('reseal')).toContain('1 secrets sealed anew');
  await both.open(async (db) => expect((await read(db, inboxId, fresh, 1)).get('creds')).toBe('CANARY'));
  const lost = installation(folder, 'first', [randomBytes(32)]);
  await expect(lost.run('reseal')).rejects.toThrow(/Keep the old keys/);
});
