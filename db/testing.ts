import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe } from 'vitest';
import { openDatabase, type Database } from './database.ts';
import { migrate } from './migrate.ts';
import { inMemory } from './testing-folder.ts';
import { copyMysql, copySqlite } from './testing-template.ts';

export interface TestDatabase extends AsyncDisposable {
  db: Database;
  url: string;
}

/** An empty SQLite database in a file of its own; migrated unless `bare`. */
export async function sqliteForTest(options: { bare?: boolean } = {}): Promise<TestDatabase> {
  const folder = mkdtempSync(join(inMemory() ?? tmpdir(), 'chatdock-sqlite-'));
  const path = join(folder, 'test.db');
  const isMigrated = !options.bare && copySqlite(path);
  const url = `sqlite:${path}`;
  const db = openDatabase(url);
  if (!options.bare && !isMigrated) await migrate(db);
  return {
    db,
    url,
    [Symbol.asyncDispose]: async () => {
      await db.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An empty database of its own on the run's MariaDB; migrated unless `bare`. */
export async function mysqlForTest(options: { bare?: boolean } = {}): Promise<TestDatabase> {
  const server = process.env['CHATDOCK_TEST_MYSQL'];
  if (!server) throw new Error('CHATDOCK_TEST_MYSQL is not set: run through vitest’s database projects');
  const name = `t_${randomBytes(6).toString('hex')}`;
  const admin = openDatabase(`${server}/mysql`, { connections: 1 });
  await sql`create database ${sql.ref(name)} character set utf8mb4 collate utf8mb4_bin`.execute(admin);
  const url = `${server}/${name}`;
  const isMigrated = !options.bare && (await copyMysql(url));
  const db = openDatabase(url);
  if (!options.bare && !isMigrated) await migrate(db);
  return {
    db,
    url,
    [Symbol.asyncDispose]: async () => {
      await db.destroy();
      await sql`drop database ${sql.ref(name)}`.execute(admin);
      await admin.destroy();
    },
  };
}

/** The same tests on every database: `describeDatabases('merge', (database) => { test('…', () => database().db …) })`. */
export function describeDatabases(
  title: string,
  suite: (database: () => TestDatabase) => void,
  options: { bare?: boolean } = {},
): void {
  for (const [name, open] of [
    ['SQLite', sqliteForTest],
    ['MariaDB', mysqlForTest],
  ] as const) {
    describe(`${title} on ${name}`, () => {
      let current: TestDatabase | undefined;
      beforeAll(async () => {
        current = await open(options);
      });
      afterAll(async () => {
        await current?.[Symbol.asyncDispose]();
      });
      suite(() => {
        if (!current) throw new Error('the database is open only while its tests run');
        return current;
      });
    });
  }
}
