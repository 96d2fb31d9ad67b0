import { Kysely, sql, type Transaction } from 'kysely';
import { mysqlDialect } from './dialect/mysql.ts';
import { sqliteDialect } from './dialect/sqlite.ts';
import { isRetryable } from './portable.ts';
import type { Schema } from './schema/index.ts';

export type Database = Kysely<Schema>;
export type Tx = Transaction<Schema>;
/** What a query runs on: the database, or a transaction of it. */
export type Queryable = Kysely<Schema>;

/** `url`: `sqlite:<path>`, `sqlite::memory:` or `mysql://…`. */
export function openDatabase(url: string, options: { connections?: number } = {}): Database {
  if (url.startsWith('sqlite:'))
    return new Kysely<Schema>({ dialect: sqliteDialect(url.slice('sqlite:'.length)) });
  if (/^(mysql|mariadb):\/\//.test(url)) {
    return new Kysely<Schema>({ dialect: mysqlDialect(url.replace(/^mariadb:/, 'mysql:'), options) });
  }
  throw new Error('The database address must begin with sqlite: or mysql://');
}

/** Runs `work` in one transaction; again (at most 6 times, with jitter) when the database says that it may be repeated. */
export async function transact<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt >= 6 || !isRetryable(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
    }
  }
}

/** Throws when the database cannot answer. */
export async function ping(db: Database): Promise<void> {
  await sql`select 1`.execute(db);
}
