import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openDatabase, type Database } from './database.ts';
import { migrate } from './migrate.ts';

/**
 * What every test of the run begins with, migrated once: eighteen versions are 1 s of SQLite and 3 s of MariaDB, and
 * there are two hundred databases in a run. Found by its folder's name in the environment; without it tests migrate.
 */
const variable = 'CHATDOCK_TEST_TEMPLATE';

/** Makes both templates, the one of MySQL by way of an empty database on `server`; disposing forgets them. */
export async function makeTemplates(server: string): Promise<Disposable> {
  const folder = mkdtempSync(join(tmpdir(), 'chatdock-template-'));
  // Its last connection brings the write-ahead log into the file.
  await use(`sqlite:${join(folder, 'sqlite.db')}`, migrate);
  await use(`${server}/mysql`, (db) =>
    sql`create database template character set utf8mb4 collate utf8mb4_bin`.execute(db),
  );
  const statements = await use(`${server}/template`, async (db) => {
    await migrate(db);
    return statementsOf(db);
  });
  writeFileSync(join(folder, 'mysql.json'), JSON.stringify(statements));
  process.env[variable] = folder;
  return {
    [Symbol.dispose]: () => {
      delete process.env[variable];
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Puts a migrated SQLite database at `path`; false: there is no template. */
export function copySqlite(path: string): boolean {
  const folder = process.env[variable];
  if (folder) copyFileSync(join(folder, 'sqlite.db'), path);
  return folder !== undefined;
}

/** Makes an empty MySQL database what the migrations make of it; false: there is no template. */
export async function copyMysql(url: string): Promise<boolean> {
  const folder = process.env[variable];
  if (!folder) return false;
  const statements = JSON.parse(readFileSync(join(folder, 'mysql.json'), 'utf8')) as string[];
  await use(url, async (db) => {
    await sql`set foreign_key_checks = 0`.execute(db);
    for (const statement of statements) await sql.raw(statement).execute(db);
  });
  return true;
}

/** One connection: what is set on it holds until it ends. */
async function use<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = openDatabase(url, { connections: 1 });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

/** Everything that stands in a MySQL database, as statements that make it again. */
async function statementsOf(db: Database): Promise<string[]> {
  const tables = await sql<Record<string, string>>`show tables`.execute(db);
  const statements: string[] = [];
  for (const name of tables.rows.map((row) => Object.values(row)[0]!)) {
    const made = await sql<{ 'Create Table': string }>`show create table ${sql.table(name)}`.execute(db);
    statements.push(made.rows[0]!['Create Table'].replace(/ AUTO_INCREMENT=\d+/, ''));
    const { rows } = await sql<Row>`select * from ${sql.table(name)}`.execute(db);
    for (const row of rows) {
      const columns = Object.keys(row).map((column) => `\`${column}\``);
      const values = Object.values(row).map(literal);
      statements.push(`insert into \`${name}\` (${columns.join(', ')}) values (${values.join(', ')})`);
    }
  }
  return statements;
}
type Row = Record<string, string | number | null>;

/** The rows of the migrations' own tables are names, times and numbers; anything else asks for a better copy. */
function literal(value: string | number | null): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string' && !/['\\]/.test(value)) return `'${value}'`;
  throw new Error(`a template cannot hold ${JSON.stringify(value)}`);
}
