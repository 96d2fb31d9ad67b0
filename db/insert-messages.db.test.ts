import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { transact } from './database.ts';
import { insertMessages, insertMessagesLater, promisedId } from './query/insert-messages.ts';
import { readMessages, type MessageRow } from './query/message.ts';
import { updateRows } from './query/update-rows.ts';
import { isUniqueViolation } from './portable.ts';
import { describeDatabases, mysqlForTest } from './testing.ts';

/** As foreign as texts are, and every column that may be empty now empty, now full. */
function rowsOf(count: number, inboxId: number): Omit<MessageRow, 'id'>[] {
  return Array.from({ length: count }, (_, n) => ({
    inbox_id: inboxId,
    chat_id: 1 + (n % 3),
    message_id: `3EB0${n % 2 ? 'a' : 'A'}${n}`,
    from_me: n % 2,
    client_id: n % 5 === 0 ? `client-${n}` : null,
    agent_id: n % 5 === 0 ? 7 : null,
    sender_contact_id: n % 4 === 0 ? n : null,
    sender_name: n % 2 ? '' : `Zoë 👩‍👩‍👧 ${n}`,
    type: 'text',
    body: [`plain ${n}`, `'; drop table message; --`, '\\ ? ; "', '', '\u0000 Ünïcödé 🎉'][n % 5]!,
    at: 1_795_000_000_123 + n,
    ack: n % 6 === 5 ? -1 : n % 5,
    live: n % 2,
    failure: null,
    edited_at: n % 7 === 0 ? 8_640_000_000_000_000 : null,
    revoked_at: null,
    quoted_message_id: n % 3 ? null : '3EB0Q',
    content: n % 3 ? null : '{"a":"?;é"}',
    forwarded: n % 3,
    starred: 0,
    starred_at: 0,
    merged_into: null,
    seq: 42,
  }));
}

describeDatabases('Messages of a batch', (database) => {
  test.each([1, 2, 99, 100])('%i are stored exactly, and their ids are told', async (count) => {
    const { db } = database();
    const rows = rowsOf(count, 5_000 + count);
    const told = await transact(db, (tx) => insertMessages(tx, rows));
    expect(told).toHaveLength(count);
    const stored = await readMessages(
      db,
      told.map((row) => row.id),
    );
    const byKey = new Map(stored.map((row) => [row.message_id, row]));
    for (const row of rows) expect(byKey.get(row.message_id)).toEqual({ id: expect.any(Number), ...row });
    for (const { id, message_id } of told) expect(byKey.get(message_id)?.id).toBe(id);
  });

  test('a key that is taken undoes the whole batch', async () => {
    const { db } = database();
    const rows = rowsOf(100, 6_000);
    const last = rows[99]!;
    await transact(db, (tx) => insertMessages(tx, [{ ...last, client_id: null }]));
    const error = await transact(db, (tx) => insertMessages(tx, rows)).catch((met: unknown) => met);
    expect(isUniqueViolation(error)).toBe(true);
    const left = await db.selectFrom('message').select('id').where('inbox_id', '=', 6_000).execute();
    expect(left).toHaveLength(1);
  });
});

describe('Messages whose ids are promised, on MariaDB', () => {
  test.each([1, 3])(
    'have ids %i apart, in their order, in the statements that travel with them too',
    async (step) => {
      await using test = await mysqlForTest();
      const { db } = test;
      const rows = rowsOf(20, 7_000);
      // Rows that point at Messages, to be filled: any table with ids will do.
      const pointing = await transact(db, (tx) => insertMessages(tx, rowsOf(5, 7_001)));
      const told = { first: 0 };
      await transact(db, async (tx) => {
        await sql`set session auto_increment_increment = ${sql.lit(step)}`.execute(tx);
        await insertMessagesLater(tx, rows, (first) => (told.first = first));
        expect(told.first, 'nothing has been sent').toBe(0);
        await insertMessages(tx, rowsOf(1, 7_002));
        const patches = pointing.map(({ id }, n) => ({ id, patch: { at: n < 4 ? promisedId(n * 5) : 42 } }));
        await updateRows(tx, 'message', patches.slice(1));
        await updateRows(tx, 'message', patches.slice(0, 1));
      });
      const ids = rows.map((_, place) => told.first + place * step);
      const stored = await readMessages(db, ids);
      expect(stored.map((row) => row.message_id)).toEqual(rows.map((row) => row.message_id));
      const filled = await readMessages(
        db,
        pointing.map(({ id }) => id),
      );
      expect(filled.map((row) => row.at)).toEqual([ids[0], ids[5], ids[10], ids[15], 42]);
    },
  );

  test('are inserted at once where the batch is full, and not at all where it fails', async () => {
    await using test = await mysqlForTest();
    const never = (): void => expect.unreachable();
    expect(await transact(test.db, (tx) => insertMessagesLater(tx, rowsOf(100, 7_000), never))).toBe(false);
    const twice = [...rowsOf(3, 7_000), ...rowsOf(1, 7_000)];
    const failed = transact(test.db, (tx) => insertMessagesLater(tx, twice, never));
    await expect(failed).rejects.toSatisfy(isUniqueViolation);
    expect(await test.db.selectFrom('message').select('id').execute()).toEqual([]);
  });
});
