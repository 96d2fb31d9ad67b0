import type { RowPatch } from '../../db/query/update-rows.ts';

type Value = string | number | null;

/** A row as it is now in memory, beside what the database holds. `before` undefined: not inserted yet. */
export interface Tracked<T> {
  now: T;
  before: T | undefined;
}

/** `row` is the database's: nobody changes it from now on. */
export function tracked<T extends object>(row: T): Tracked<T> {
  return { now: { ...row }, before: row };
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
  'blocked_at',
]);

/** The columns that differ, `seq` apart; undefined when none does. */
export function patchOf<T extends { id: number; seq: number }>(
  row: Tracked<T>,
): (RowPatch & { seen: boolean }) | undefined {
  const { now, before } = row;
  if (!before) return undefined;
  let patch: Record<string, Value> | undefined;
  let seen = false;
  for (const column in now) {
    if (now[column] === before[column] || column === 'seq') continue;
    patch ??= {};
    patch[column] = now[column] as Value;
    if (!unseen.has(column)) seen = true;
  }
  return patch && { id: now.id, patch, seen };
}
