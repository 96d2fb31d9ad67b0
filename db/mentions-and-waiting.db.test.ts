import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { pageChatsQuery, waitingChatsQuery } from './query/chat-list.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'mentions and waiting come to a database that is in use',
  (database) => {
    test('who waits already stands in the list, from the first message that nobody answered', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      await migrate(db, versions[versions.indexOf('0096-mentions-and-waiting') - 1]);
      for (const [id, kind, fromMe, ack] of [
        [1, 'person', 0, 0],
        [2, 'person', 1, 2],
        [3, 'group', 0, 0],
        [4, 'person', 1, -1],
      ] as const) {
        await sql`insert into chat (id, inbox_id, kind, name, unread, pinned, archived, muted_until, last_at, last_body,
          last_type, last_from_me, last_ack, last_revoked, read_until, search_text, seq)
          values (${id}, 1, ${kind}, '', 0, 0, 0, 0, ${90 + id}, '', 'text', ${fromMe}, ${ack}, 0, 0, '', 9)`.execute(
          db,
        );
      }
      let n = 0;
      for (const [chat, at, fromMe, ack, live] of [
        [1, 10, 0, 0, 1],
        [1, 20, 1, 2, 1],
        [1, 25, 0, 0, 0],
        [1, 30, 0, 0, 1],
        [1, 40, 0, 0, 1],
        [2, 30, 0, 0, 1],
        [2, 50, 1, 2, 1],
        [3, 30, 0, 0, 1],
        [4, 15, 0, 0, 1],
        [4, 60, 1, -1, 1],
      ] as const) {
        n += 1;
        await sql`insert into message (inbox_id, chat_id, message_id, from_me, sender_name, type, body, at, ack, live, seq)
          values (1, ${chat}, ${`3EB0${n}`}, ${fromMe}, '', 'text', '', ${at}, ${ack}, ${live}, 9)`.execute(
          db,
        );
      }
      await migrate(db);
      const all = { search: '', filter: 'all' as const, limit: 10 };
      const waiting = await waitingChatsQuery(db, 1, { ...all, after: undefined }).execute();
      expect(waiting.map((row) => [row.id, row.waiting_since])).toEqual([
        [4, 15],
        [1, 30],
      ]);
      const rest = await pageChatsQuery(db, 1, { ...all, before: undefined, onlySettled: true }).execute();
      expect(rest.map((row) => row.id)).toEqual([3, 2]);
    });
  },
  { bare: true },
);
