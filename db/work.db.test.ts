import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'conversation work',
  (database) => {
    test('Chats of the version before belong to nobody and carry no label', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      const at = versions.indexOf('0040-conversation-work');
      await migrate(db, versions[at - 1]);
      await sql`insert into chat (inbox_id, kind, name, unread, pinned, archived, muted_until, last_at, last_body,
        last_type, last_from_me, last_ack, last_revoked, read_until, search_text, seq)
        values (1, 'person', '', 3, 0, 0, 0, 5, 'hello', 'text', 0, 0, 0, 0, '', 9)`.execute(db);
      await migrate(db, '0040-conversation-work');
      const [chat] = await db.selectFrom('chat').selectAll().execute();
      expect(chat).toMatchObject({ assignee_id: null, assigned_at: 0, label_ids: '', unread: 3, seq: 9 });
      await migrate(db);
    });

    test('notes of the version before name nobody', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      await migrate(db, versions[versions.indexOf('0091-note-mentions') - 1]);
      await sql`insert into note (inbox_id, chat_id, client_id, agent_id, body, at, seq)
        values (1, 1, 'a', 1, 'call back', 5, 9)`.execute(db);
      await migrate(db);
      expect(await db.selectFrom('note').selectAll().execute()).toMatchObject([
        { body: 'call back', mentions: '' },
      ]);
    });

    test('canned replies of the version before stand in no category', async () => {
      const { db } = database();
      const versions = Object.keys(await readMigrations());
      await migrate(db, versions[versions.indexOf('0105-canned-reply-categories') - 1]);
      await sql`insert into canned_reply (organisation_id, shortcut, body) values (1, 'hello', 'Hi')`.execute(
        db,
      );
      await migrate(db);
      expect(await db.selectFrom('canned_reply').selectAll().execute()).toMatchObject([
        { shortcut: 'hello', body: 'Hi', category: '' },
      ]);
    });
  },
  { bare: true },
);
