import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { readNumberChecks, writeNumberChecks } from './query/number-check.ts';
import { blockedContacts } from './query/contact.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'blocking and number checks come to a database that is in use',
  (database) => {
    test('nobody is blocked, and a number has one answer in each Inbox', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      await migrate(db, versions[versions.indexOf('0097-blocked') - 1]);
      await sql`insert into contact (id, inbox_id, name, push_name, phone, is_business, is_me, search_text, seq)
        values (1, 1, 'Anna', '', '39333', 0, 0, 'anna', 1)`.execute(db);
      await migrate(db);
      expect(await blockedContacts(db, 1)).toEqual([]);
      await db.updateTable('contact').set({ blocked: 1 }).execute();
      expect(await blockedContacts(db, 1)).toEqual([1]);
      const row = { inbox_id: 1, phone: '39333', is_there: 1, checked_at: 5 };
      for (const one of [row, { ...row, inbox_id: 2 }, { ...row, is_there: 0, checked_at: 9 }])
        await writeNumberChecks(db, [one]);
      expect(await readNumberChecks(db, 1, ['39333'])).toEqual([{ ...row, is_there: 0, checked_at: 9 }]);
      expect(await readNumberChecks(db, 2, ['39333', '39334'])).toEqual([{ ...row, inbox_id: 2 }]);
    });
  },
  { bare: true },
);
