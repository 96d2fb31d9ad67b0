import { sql, type RawBuilder } from 'kysely';
import type { Queryable } from '../database.ts';
import { later } from '../together.ts';

export type RowPatch = { id: number; patch: Readonly<Record<string, string | number | null>> };

/**
 * Updates many rows of one table, each with its own values, in few statements: rows that change the same columns share
 * one `update … set column = case id when … end where id in (…)`. On MySQL those of a transaction go with
 * its next statement.
 */
export async function updateRows(db: Queryable, table: string, rows: readonly RowPatch[]): Promise<void> {
  const groups = new Map<string, RowPatch[]>();
  for (const row of rows) {
    const columns = Object.keys(row.patch).toSorted();
    if (columns.length === 0) continue;
    const name = columns.join();
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  for (const group of groups.values()) {
    for (let start = 0; start < group.length; start += 100) {
      const part = group.slice(start, start + 100).toSorted((a, b) => a.id - b.id);
      const assignments = Object.keys(part[0]!.patch)
        .toSorted()
        .map((column) => assignment(column, part));
      const ids = sql.join(part.map((row) => sql`${row.id}`));
      const update = sql`update ${sql.table(table)} set ${sql.join(assignments)} where id in (${ids})`;
      await later(db, update.compile(db));
    }
  }
}

function assignment(column: string, rows: readonly RowPatch[]): RawBuilder<unknown> {
  const first = rows[0]!.patch[column];
  if (rows.every((row) => row.patch[column] === first)) return sql`${sql.ref(column)} = ${first}`;
  const cases = rows.map((row) => sql`when ${row.id} then ${row.patch[column]}`);
  return sql`${sql.ref(column)} = case id ${sql.join(cases, sql` `)} end`;
}
