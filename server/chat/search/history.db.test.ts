import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from '../../../db/database.ts';
import { migrate, readMigrations } from '../../../db/migrate.ts';
import { dialectOf } from '../../../db/portable.ts';
import { describeDatabases } from '../../../db/testing.ts';
import { openTestRoom, scope, start } from '../testing.ts';
import { indexAll } from './index.ts';

/** In the columns that an Inbox has had from the first day on: today's house would write more than the old tables hold. */
async function insertInboxOfThen(db: Database): Promise<number> {
  await sql`insert into inbox (id, organisation_id, name, seq, row_seq, created_at)
    values (1, ${scope.organisationId}, 'Shop', 1, 1, ${start})`.execute(db);
  await sql`insert into session (inbox_id, engine, upstream, wanted, state, code, action, since, me_name, lease_epoch,
      lease_until, caught_up_at, seq)
    values (1, 'test', 'sandbox', 0, 'stopped', 'none', 'none', ${start}, '', 0, 0, 0, 1)`.execute(db);
  return 1;
}

describeDatabases(
  'search in what was there before it',
  (database) => {
    test('Messages stored before the text index existed are found once it has followed', async () => {
      const { db } = database();
      const names = Object.keys(await readMigrations());
      await migrate(db, names[names.indexOf('0030-search') - 1]);
      const inboxId = await insertInboxOfThen(db);
      const row = (n: number, more: object = {}) => ({
        inbox_id: inboxId,
        chat_id: 1,
        message_id: `3EB0${n}`,
        from_me: 0,
        sender_name: '',
        type: 'text' as const,
        body: `an old letter ${n}`,
        at: start + n,
        ack: 0,
        seq: 1,
        ...more,
      });
      await db
        .insertInto('message')
        .values([
          row(101),
          row(102, { revoked_at: start }),
          row(103, { merged_into: 1 }),
          row(104, { body: '' }),
        ])
        .execute();
      await migrate(db);
      await indexAll(db);
      const rows = await db.selectFrom('message_text').select('inbox_id').execute();
      expect(rows).toEqual([{ inbox_id: inboxId }]);
      await using house = openTestRoom(db);
      // Its Chat is not there: nothing is shown, and nothing breaks.
      expect((await house.room.search(scope, { text: 'letter' })).messages).toEqual([]);
    });
  },
  { bare: true },
);

describeDatabases(
  'search in what was indexed before',
  (database) => {
    test('Messages indexed before polls, files and notes were searched are looked at again, and found by those', async () => {
      const { db } = database();
      const names = Object.keys(await readMigrations());
      await migrate(db, names[names.indexOf('0062-search-parts') - 1]);
      const inboxId = await insertInboxOfThen(db);
      const contact = { name: 'Anna', push_name: '', phone: '393330000001', is_business: 0, is_me: 0 };
      await db
        .insertInto('contact')
        .values({ id: 1, inbox_id: inboxId, ...contact, search_text: 'anna 393330000001', seq: 1 })
        .execute();
      await sql`insert into chat (id, inbox_id, kind, contact_id, name, unread, pinned, archived, muted_until, last_at,
          last_body, last_type, last_from_me, last_ack, last_revoked, read_until, search_text, seq)
        values (1, ${inboxId}, 'person', 1, '', 0, 0, 0, 0, ${start}, '', 'poll', 0, 0, 0, 0, 'anna', 1)`.execute(
        db,
      );
      const content = JSON.stringify({ poll: { question: 'When', options: ['tomorrow'] } });
      await sql`insert into message (id, inbox_id, chat_id, message_id, from_me, sender_name, type, body, at, ack, content, seq)
        values (1, ${inboxId}, 1, '3EB01', 0, '', 'poll', 'When', ${start}, 0, ${content}, 1)`.execute(db);
      await sql`insert into note (inbox_id, chat_id, client_id, agent_id, body, at, seq)
        values (${inboxId}, 1, 'one', 1, 'pays late', ${start}, 1)`.execute(db);
      const doc = Math.floor(start / 1_000) * 2 ** 21 + 1;
      const words = dialectOf(db) === 'mysql' ? sql`, 'zqwhen'` : sql``;
      await sql`insert into message_text values (1, ${doc}, ${inboxId}, 1, 'of before'${words})`.execute(db);
      if (dialectOf(db) === 'sqlite') {
        await sql`insert into message_words (rowid, scope, words) values (${doc}, ${`i${inboxId} c1`}, 'when')`.execute(
          db,
        );
      }
      await sql`insert into search_progress (inbox_id, seq, message) values (${inboxId}, 1, 1)`.execute(db);

      await migrate(db);
      await indexAll(db);
      await using house = openTestRoom(db);
      const found = await house.room.search(scope, { text: 'tomorrow' });
      expect(found.messages.map((hit) => hit.matched)).toEqual([['poll']]);
      expect((await house.room.search(scope, { text: 'when' })).messages).toHaveLength(1);
      expect((await house.room.search(scope, { text: 'late' })).notes).toHaveLength(1);
      expect(await db.selectFrom('message_text').select('item').execute()).toEqual([{ item: 1 }]);
    });
  },
  { bare: true },
);
