import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../../sandbox/index.ts';
import { systemClock } from '../../clock.ts';
import { loadEngines } from '../../engine/load.ts';
import { Ground, giulia } from '../testing-real.ts';
import { backup, restore, type BackupParts } from './backup.ts';
import type { Lock } from './backup-file.ts';
import { ArchiveBroken } from './broken.ts';

const lock: Lock = { kind: 'passphrase', passphrase: 'correct horse battery staple' };
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'fine',
    (error: unknown) => (error instanceof ArchiveBroken ? error.code : String(error)),
  );

async function partsOf({ database, dataFolder, seal }: Ground): Promise<BackupParts> {
  const engines = await loadEngines();
  return { db: database.db, clock: systemClock, seal, engines, dataFolder, largest: 100_000_000 };
}

test.each(['wwebjs', 'baileys'])(
  '%s: a backup is restored on an empty machine with an empty database, and works there without a code',
  async (engine) => {
    const people = [{ phone: giulia, name: 'Giulia Rossi', pushName: 'Giulia' }];
    await using sandbox = await startSandbox({ world: { people, chats: [{ id: giulia }] } });
    const folder = mkdtempSync(join(tmpdir(), 'chatdock-backup-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'session.backup');
    {
      await using first = await Ground.make(engine, sandbox);
      expect(await codeOf(backup(await partsOf(first), first.inboxId, file, lock))).toBe('nothing-linked');
      await first.process.link();
      await first.process[Symbol.asyncDispose]();
      const told = await backup(await partsOf(first), first.inboxId, file, lock);
      expect(told.files + told.rows).toBeGreaterThan(0);
      expect(await codeOf(backup(await partsOf(first), first.inboxId, file, lock))).toBe('file-exists');
    }
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const bytes = readFileSync(file);

    await using second = await Ground.make(engine, sandbox);
    const parts = await partsOf(second);
    const spoilt = join(folder, 'spoilt');
    // Once is enough: a passphrase is slow by intent, and a profile is what could be restored by half.
    for (const [code, changed, by] of engine === 'baileys'
      ? []
      : ([
          ['archive-wrong-key', bytes, { kind: 'passphrase', passphrase: 'another one' }],
          ['archive-wrong-key', bytes, { kind: 'server', seal: second.seal }],
          ['archive-changed', bytes.with(bytes.length - 9, bytes.at(-9)! ^ 1), lock],
          ['archive-truncated', bytes.subarray(0, -9), lock],
          ['archive-unknown', Buffer.from('something else'), lock],
        ] as const)) {
      writeFileSync(spoilt, changed);
      expect(await codeOf(restore(parts, spoilt, by, { inboxId: second.inboxId }))).toBe(code);
    }
    expect(await second.row()).toMatchObject({ wanted: 0, me_address: null });
    expect(await second.database.db.selectFrom('session_key').selectAll().execute()).toEqual([]);
    if (engine === 'wwebjs') expect(readdirSync(join(second.dataFolder, 'sessions'))).toEqual([]);

    const restored = await restore(parts, file, lock, { inboxId: second.inboxId });
    expect(restored).toMatchObject({ engine, isNew: false, inboxId: second.inboxId });
    await second.process.sessions.startWanted();
    await second.process.reaches('working');
    expect(second.process.states).not.toContain('pairing');
    sandbox.world.inbound({ from: giulia, body: 'found you' });
    await second.process.until(async () => (await second.bodies()).includes('found you'));
    expect(await codeOf(restore(parts, file, lock, { inboxId: second.inboxId }))).toBe('session-runs');
  },
);
