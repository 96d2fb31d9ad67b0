import type { Selectable } from 'kysely';
import type { Queryable, Tx } from '../database.ts';
import type { ProfilePictureTable } from '../schema/media.ts';
import { noteFiles } from './removed-file.ts';

export type ProfilePictureRow = Selectable<ProfilePictureTable>;

/** Whose picture: a Contact's, or that of a group's Chat. */
export interface PictureSubject {
  kind: 'contact' | 'chat';
  id: number;
}

export const subjectKey = ({ kind, id }: PictureSubject): string => `${kind}:${id}`;

/** Of these the ones that need not be asked about yet. */
export async function checkedSubjects(
  db: Queryable,
  inboxId: number,
  subjects: readonly string[],
  now: number,
): Promise<Map<string, number>> {
  if (subjects.length === 0) return new Map();
  const rows = await db
    .selectFrom('profile_picture_check')
    .select(['subject', 'due_at'])
    .where('inbox_id', '=', inboxId)
    .where('subject', 'in', subjects)
    .where('due_at', '>', now)
    .execute();
  return new Map(rows.map((row) => [row.subject, row.due_at]));
}

/** In a transaction. `dueAt` 0: it is asked about as soon as somebody sees it. */
export async function writePictureCheck(
  tx: Queryable,
  inboxId: number,
  subject: string,
  dueAt: number,
): Promise<void> {
  await tx
    .deleteFrom('profile_picture_check')
    .where('inbox_id', '=', inboxId)
    .where('subject', '=', subject)
    .execute();
  await tx
    .insertInto('profile_picture_check')
    .values({ inbox_id: inboxId, subject, due_at: dueAt })
    .execute();
}

export async function findPicture(db: Queryable, id: number): Promise<ProfilePictureRow | undefined> {
  return db.selectFrom('profile_picture').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function insertPicture(tx: Tx, row: Omit<ProfilePictureRow, 'id'>): Promise<number> {
  const inserted = await tx.insertInto('profile_picture').values(row).executeTakeFirstOrThrow();
  return Number(inserted.insertId);
}

/** Its files go from the store, unless other rows name the same bytes. */
export async function deletePictures(tx: Tx, ids: readonly number[], dueAt: number): Promise<void> {
  if (ids.length === 0) return;
  const rows = await tx.selectFrom('profile_picture').selectAll().where('id', 'in', ids).execute();
  await noteFiles(
    tx,
    rows.flatMap((row) => [row.small_digest, row.large_digest]),
    dueAt,
  );
  await tx.deleteFrom('profile_picture').where('id', 'in', ids).execute();
}

/** Of an Inbox that is deleted. Returns how many. */
export async function deletePicturesOf(
  tx: Tx,
  inboxId: number,
  limit: number,
  dueAt: number,
): Promise<number> {
  const rows = await tx
    .selectFrom('profile_picture')
    .select('id')
    .where('inbox_id', '=', inboxId)
    .orderBy('id')
    .limit(limit)
    .execute();
  await deletePictures(
    tx,
    rows.map((row) => row.id),
    dueAt,
  );
  return rows.length;
}

/** Inboxes that have any. */
export async function inboxesWithPictures(db: Queryable): Promise<number[]> {
  const rows = await db.selectFrom('profile_picture').select('inbox_id').distinct().execute();
  return rows.map((row) => row.inbox_id);
}

/** Who shows one in an Inbox, or this one; at most `limit` of each kind. */
export async function picturedSubjects(
  db: Queryable,
  inboxId: number,
  limit: number,
  only?: number,
): Promise<PictureSubject[]> {
  const found: PictureSubject[] = [];
  for (const kind of ['contact', 'chat'] as const) {
    const rows = await db
      .selectFrom(kind)
      .select('id')
      .where('inbox_id', '=', inboxId)
      .where((eb) => (only === undefined ? eb('picture', 'is not', null) : eb('picture', '=', only)))
      .limit(limit)
      .execute();
    found.push(...rows.map(({ id }) => ({ kind, id })));
  }
  return found;
}

/** What was asked about is forgotten with the pictures. */
export async function deletePictureChecks(db: Queryable, inboxId: number): Promise<void> {
  await db.deleteFrom('profile_picture_check').where('inbox_id', '=', inboxId).execute();
}

export type ServablePicture = ProfilePictureRow & { organisation_id: number };

/** Pictures with whose they are. */
export async function readServablePictures(
  db: Queryable,
  ids: readonly number[],
): Promise<ServablePicture[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('profile_picture')
    .innerJoin('inbox', 'inbox.id', 'profile_picture.inbox_id')
    .selectAll('profile_picture')
    .select('inbox.organisation_id')
    .where('profile_picture.id', 'in', ids)
    .execute();
}

/** Whether a file of the store is somebody's picture. */
export async function isPictureNamed(db: Queryable, digest: string): Promise<boolean> {
  for (const column of ['small_digest', 'large_digest'] as const) {
    const row = await db
      .selectFrom('profile_picture')
      .select('id')
      .where(column, '=', digest)
      .limit(1)
      .executeTakeFirst();
    if (row) return true;
  }
  return false;
}
