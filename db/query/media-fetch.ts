import type { Queryable } from '../database.ts';
import { notHere } from './media-facts.ts';
import { smallDueOf } from './media-small.ts';
import type { MediaRow } from './media-facts.ts';

/** Those of these Inboxes that have files to be looked at now. */
export async function inboxesWithDueMedia(
  db: Queryable,
  inboxIds: readonly number[],
  now: number,
): Promise<number[]> {
  if (inboxIds.length === 0) return [];
  const rows = await db
    .selectFrom('media')
    .select('inbox_id')
    .distinct()
    .where('inbox_id', 'in', inboxIds)
    .where('due_at', '<=', now)
    .where('state', 'in', ['remote', 'fetching'])
    .execute();
  return rows.map((row) => row.inbox_id);
}

/** When the next file of these Inboxes falls due; undefined when none ever does by itself. */
export async function nextDueMedia(
  db: Queryable,
  inboxIds: readonly number[],
  after: number,
): Promise<number | undefined> {
  if (inboxIds.length === 0) return undefined;
  const row = await db
    .selectFrom('media')
    .select((e) => e.fn.min('due_at').as('due_at'))
    .where('inbox_id', 'in', inboxIds)
    .where('due_at', '>', after)
    .where('state', 'in', ['remote', 'fetching'])
    .executeTakeFirst();
  return row?.due_at ?? undefined;
}

/** Longest waiting first. A row under way whose lease is over is due again. */
export function dueMedia(db: Queryable, inboxId: number, now: number, limit: number): Promise<MediaRow[]> {
  return db
    .selectFrom('media')
    .selectAll()
    .where('inbox_id', '=', inboxId)
    .where('due_at', '<=', now)
    .where('state', 'in', ['remote', 'fetching'])
    .orderBy('due_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Compare-and-set: of any number of callers exactly one gets it. */
export async function claimMedia(
  db: Queryable,
  row: MediaRow,
  claim: { lease: string; until: number },
): Promise<boolean> {
  if (row.due_at === null) return false;
  let query = db
    .updateTable('media')
    .set({ state: 'fetching', lease: claim.lease, due_at: claim.until, attempts: row.attempts + 1 })
    .where('id', '=', row.id)
    .where('state', '=', row.state)
    .where('due_at', '=', row.due_at);
  query = row.lease === null ? query.where('lease', 'is', null) : query.where('lease', '=', row.lease);
  return (await query.executeTakeFirst()).numUpdatedRows === 1n;
}

/** The file is here. Taken from whichever try brought it, unless one is here already. Returns the Message. */
export async function settleStored(
  tx: Queryable,
  id: number,
  file: Pick<MediaRow, 'sniffed' | 'size' | 'digest' | 'seq'> & {
    mime: string;
    fileName: string;
    width: number | null;
    height: number | null;
  },
): Promise<number | undefined> {
  const row = await tx.selectFrom('media').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row || row.state === 'stored') return undefined;
  await tx
    .updateTable('media')
    .set({
      state: 'stored',
      reason: null,
      due_at: null,
      lease: null,
      sniffed: file.sniffed,
      size: file.size,
      digest: file.digest,
      mime: row.mime || file.mime.slice(0, 120),
      file_name: row.file_name || file.fileName.slice(0, 300),
      width: row.width ?? file.width,
      height: row.height ?? file.height,
      small_digest: null,
      small_size: null,
      small_due_at: smallDueOf(file.sniffed ?? ''),
      small_tries: 0,
      seq: file.seq,
    })
    .where('id', '=', id)
    .execute();
  return row.message;
}

/** Never to be had. Only the try that holds the lease may say so. Returns the Message. */
export async function settleGone(
  tx: Queryable,
  id: number,
  lease: string,
  reason: string,
  seq: number,
): Promise<number | undefined> {
  const row = await tx.selectFrom('media').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row || row.state !== 'fetching' || row.lease !== lease) return undefined;
  await tx
    .updateTable('media')
    .set({ state: 'gone', reason: reason.slice(0, 60), due_at: null, lease: null, seq })
    .where('id', '=', id)
    .execute();
  return row.message;
}

/** Not now: back to `remote`, to be tried at `dueAt`. Clients see no difference, so it takes no turn. */
export async function settleLater(
  db: Queryable,
  id: number,
  lease: string,
  later: { reason: string; dueAt: number; attempts: number },
): Promise<void> {
  await db
    .updateTable('media')
    .set({
      state: 'remote',
      reason: later.reason.slice(0, 60),
      due_at: later.dueAt,
      attempts: later.attempts,
      lease: null,
    })
    .where('id', '=', id)
    .where('state', '=', 'fetching')
    .where('lease', '=', lease)
    .execute();
}

/** An Agent asks for another try, or the store has lost what was stored. In the Inbox's turn. */
export async function restartMedia(tx: Queryable, id: number, now: number, seq: number): Promise<void> {
  await tx
    .updateTable('media')
    .set({ state: 'remote', reason: null, due_at: now, ...notHere, seq })
    .where('id', '=', id)
    .execute();
}
