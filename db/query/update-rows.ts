import { CompiledQuery } from 'kysely';
import type { Queryable } from '../database.ts';
import { each } from '../each.ts';
import { later } from '../together.ts';

type Plain = string | number | null;
/** What the database works out itself: `sql` holds one place, for `value`. Not on SQLite. */
export interface SqlValue {
  sql: string;
  value: Plain;
}
type Value = Plain | SqlValue;
export type RowPatch = { id: number; patch: Readonly<Record<string, Value>> };

/**
 * Updates many rows of one table, each with its own values, in few statements: rows that change the same columns share
 * one. On SQLite that is prepared and run for each row; on MySQL it is joined to the values, and those of a transaction go
 * with its next statement.
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
  for (const unsorted of groups.values()) {
    const group = unsorted.toSorted((a, b) => a.id - b.id);
    const columns = Object.keys(group[0]!.patch).toSorted();
    const values = group.map(({ id, patch }) => [...columns.map((column) => patch[column]!), id]);
    const [only] = values;
    if (group.length > 1 && (await each(db, oneUpdate(table, columns), values.map(plainOf)))) continue;
    if (group.length === 1) {
      await later(db, CompiledQuery.raw(oneUpdate(table, columns, only), plainOf(only!)));
    } else {
      for (let start = 0; start < group.length; start += 100) {
        await later(db, joinedUpdate(table, columns, values.slice(start, start + 100)));
      }
    }
  }
}

function oneUpdate(table: string, columns: readonly string[], row: readonly Value[] = []): string {
  const sets = columns.map((column, n) => `\`${column}\` = ${textOf(row[n] ?? null)}`);
  return `update \`${table}\` set ${sets.join(', ')} where id = ?`;
}

/** The values lead, so that only their rows are looked at and locked. `case … when` would compare every row with all. */
function joinedUpdate(table: string, columns: readonly string[], rows: readonly Value[][]): CompiledQuery {
  const names = [...columns, 'id'];
  const [first, ...further] = rows;
  const told = [
    `select ${names.map((name, n) => `${textOf(first![n]!)} as \`${name}\``).join(', ')}`,
    ...further.map((row) => `select ${row.map(textOf).join(', ')}`),
  ];
  const sets = columns.map((column) => `t.\`${column}\` = told.\`${column}\``).join(', ');
  return CompiledQuery.raw(
    `update (${told.join(' union all ')}) as told straight_join \`${table}\` as t on t.id = told.id set ${sets}`,
    rows.flatMap(plainOf),
  );
}

function textOf(value: Value): string {
  return typeof value === 'object' && value !== null ? value.sql : '?';
}

function plainOf(row: readonly Value[]): Plain[] {
  return row.map((value) => (typeof value === 'object' && value !== null ? value.value : value));
}
