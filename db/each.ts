import { CompiledQuery } from 'kysely';
import type { Queryable } from './database.ts';
import { eachMark } from './dialect/sqlite-each.ts';
import { runsEach } from './portable.ts';

type Value = string | number | null;

/**
 * One prepared statement on SQLite for many rows of values, one after another, without a way through the query builder
 * for each: as fast as one large statement, and its text is the same for any number of rows, so it is prepared once. The
 * answer is the ids of inserted rows, in order. `undefined`: this database is better served by one statement.
 */
export async function each(
  db: Queryable,
  sql: string,
  rows: readonly (readonly Value[])[],
): Promise<number[] | undefined> {
  if (!runsEach(db)) return undefined;
  const { rows: ids } = await db.executeQuery<number>(CompiledQuery.raw(eachMark + sql, [...rows]));
  return ids;
}

/** 50 is a page. */
const sizes = [1, 4, 16, 40, 50, 100];

/** Values for `in (…)`, repeated up to one of a few lengths, so that few texts are to be prepared. At least one. */
export function padded<T>(values: readonly T[]): T[] {
  const size = sizes.find((length) => length >= values.length) ?? Math.ceil(values.length / 100) * 100;
  return [...values, ...Array.from({ length: size - values.length }, () => values[0]!)];
}

export function placesOf(values: readonly unknown[]): string {
  return `(?${', ?'.repeat(values.length - 1)})`;
}
