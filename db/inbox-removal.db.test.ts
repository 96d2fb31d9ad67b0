import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import {
  forgetGoneWebhooks,
  isWebhookGone,
  listRemovals,
  openRemovals,
  retireWebhooks,
} from './query/inbox-removal.ts';
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

describeDatabases(
  'what an archived number is brought back with comes to a database that is in use',
  (database) => {
    test('what ran a number that is archived already is known from the log of its life', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      await migrate(db, versions[versions.indexOf('0107-bring-back') - 1]);
      for (const [id, mode] of [
        [5, 'keep'],
        [6, 'keep'],
        [7, 'delete'],
      ] as const)
        await sql`insert into inbox_removal (inbox_id, organisation_id, name, number, mode, begun_at)
          values (${id}, 7, 'Sales', '', ${mode}, 1)`.execute(db);
      await sql`insert into webhook_gone (dialect, session, gone_at) values ('waha', 'shop', 1)`.execute(db);
      let at = 0;
      for (const engine of ['wwebjs', 'baileys', 'none', ''])
        await sql`insert into session_event (inbox_id, at, state, code, action, detail, lasted, engine)
          values (5, ${++at}, 'lost', 'none', 'none', '', 1, ${engine})`.execute(db);
      await migrate(db);
      const rows = await db.selectFrom('inbox_removal').select('engine').orderBy('inbox_id').execute();
      expect(rows.map(({ engine }) => engine)).toEqual(['baileys', 'none', '']);
      expect(await forgetGoneWebhooks(db, 5)).toEqual([]);
      expect(await isWebhookGone(db, 'waha', 'shop')).toBe(true);
    });
  },
  { bare: true },
);
