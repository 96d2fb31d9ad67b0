import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { putCrmLink } from './query/crm-link.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'links to the CRM come to a database that is in use',
  (database) => {
    test('what there is stays, and a number has one link in each Organisation', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      await migrate(db, versions[versions.findIndex((name) => name.startsWith('0094')) - 1]);
      const label = { organisation_id: 1, name: 'Sales', name_key: 'sales', colour: 'red' as const };
      await db.insertInto('label').values(label).execute();
      await migrate(db);
      expect(await db.selectFrom('label').select('name').execute()).toEqual([{ name: 'Sales' }]);
      const row = {
        phone: '393331234567',
        contact_id: 1,
        record_type: 'Contact',
        name: 'Anna',
        url: null,
        agent_id: 1,
        at: 1,
      };
      for (const [organisation_id, record_id] of [
        [1, 'a'],
        [2, 'b'],
        [1, 'c'],
      ] as const)
        await putCrmLink(db, { ...row, organisation_id, record_id });
      const kept = await db.selectFrom('crm_link').select(['organisation_id', 'record_id']).execute();
      expect(kept.toSorted((a, b) => a.organisation_id - b.organisation_id)).toEqual([
        { organisation_id: 1, record_id: 'c' },
        { organisation_id: 2, record_id: 'b' },
      ]);
    });
  },
  { bare: true },
);
