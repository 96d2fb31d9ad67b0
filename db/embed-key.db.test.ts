import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'embed keys come to a database that has sign-ins',
  (database) => {
    test('the sign-ins stay, and none of them was opened by a key', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      const at = versions.findIndex((name) => name.startsWith('0066'));
      await migrate(db, versions[at - 1]);
      await db
        .insertInto('agent_session')
        .values({
          id: 'a'.repeat(64),
          agent_id: 1,
          mode: 'bearer',
          csrf: '',
          origin: '',
          user_agent: 'test',
          created_at: 1,
          last_seen_at: 2,
          expires_at: 3,
        })
        .execute();
      await migrate(db);
      expect(await db.selectFrom('agent_session').select(['expires_at', 'embed_key_id']).execute()).toEqual([
        { expires_at: 3, embed_key_id: 0 },
      ]);
    });
  },
  { bare: true },
);
