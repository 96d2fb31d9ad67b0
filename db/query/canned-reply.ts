import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { CannedReplyTable } from '../schema/work.ts';

export type CannedReplyRow = Selectable<CannedReplyTable>;

export async function listCannedReplies(db: Queryable, organisationId: number): Promise<CannedReplyRow[]> {
  return db
    .selectFrom('canned_reply')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .orderBy('shortcut')
    .execute();
}

export async function findCannedReply(
  db: Queryable,
  organisationId: number,
  id: number,
): Promise<CannedReplyRow | undefined> {
  return db
    .selectFrom('canned_reply')
    .selectAll()
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
}

/** Gives the new id. The same shortcut twice is a unique violation. */
export async function insertCannedReply(db: Queryable, row: Omit<CannedReplyRow, 'id'>): Promise<number> {
  const inserted = await db.insertInto('canned_reply').values(row).executeTakeFirstOrThrow();
  return Number(inserted.insertId);
}

export async function updateCannedReply(
  db: Queryable,
  id: number,
  change: Partial<Pick<CannedReplyRow, 'shortcut' | 'body' | 'category'>>,
): Promise<void> {
  if (Object.keys(change).length === 0) return;
  await db.updateTable('canned_reply').set(change).where('id', '=', id).execute();
}

/** `ids`: at least one. */
export async function moveCannedReplies(
  db: Queryable,
  ids: readonly number[],
  category: string,
): Promise<void> {
  await db.updateTable('canned_reply').set({ category }).where('id', 'in', ids).execute();
}

export async function deleteCannedReply(db: Queryable, id: number): Promise<void> {
  await db.deleteFrom('canned_reply').where('id', '=', id).execute();
}
