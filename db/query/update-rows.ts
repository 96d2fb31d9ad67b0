import { CompiledQuery } from 'kysely';
import type { Queryable } from '../database.ts';
import { later } from '../together.ts';

type Value = string | number | null;
export type RowPatch = { id: number; patch: Readonly<Record<string, Value>> };

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
      await later(
        db,
        updateOf(
          table,
          group.slice(start, start + 100).toSorted((a, b) => a.id - b.id),
        ),
      );
    }
  }
}

/** As text: hundreds of values are not worth a tree of query nodes. Both databases read names in backticks. */
function updateOf(table: string, rows: readonly RowPatch[]): CompiledQuery {
  const values: Value[] = [];
  const assignments = Object.keys(rows[0]!.patch)
    .toSorted()
    .map((column) => {
      const first = rows[0]!.patch[column]!;
      if (rows.every((row) => row.patch[column] === first)) {
        values.push(first);
        return `\`${column}\` = ?`;
      }
      for (const { id, patch } of rows) values.push(id, patch[column]!);
      return `\`${column}\` = case id${' when ? then ?'.repeat(rows.length)} end`;
    });
  for (const { id } of rows) values.push(id);
  const ids = `?${', ?'.repeat(rows.length - 1)}`;
  return CompiledQuery.raw(`update \`${table}\` set ${assignments.join(', ')} where id in (${ids})`, values);
}
