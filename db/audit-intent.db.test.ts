import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'a place for acts that have begun comes to a database that has a log',
  (database) => {
    test('the log stays as it was, and nothing is under way', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      await migrate(db, versions[versions.findIndex((name) => name.startsWith('0086')) - 1]);
      const entry = {
        organisation_id: 1,
        number: 1,
        at: 1,
        actor: 'operator',
        act: 'organisation.create',
        subject: 'Bari',
        detail: '',
        ip: '',
        previous: '',
        hash: 'a'.repeat(64),
      };
      await db.insertInto('audit').values(entry).execute();
      await migrate(db);
      expect(await db.selectFrom('audit').selectAll().execute()).toEqual([entry]);
      expect(await db.selectFrom('audit_intent').selectAll().execute()).toEqual([]);
    });
  },
  { bare: true },
);
