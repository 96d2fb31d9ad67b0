import { deleteUpload, endedUploads, isDigestNamed } from '../../db/query/upload.ts';
import type { Database } from '../../db/database.ts';
import type { Clock } from '../clock.ts';
import type { Store } from './store.ts';

const hour = 3_600_000;

/**
 * Uploads that nobody has sent within their day go, and their file with them when no other row names it. A file that was
 * put again within the last hour stays: somebody is about to name it.
 */
export async function sweepUploads(options: {
  db: Database;
  store: Store;
  clock: Clock;
  signal: AbortSignal;
}): Promise<number> {
  const { db, store, clock, signal } = options;
  let gone = 0;
  while (!signal.aborted) {
    const ended = await endedUploads(db, clock.now(), 100);
    for (const row of ended) {
      if (signal.aborted) return gone;
      await deleteUpload(db, row.id);
      gone += 1;
      if (!(await isDigestNamed(db, row.digest))) await store.remove(row.digest, clock.now() - hour);
    }
    if (ended.length < 100) return gone;
  }
  return gone;
}
