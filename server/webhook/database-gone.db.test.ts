import { expect, test } from 'vitest';
import { sql } from 'kysely';
import { openDatabase } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { startMariaDb } from '../../db/testing-mariadb.ts';
import { sqliteForTest } from '../../db/testing.ts';
import { openDoor, rowsOf, wahaMessage } from './testing.ts';

test('the database is killed under deliveries: 503 and Retry-After, and nothing acknowledged is missing', async () => {
  await using server = await startMariaDb();
  const admin = openDatabase(`${server.url}/mysql`, { connections: 1 });
  await sql`create database gone character set utf8mb4 collate utf8mb4_bin`.execute(admin);
  await admin.destroy();
  const db = openDatabase(`${server.url}/gone`);
  await migrate(db);
  {
    await using door = await openDoor(db);
    expect((await door.waha(wahaMessage({ body: 'before' }))).status).toBe(200);
    const messages = Array.from({ length: 40 }, (_, index) => wahaMessage({ body: `m${index}` }));
    const under = messages.map((message) => door.waha(message));
    await server.kill();
    const answers = await Promise.all(under);
    const statuses = new Set(answers.map((answer) => answer.status));
    expect([...statuses].every((status) => status === 200 || status === 503)).toBe(true);
    const refused = await door.waha(wahaMessage());
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    // Also when the secret is not in memory any more.
    door.router.forget();
    expect((await door.waha(wahaMessage())).status).toBe(503);
    expect(door.router.counters().unavailable).toBeGreaterThanOrEqual(2);
    await server.restart();
    // As their server does: again what was refused. A copy of what had been stored does no harm.
    for (const message of messages) expect((await door.waha(message)).status).toBe(200);
    const rows = (await rowsOf(db, door.inboxId)).messages;
    expect(rows.map((row) => row.body).toSorted()).toEqual(
      ['before', ...messages.map((message) => String(message.payload['body']))].toSorted(),
    );
  }
  await db.destroy();
});

test('SQLite may not write any more: 503, never 200 and never 500; then it may again', async () => {
  await using database = await sqliteForTest();
  const { db } = database;
  await using door = await openDoor(db);
  await sql`pragma query_only = on`.execute(db);
  const message = wahaMessage();
  expect(await door.waha(message)).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
  expect((await rowsOf(db, door.inboxId)).messages).toEqual([]);
  await sql`pragma query_only = off`.execute(db);
  expect((await door.waha(message)).status).toBe(200);
  expect((await rowsOf(db, door.inboxId)).messages).toHaveLength(1);
});
