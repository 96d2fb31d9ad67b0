import { expect, test } from 'vitest';
import { insertInbox } from '../../../db/query/inbox.ts';
import { migrate, readMigrations } from '../../../db/migrate.ts';
import { describeDatabases } from '../../../db/testing.ts';
import { openTestRoom, scope, start } from '../testing.ts';
import { indexAll } from './index.ts';

describeDatabases(
  'search in what was there before it',
  (database) => {
    test('Messages stored before the text index existed are found once it has followed', async () => {
      const { db } = database();
      const names = Object.keys(await readMigrations());
      await migrate(db, names[names.indexOf('0030-search') - 1]);
      const inboxId = await insertInbox(db, {
        organisationId: scope.organisationId,
        name: 'Shop',
        engine: 'test',
        upstream: 'sandbox',
        at: start,
      });
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
