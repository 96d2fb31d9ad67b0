import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { mysqlForTest, sqliteForTest } from './testing.ts';

const kinds = {
  SQLite: {
    open: sqliteForTest,
    shape: async (db: Database) =>
      (await sql`select type, name, sql from sqlite_master order by type, name`.execute(db)).rows,
  },
  MariaDB: {
    open: mysqlForTest,
    shape: async (db: Database) => {
      const here = sql`table_schema = database()`;
      const asked = [
        sql`select table_name, table_collation, engine from information_schema.tables where ${here} order by 1`,
        sql`select table_name, column_name, column_type, column_default, is_nullable, extra, character_set_name,
          collation_name from information_schema.columns where ${here} order by table_name, ordinal_position`,
        sql`select table_name, index_name, seq_in_index, column_name, sub_part, non_unique, index_type
          from information_schema.statistics where ${here} order by 1, 2, 3`,
        sql`select table_name, constraint_name, constraint_type from information_schema.table_constraints
          where ${here} order by 1, 2`,
      ];
      return Promise.all(asked.map(async (one) => (await one.execute(db)).rows));
    },
  },
};

test.each(Object.entries(kinds))(
  'what a test of the run begins with is what the migrations make: %s',
  async (_, { open, shape }) => {
    await using copied = await open();
    await using made = await open({ bare: true });
    await migrate(made.db);
    expect(await shape(copied.db)).toEqual(await shape(made.db));
    expect(await migrate(copied.db)).toEqual([]);
  },
);
