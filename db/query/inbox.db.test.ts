import { expect, test } from 'vitest';
import { migrate, readMigrations } from '../migrate.ts';
import { describeDatabases } from '../testing.ts';
import { takeSeq } from './inbox.ts';

describeDatabases(
  'the migration to counted turns',
  (database) => {
    test('an Inbox of the version before goes on, and its first turn is the first', async () => {
      const { db } = database();
      const names = Object.keys(await readMigrations());
      await migrate(db, names[names.indexOf('0024-inbox-turns') - 1]!);
      const row = { organisation_id: 7, name: 'Shop', seq: 41, row_seq: 1, created_at: 1 };
      const { insertId } = await db.insertInto('inbox').values(row).executeTakeFirstOrThrow();
      await migrate(db);
      expect(await takeSeq(db, Number(insertId))).toMatchObject({ seq: 42, turns: 1 });
      expect(await takeSeq(db, Number(insertId))).toMatchObject({ seq: 43, turns: 2 });
      expect(await takeSeq(db, 999)).toBeUndefined();
    });
  },
  { bare: true },
);
