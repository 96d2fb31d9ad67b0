import type { Queryable, Tx } from '../database.ts';

/** Files of deleted Messages: to be taken out of the store unless other rows name the same bytes. */
export async function noteFiles(tx: Tx, digests: readonly string[], dueAt: number): Promise<void> {
  const wanted = [...new Set(digests)];
  if (wanted.length === 0) return;
  const known = await tx.selectFrom('removed_file').select('digest').where('digest', 'in', wanted).execute();
  const isKnown = new Set(known.map((row) => row.digest));
  const fresh = wanted.filter((digest) => !isKnown.has(digest));
  if (fresh.length === 0) return;
  await tx
    .insertInto('removed_file')
    .values(fresh.map((digest) => ({ digest, due_at: dueAt })))
    .execute();
}

export async function dueFiles(db: Queryable, now: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('removed_file')
    .select('digest')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .execute();
  return rows.map((row) => row.digest);
}

export async function forgetFile(db: Queryable, digest: string): Promise<void> {
  await db.deleteFrom('removed_file').where('digest', '=', digest).execute();
}

export async function putOffFile(db: Queryable, digest: string, dueAt: number): Promise<void> {
  await db.updateTable('removed_file').set({ due_at: dueAt }).where('digest', '=', digest).execute();
}
