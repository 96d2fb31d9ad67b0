import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { UploadTable } from '../schema/media.ts';
import { isPictureNamed } from './profile-picture.ts';

export type UploadRow = Selectable<UploadTable>;

export async function insertUpload(db: Queryable, row: UploadRow): Promise<void> {
  await db.insertInto('upload').values(row).execute();
}

/**
 * Takes an upload of this Organisation for a Message, in the transaction that stores the Message: of any number of
 * callers exactly one gets it. Undefined: there is none, it is another Organisation's, it is over, or it was taken.
 */
export async function takeUpload(
  tx: Queryable,
  wanted: { id: string; organisationId: number; now: number },
): Promise<UploadRow | undefined> {
  // What is no id names none: MariaDB refuses to compare other letters with a column of ASCII.
  if (!/^[\x21-\x7e]+$/.test(wanted.id)) return undefined;
  const row = await tx
    .selectFrom('upload')
    .selectAll()
    .where('id', '=', wanted.id)
    .where('organisation_id', '=', wanted.organisationId)
    .where('expires_at', '>', wanted.now)
    .executeTakeFirst();
  if (!row) return undefined;
  const result = await tx.deleteFrom('upload').where('id', '=', row.id).executeTakeFirst();
  return result.numDeletedRows === 1n ? row : undefined;
}

/** What an Agent has uploaded and not sent; Agent 0: the programs (API keys) of the Organisation. */
export async function uploadsOfAgent(
  db: Queryable,
  { organisationId, agentId }: { organisationId: number; agentId: number },
): Promise<{ count: number; bytes: number }> {
  const row = await db
    .selectFrom('upload')
    .select((e) => [e.fn.countAll().as('count'), e.fn.sum('size').as('bytes')])
    .where('organisation_id', '=', organisationId)
    .where('agent_id', '=', agentId)
    .executeTakeFirstOrThrow();
  return { count: Number(row.count), bytes: Number(row.bytes ?? 0) };
}

export function endedUploads(db: Queryable, now: number, limit: number): Promise<UploadRow[]> {
  return db.selectFrom('upload').selectAll().where('expires_at', '<=', now).limit(limit).execute();
}

/** Files in the store are shared by their content: whether any row still names this one. */
export async function isDigestNamed(db: Queryable, digest: string): Promise<boolean> {
  const [media, small, picture, upload] = await Promise.all([
    db.selectFrom('media').select('id').where('digest', '=', digest).limit(1).executeTakeFirst(),
    db.selectFrom('media').select('id').where('small_digest', '=', digest).limit(1).executeTakeFirst(),
    isPictureNamed(db, digest),
    db.selectFrom('upload').select('id').where('digest', '=', digest).limit(1).executeTakeFirst(),
  ]);
  return media !== undefined || small !== undefined || picture || upload !== undefined;
}

export async function deleteUpload(db: Queryable, id: string): Promise<void> {
  await db.deleteFrom('upload').where('id', '=', id).execute();
}

/** Of the Agent who has uploaded it. Returns it as it was. */
export async function discardUpload(
  db: Queryable,
  wanted: { id: string; organisationId: number; agentId: number },
): Promise<UploadRow | undefined> {
  const row = await db
    .selectFrom('upload')
    .selectAll()
    .where('id', '=', wanted.id)
    .where('organisation_id', '=', wanted.organisationId)
    .where('agent_id', '=', wanted.agentId)
    .executeTakeFirst();
  if (row) await deleteUpload(db, row.id);
  return row;
}
