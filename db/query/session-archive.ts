import type { Selectable } from 'kysely';
import { transact, type Database, type Queryable } from '../database.ts';
import type { SessionArchiveTable } from '../schema/inbox.ts';
import type { Lease } from './lease.ts';
import { requireLease } from './session-key.ts';

export type ArchiveRow = Selectable<SessionArchiveTable>;

export function findArchive(db: Queryable, inboxId: number): Promise<ArchiveRow | undefined> {
  return db.selectFrom('session_archive').selectAll().where('inbox_id', '=', inboxId).executeTakeFirst();
}

/** Counts for nothing until {@link placeArchive}. */
export async function insertArchivePart(
  db: Queryable,
  row: { inboxId: number; generation: number; part: number; bytes: Uint8Array },
): Promise<void> {
  const { inboxId, ...rest } = row;
  await db
    .insertInto('session_archive_part')
    .values({ inbox_id: inboxId, ...rest })
    .execute();
}

export async function readArchivePart(
  db: Queryable,
  row: { inboxId: number; generation: number; part: number },
): Promise<Uint8Array | undefined> {
  const found = await db
    .selectFrom('session_archive_part')
    .select('bytes')
    .where('inbox_id', '=', row.inboxId)
    .where('generation', '=', row.generation)
    .where('part', '=', row.part)
    .executeTakeFirst();
  return found?.bytes;
}

/** From now on this one counts, and while `lease` is held only. Rejects with `LeaseLost`. */
export async function placeArchive(
  db: Database,
  lease: Lease,
  row: Omit<ArchiveRow, 'inbox_id'>,
): Promise<void> {
  const { inboxId } = lease;
  await transact(db, async (tx) => {
    await requireLease(tx, lease);
    await tx.deleteFrom('session_archive').where('inbox_id', '=', inboxId).execute();
    await tx
      .insertInto('session_archive')
      .values({ inbox_id: inboxId, ...row })
      .execute();
  });
  await dropOtherParts(db, inboxId, row.generation);
}

/** Parts of copies that were replaced, or that nobody finished. */
export async function dropOtherParts(db: Queryable, inboxId: number, generation: number): Promise<void> {
  await db
    .deleteFrom('session_archive_part')
    .where('inbox_id', '=', inboxId)
    .where('generation', '!=', generation)
    .execute();
}

export async function clearArchive(db: Queryable, inboxId: number): Promise<void> {
  await db.deleteFrom('session_archive').where('inbox_id', '=', inboxId).execute();
  await db.deleteFrom('session_archive_part').where('inbox_id', '=', inboxId).execute();
}

/** The folder that runs the Session from now on. */
export async function setHome(db: Queryable, inboxId: number, home: string): Promise<void> {
  await db.updateTable('session').set({ home }).where('inbox_id', '=', inboxId).execute();
}
