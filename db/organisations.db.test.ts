import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'permitted Inboxes come to a database that has Inboxes',
  (database) => {
    test('every Inbox stays open to everyone', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      const at = versions.findIndex((name) => name.startsWith('0074'));
      await migrate(db, versions[at - 1]);
      await db
        .insertInto('inbox')
        .values({ organisation_id: 1, name: 'Sales', seq: 1, row_seq: 1, created_at: 1 })
        .execute();
      await migrate(db);
      expect(await db.selectFrom('inbox').select(['name', 'restricted']).execute()).toEqual([
        { name: 'Sales', restricted: 0 },
      ]);
    });
  },
  { bare: true },
);
