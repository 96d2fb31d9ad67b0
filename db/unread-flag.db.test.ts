import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { dialectOf } from './portable.ts';
import { pageChatIdsQuery } from './query/chat-list.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'what is unread',
  (database) => {
    test('of the version before is found, and found along its index', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      const at = versions.indexOf('0060-unread-flag');
      await migrate(db, versions[at - 1]);
      for (let id = 1; id <= 300; id++) {
        await sql`insert into chat (id, inbox_id, kind, name, unread, pinned, archived, muted_until, last_at, last_body,
          last_type, last_from_me, last_ack, last_revoked, read_until, search_text, seq)
          values (${id}, 1, 'person', '', ${id % 100 === 0 ? id : 0}, 0, 0, 0, ${id}, '', 'text', 0, 0, 0, 0, '', 9)`.execute(
          db,
        );
      }
      await migrate(db);
      const unread = () =>
        pageChatIdsQuery(db, 1, { search: '', filter: 'unread', before: undefined, limit: 10 });
      const ids = async () => (await unread().execute()).map((row) => row.id);
      expect(await ids()).toEqual([300, 200, 100]);
      await db.updateTable('chat').set({ unread: 0 }).where('id', '=', 200).execute();
      await db.updateTable('chat').set({ unread: 1 }).where('id', '=', 7).execute();
      expect(await ids()).toEqual([300, 100, 7]);
      const { sql: text, parameters } = unread().compile();
      const explain = dialectOf(db) === 'sqlite' ? 'explain query plan' : 'explain';
      if (dialectOf(db) === 'mysql') await sql`analyze table chat`.execute(db);
      const plan = await db.executeQuery({ ...unread().compile(), sql: `${explain} ${text}`, parameters });
      expect(JSON.stringify(plan.rows)).toContain('chat_unread');
    });
  },
  { bare: true },
);
