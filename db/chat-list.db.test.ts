import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { pageChatsQuery } from './query/chat-list.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'the chat list',
  (database) => {
    test('Chats of the version before stand in the list as they stood', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      const at = versions.indexOf('0050-chat-list-index');
      await migrate(db, versions[at - 1]);
      const chats = [
        { id: 1, kind: 'person', unread: 0, pinned: 0, last_at: 30 },
        { id: 2, kind: 'group', unread: 2, pinned: 0, last_at: 50 },
        { id: 3, kind: 'person', unread: 1, pinned: 1, last_at: 10 },
        { id: 4, kind: 'person', unread: 4, pinned: 0, last_at: 50 },
      ];
      for (const { id, kind, unread, pinned, last_at } of chats) {
        await sql`insert into chat (id, inbox_id, kind, name, unread, pinned, archived, muted_until, last_at, last_body,
          last_type, last_from_me, last_ack, last_revoked, read_until, search_text, seq)
          values (${id}, 1, ${kind}, '', ${unread}, ${pinned}, 0, 0, ${last_at}, '', 'text', 0, 0, 0, 0, '', 9)`.execute(
          db,
        );
      }
      await migrate(db);
      const list = async (filter: 'all' | 'unread' | 'groups', before?: (typeof chats)[number]) => {
        const page = { search: '', filter, limit: 2 };
        const place = before && { pinned: before.pinned, at: before.last_at, id: before.id };
        const rows = await pageChatsQuery(db, 1, { ...page, before: place }).execute();
        return rows.map((row) => row.id);
      };
      expect(await list('all')).toEqual([3, 4]);
      expect(await list('all', chats[3])).toEqual([2, 1]);
      expect(await list('unread')).toEqual([3, 4]);
      expect(await list('unread', chats[3])).toEqual([2]);
      expect(await list('groups')).toEqual([2]);
    });
  },
  { bare: true },
);
