import type { RowPatch } from '../../db/query/update-rows.ts';

type Value = string | number | null;

/** A row as it is now in memory, beside what the database holds. `before` undefined: not inserted yet. */
export interface Tracked<T> {
  now: T;
  before: T | undefined;
}

export function tracked<T extends object>(row: T): Tracked<T> {
  return { now: { ...row }, before: { ...row } };
}

/** Bookkeeping that clients never see: a change of these alone takes no `seq`. */
const unseen: ReadonlySet<string> = new Set([
  'name_at',
  'description_at',
  'backfilled_at',
  'starred_at',
  'push_name_at',
  'pinned_at',
  'archived_at',
  'muted_at',
  'assigned_at',
  'phone_unread',
  'phone_unread_at',
  'read_until',
  'read_id',
  'live',
  'search_text',
  'lid',
]);

/** The columns that differ, `seq` apart; undefined when none does. */
export function patchOf<T extends { id: number; seq: number }>(
  row: Tracked<T>,
): (RowPatch & { seen: boolean }) | undefined {
  if (!row.before) return undefined;
  const patch: Record<string, Value> = {};
  let seen = false;
  for (const [column, value] of Object.entries(row.now) as [keyof T & string, Value][]) {
    if (column === 'seq' || value === row.before[column]) continue;
    patch[column] = value;
    if (!unseen.has(column)) seen = true;
  }
  return Object.keys(patch).length > 0 ? { id: row.now.id, patch, seen } : undefined;
}
