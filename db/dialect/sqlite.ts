import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import {
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Dialect,
  type SqliteDialectConfig,
  type SqliteStatement,
} from 'kysely';
import { eachMark, eachStatement } from './sqlite-each.ts';

/** `file`: a path, or ':memory:'. WAL, and a commit is on the disk before it is acknowledged (synchronous=FULL). */
export function sqliteDialect(file: string): Dialect {
  return new Sqlite({
    database: async () => {
      if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      const database = new SQLite(file, { timeout: 5_000 });
      if (file !== ':memory:') chmodSync(file, 0o600);
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      database.pragma('foreign_keys = ON');
      // The indexes of a busy Inbox fit into 32 MB, and a page that is written by many commits is copied back for 4,000
      // pages at a time instead of 1,000: a fifth less work for a commit. Neither touches what a commit promises.
      database.pragma('cache_size = -32000');
      database.pragma('wal_autocheckpoint = 4000');
      database.pragma('busy_timeout = 5000');
      return { prepare: preparedOnce(database), close: () => database.close() };
    },
  });
}

const mostPrepared = 300;

/** Kysely prepares a statement for every execution, which costs as much as the execution. The newest are kept. */
function preparedOnce(database: SQLite.Database): (sql: string) => SqliteStatement {
  const kept = new Map<string, SqliteStatement>();
  return (sql) => {
    const known = kept.get(sql);
    if (known) {
      kept.delete(sql);
      kept.set(sql, known);
      return known;
    }
    const statement = sql.startsWith(eachMark)
      ? eachStatement(database, sql)
      : (database.prepare(sql) as unknown as SqliteStatement);
    kept.set(sql, statement);
    if (kept.size > mostPrepared) kept.delete(kept.keys().next().value!);
    return statement;
  };
}

/** Our dialect differs in one thing: see {@link Driver}. */
class Sqlite extends SqliteDialect {
  #config: SqliteDialectConfig;
  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }
  override createDriver(): SqliteDriver {
    return new Driver(this.#config);
  }
}

/**
 * After a full disk or a failed write SQLite has rolled back by itself. The complaint about a second roll-back would
 * take the place of the error that tells what happened.
 */
class Driver extends SqliteDriver {
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.rollbackTransaction(connection);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes('no transaction is active')) throw error;
    }
  }
}
