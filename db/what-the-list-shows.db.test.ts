import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { pageChatsQuery } from './query/chat-list.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'lengths and reactions come to a chat list that is in use',
  (database) => {
    test('the last voice note has its length, and the newest reaction that concerns us is known', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      await migrate(db, versions[versions.indexOf('0102-what-the-list-shows') - 1]);
      for (const [id, message, type] of [
        [1, 11, 'voice'],
        [2, 22, 'text'],
      ] as const) {
        await sql`insert into chat (id, inbox_id, kind, name, unread, pinned, archived, muted_until, last_message, last_at,
          last_body, last_type, last_from_me, last_ack, last_revoked, read_until, search_text, seq)
          values (${id}, 1, 'person', '', 0, 0, 0, 0, ${message}, ${100 - id}, '', ${type}, 0, 0, 0, 0, '', 9)`.execute(
          db,
        );
      }
      await sql`insert into media (inbox_id, message, state, attempts, mime, file_name, seconds, animated, told_gone, seq)
        values (1, 11, 'remote', 0, 'audio/ogg', '', 7, 0, 0, 9)`.execute(db);
      for (const [id, chat, fromMe] of [
        [11, 1, 0],
        [21, 2, 1],
        [22, 2, 0],
      ] as const) {
        await sql`insert into message (id, inbox_id, chat_id, message_id, from_me, sender_name, type, body, at, ack, live, seq)
          values (${id}, 1, ${chat}, ${`3EB0${id}`}, ${fromMe}, '', 'text', ${`Body ${id}`}, 50, 0, 1, 9)`.execute(
          db,
        );
      }
      for (const [message, sender, emoji, at] of [
        [11, 5, '😂', 200],
        [21, 5, '👍', 200],
        [21, 6, '❤️', 150],
      ] as const) {
        await sql`insert into reaction (message, sender_contact_id, from_us, emoji, at)
          values (${message}, ${sender}, 0, ${emoji}, ${at})`.execute(db);
      }
      await migrate(db);
      const page = { search: '', filter: 'all' as const, limit: 10, before: undefined };
      expect(await pageChatsQuery(db, 1, page).execute()).toMatchObject([
        { id: 1, last_seconds: 7, reaction_message: null, reaction_emoji: '' },
        {
          id: 2,
          last_seconds: null,
          reaction_message: 21,
          reaction_at: 200,
          reaction_by: 5,
          reaction_emoji: '👍',
          reaction_body: 'Body 21',
          reaction_type: 'text',
        },
      ]);
    });
  },
  { bare: true },
);
