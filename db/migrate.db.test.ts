import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { migrate, readMigrations } from './migrate.ts';
import { describeDatabases } from './testing.ts';

describeDatabases(
  'migrations',
  (database) => {
    test('bring an empty database to the newest version, once', async () => {
      const { db } = database();
      expect(await migrate(db)).toEqual(Object.keys(await readMigrations()));
      expect(await migrate(db)).toEqual([]);
    });

    test('message ids that differ only in case are two messages', async () => {
      const { db } = database();
      await migrate(db);
      const row = (messageId: string) => ({
        inbox_id: 1,
        chat_id: 1,
        message_id: messageId,
        from_me: 0,
        sender_name: '',
        type: 'text' as const,
        body: 'x',
        at: 1,
        ack: 0,
        seq: 1,
      });
      await db
        .insertInto('message')
        .values([row('3EB0aa'), row('3EB0AA')])
        .execute();
      await expect(db.insertInto('message').values(row('3EB0aa')).execute()).rejects.toThrow();
      const { rows } = await sql<{ n: number }>`select count(*) as n from message`.execute(db);
      expect(rows[0]?.n).toBe(2);
    });
  },
  { bare: true },
);
