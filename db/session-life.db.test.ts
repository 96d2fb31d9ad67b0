import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { listSessionLog } from './query/session-log.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'the log of a Session’s life',
  (database) => {
    test('of the version before is read as it was, with nothing made up beside it', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      await migrate(db, versions[versions.indexOf('0072-session-life') - 1]);
      await sql`insert into session_event (inbox_id, at, state, code, action, detail, lasted)
        values (1, 5, 'lost', 'no-internet', 'wait', 'gone', 7)`.execute(db);
      await sql`insert into session (inbox_id, engine, upstream, wanted, state, code, action, since, me_name, lease_epoch,
        lease_until, caught_up_at, seq) values (1, 'wwebjs', 'whatsapp', 1, 'lost', 'no-internet', 'wait', 5, '', 0, 0, 0, 1)`.execute(
        db,
      );
      await migrate(db);
      expect(await listSessionLog(db, 1, { before: undefined, limit: 10 })).toEqual([
        {
          id: expect.any(Number),
          at: 5,
          state: 'lost',
          code: 'no-internet',
          action: 'wait',
          detail: 'gone',
          lastedMs: 7,
          event: 'state',
          number: '',
          engine: '',
          engineVersion: '',
          connectedMs: null,
          lastAction: '',
          lastActionAt: null,
        },
      ]);
      expect(await db.selectFrom('session').select('retry_at').executeTakeFirst()).toEqual({ retry_at: 0 });
    });
  },
  { bare: true },
);
