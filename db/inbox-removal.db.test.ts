import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { isWebhookGone, listRemovals, openRemovals, retireWebhooks } from './query/inbox-removal.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'taking numbers out of use comes to a database that is in use',
  (database) => {
    test('no number is, and a webhook that was there before can be', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      await migrate(db, versions[versions.indexOf('0103-inbox-removal') - 1]);
      await sql`insert into webhook (id, inbox_id, dialect, session, previous_until, created_at, last_at)
        values (1, 5, 'waha', 'shop', 0, 1, 1)`.execute(db);
      await sql`insert into endpoint_event (id, organisation_id, inbox_id, name, type, live, body, at)
        values (1, 7, 5, 'evt_1', 'session.state', 1, '{}', 1)`.execute(db);
      await migrate(db);
      expect(await openRemovals(db)).toEqual([]);
      expect(await listRemovals(db, 7)).toEqual([]);
      expect(await isWebhookGone(db, 'waha', 'shop')).toBe(false);
      await retireWebhooks(db, 5, 9);
      expect(await isWebhookGone(db, 'waha', 'shop')).toBe(true);
      expect(await db.selectFrom('endpoint_event').select('id').where('inbox_id', '=', 5).execute()).toEqual([
        { id: 1 },
      ]);
    });
  },
  { bare: true },
);
