import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import SQLite from 'better-sqlite3';
import { SqliteDialect, type Dialect } from 'kysely';

/** `file`: a path, or ':memory:'. WAL, and a commit is on the disk before it is acknowledged (synchronous=FULL). */
export function sqliteDialect(file: string): Dialect {
  return new SqliteDialect({
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
