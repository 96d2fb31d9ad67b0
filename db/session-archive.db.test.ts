import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { findSessionRow } from './query/inbox.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'archives of links',
  (database) => {
    test('come to a database with Sessions: none has failed, none has a home, none is archived', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      await migrate(db, versions[versions.indexOf('0082-session-archives') - 1]);
      await sql`insert into session (inbox_id, engine, upstream, wanted, state, code, action, since, me_name, lease_epoch,
        lease_until, caught_up_at, retry_at, seq)
        values (7, 'wwebjs', 'whatsapp', 1, 'lost', 'too-many-failures', 'wait', 5, '', 0, 0, 0, 99, 1)`.execute(
        db,
      );
      await migrate(db);
      const row = { failures: 0, restarts: 0, home: null, retry_at: 99, code: 'too-many-failures' };
      expect(await findSessionRow(db, 7)).toMatchObject(row);
      expect(await db.selectFrom('session_archive').selectAll().execute()).toEqual([]);
    });
  },
  { bare: true },
);
