import type { Queryable } from '../database.ts';
import type { MediaRow } from './media-facts.ts';

/** Of which kinds (by their bytes) a small picture is made. */
const shrinkable: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);

/** Since when a small picture of a file is due: at once, or never. */
export function smallDueOf(sniffed: string): 0 | null {
  return shrinkable.has(sniffed) ? 0 : null;
}

/** Newest first: somebody may be looking at it. */
export function dueSmall(db: Queryable, now: number, limit: number): Promise<MediaRow[]> {
  return db
    .selectFrom('media')
    .selectAll()
    .where('small_due_at', '<=', now)
    .where('state', '=', 'stored')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** Compare-and-set: of any number of callers exactly one gets it. A try that dies with its process falls due again. */
export async function claimSmall(db: Queryable, row: MediaRow, until: number): Promise<boolean> {
  const result = await db
    .updateTable('media')
    .set({ small_due_at: until, small_tries: row.small_tries + 1 })
    .where('id', '=', row.id)
    .where('small_due_at', '=', row.small_due_at)
    .where('small_tries', '=', row.small_tries)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** What became of the picture; nothing is made of one that needs none. In the Inbox's turn. Returns the Message. */
export async function settleSmall(
  tx: Queryable,
  row: MediaRow,
  made: { width: number; height: number; small: { digest: string; size: number } | null },
  seq: number,
): Promise<number | undefined> {
  const now = await tx.selectFrom('media').selectAll().where('id', '=', row.id).executeTakeFirst();
  // Lost and fetched again meanwhile: it may be another one.
  if (!now || now.digest !== row.digest || now.state !== 'stored') return undefined;
  const patch = {
    small_due_at: null,
    small_tries: 0,
    small_digest: made.small?.digest ?? null,
    small_size: made.small?.size ?? null,
    width: now.width ?? made.width,
    height: now.height ?? made.height,
  };
  const isSeen =
    patch.small_digest !== now.small_digest || patch.width !== now.width || patch.height !== now.height;
  await tx
    .updateTable('media')
    .set({ ...patch, ...(isSeen && { seq }) })
    .where('id', '=', row.id)
    .execute();
  return isSeen ? now.message : undefined;
}

/** Once more at `dueAt`; never again when there is none. */
export async function putOffSmall(db: Queryable, id: number, dueAt: number | null): Promise<void> {
  await db.updateTable('media').set({ small_due_at: dueAt }).where('id', '=', id).execute();
}

/** The store has lost it: it is made again. */
export async function restartSmall(db: Queryable, row: Pick<MediaRow, 'id' | 'small_digest'>): Promise<void> {
  await db
    .updateTable('media')
    .set({ small_digest: null, small_size: null, small_due_at: 0, small_tries: 0 })
    .where('id', '=', row.id)
    .where('small_digest', '=', row.small_digest)
    .execute();
}
