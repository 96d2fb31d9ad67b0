import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import {
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Dialect,
  type SqliteDialectConfig,
} from 'kysely';

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
      database.pragma('busy_timeout = 5000');
      return database;
    },
  });
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
