import type SQLite from 'better-sqlite3';
import type { SqliteStatement } from 'kysely';

/** Begins a statement that is run once for each of its parameters, which are rows of values. Only `db/each.ts` writes it. */
export const eachMark = '/*each*/ ';

/** Fails as the first row that fails; what was done before goes with the transaction, so there must be one. */
export function eachStatement(database: SQLite.Database, sql: string): SqliteStatement {
  const one = database.prepare<unknown[]>(sql.slice(eachMark.length));
  return {
    reader: true,
    all: (rows) => {
      if (!database.inTransaction) throw new Error('many rows are written in a transaction');
      return (rows as readonly unknown[][]).map((values) => Number(one.run(values).lastInsertRowid));
    },
    run: () => {
      throw new Error('asked for its rows only');
    },
    iterate: () => {
      throw new Error('asked for its rows only');
    },
  };
}
