import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { sql } from 'kysely';
import { migrate, readMigrations } from '../../db/migrate.ts';
import { LeaseLost } from '../../db/query/session-key.ts';
import { takeLease } from '../../db/query/lease.ts';
import { describeDatabases } from '../../db/testing.ts';
import { createSeal, SealBroken } from '../access/seal.ts';
import { newInbox } from '../chat/testing.ts';
import { ManualClock } from '../clock.ts';
import { createEngineKeys } from './engine-keys.ts';

describeDatabases('rows of an engine', (database) => {
  async function keysOf(seal = createSeal([randomBytes(32)])) {
    const { db } = database();
    const inboxId = await newInbox(db, 'baileys');
    const clock = new ManualClock();
    const lease = (await takeLease(db, { inboxId, owner: 'us', now: 0, until: 1, alone: true }))!;
    const options = { db, clock, seal, lease, organisationId: 1 };
    return { db, inboxId, clock, options, keys: createEngineKeys(options) };
  }

  test('are written all or nothing, read back, replaced and taken away', async () => {
    const { keys } = await keysOf();
    await keys.write([
      { kind: 'pre-key', id: '1', value: 'one' },
      { kind: 'pre-key', id: '2', value: 'two' },
      { kind: 'session', id: '1', value: 'other' },
    ]);
    await keys.write([
      { kind: 'pre-key', id: '1', value: 'ONE' },
      { kind: 'pre-key', id: '2', value: null },
    ]);
    expect(await keys.read('pre-key', ['1', '2', '3'])).toEqual(new Map([['1', 'ONE']]));
    await expect(
      keys.write([
        { kind: 'pre-key', id: '1', value: 'lost' },
        { kind: null as never, id: 'bad', value: 'bad' },
      ]),
    ).rejects.toThrow();
    expect(await keys.read('pre-key', ['1'])).toEqual(new Map([['1', 'ONE']]));
    await keys.clear();
    expect(await keys.read('session', ['1'])).toEqual(new Map());
  });

  test('hold no plain secret, and open in their own place only', async () => {
    const { keys, db, inboxId } = await keysOf();
    await keys.write([
      { kind: 'creds', id: 'creds', value: 'CANARY-noise-key' },
      { kind: 'session', id: 'a', value: 'CANARY-ratchet' },
    ]);
    const rows = await db.selectFrom('session_key').selectAll().where('inbox_id', '=', inboxId).execute();
    expect(JSON.stringify(rows)).not.toContain('CANARY');
    await db
      .updateTable('session_key')
      .set({ sealed: rows.find(({ kind }) => kind === 'creds')!.sealed })
      .where('inbox_id', '=', inboxId)
      .where('kind', '=', 'session')
      .execute();
    await expect(keys.read('session', ['a'])).rejects.toThrow(SealBroken);
  });

  test('lease lost while writing: nothing is written', async () => {
    const { keys, db, inboxId } = await keysOf();
    await keys.write([{ kind: 'session', id: 'a', value: 'mine' }]);
    await takeLease(db, { inboxId, owner: 'they', now: 0, until: 1, alone: true });
    await expect(keys.write([{ kind: 'session', id: 'a', value: 'late' }])).rejects.toThrow(LeaseLost);
    expect(await keys.read('session', ['a'])).toEqual(new Map([['a', 'mine']]));
  });

  test('old ones of a kind are forgotten', async () => {
    const { keys, clock } = await keysOf();
    await keys.write([{ kind: 'message', id: 'old', value: '1' }]);
    await clock.advance(10_000);
    await keys.write([{ kind: 'message', id: 'new', value: '2' }]);
    await keys.prune('message', 5_000);
    expect([...(await keys.read('message', ['old', 'new'])).keys()]).toEqual(['new']);
  });

  test('a new sealing key takes over, and what the old one sealed still opens', async () => {
    const [old, fresh] = [randomBytes(32), randomBytes(32)];
    const { keys, options } = await keysOf(createSeal([old]));
    await keys.write([{ kind: 'creds', id: 'creds', value: 'kept' }]);
    const later = createEngineKeys({ ...options, seal: createSeal([fresh, old]) });
    expect(await later.read('creds', ['creds'])).toEqual(new Map([['creds', 'kept']]));
  });
});

describeDatabases(
  'migration 0070',
  (database) => {
    test('comes to a database with Sessions, and leaves them as they are', async () => {
      const { db } = database();
      const names = Object.keys(await readMigrations());
      await migrate(db, names[names.indexOf('0070-session-keys') - 1]);
      await sql`insert into inbox (id, organisation_id, name, seq, row_seq, created_at) values (7, 1, 'x', 0, 0, 0)`.execute(
        db,
      );
      await migrate(db);
      expect(await db.selectFrom('session_key').selectAll().execute()).toEqual([]);
      expect(await db.selectFrom('inbox').select('id').execute()).toEqual([{ id: 7 }]);
    });
  },
  { bare: true },
);
