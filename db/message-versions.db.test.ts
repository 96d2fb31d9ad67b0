import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { readVersions, writeVersionRows } from './query/message-version.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'texts of edited Messages',
  (database) => {
    test('Messages of the version before have none, and get theirs from then on', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      await migrate(db, versions[versions.indexOf('0090-message-versions') - 1]);
      await sql`insert into message (inbox_id, chat_id, message_id, from_me, sender_name, type, body, at, ack, edited_at,
        seq) values (1, 1, '3EB0', 1, '', 'text', 'five', 1, 0, 2, 1)`.execute(db);
      await migrate(db);
      const [{ id }] = (await db.selectFrom('message').select('id').execute()) as [{ id: number }];
      expect(await readVersions(db, [id])).toEqual([]);
      const row = { message: id, at: 0, body: 'fife', type: 'text' as const, agent_id: null };
      await writeVersionRows(db, [row]);
      await writeVersionRows(db, [{ ...row, agent_id: 3 }]);
      expect(await readVersions(db, [id])).toEqual([{ ...row, agent_id: 3 }]);
    });
  },
  { bare: true },
);
