import { setImmediate as breath } from 'node:timers/promises';
import { transact, type Database, type Tx } from '../../db/database.ts';
import { findRemoval, updateRemoval } from '../../db/query/inbox-removal.ts';
import {
  deleteInboxRow,
  deleteLoose,
  deleteMessages,
  deleteNotes,
  deleteOutgoing,
  deletePeople,
  deleteTexts,
} from '../../db/query/inbox-rows.ts';
import { deletePicturesOf } from '../../db/query/profile-picture.ts';
import { dueFiles, forgetFile, putOffFile } from '../../db/query/removed-file.ts';
import { isDigestNamed } from '../../db/query/upload.ts';
import type { Clock } from '../clock.ts';
import type { Store } from '../media/store.ts';

export interface DeleteOptions {
  db: Database;
  clock: Clock;
  signal: AbortSignal;
  /** Messages in one transaction; of lighter rows five times as many. */
  batch: number;
}

/**
 * Deletes everything of an Inbox that is nobody's any more, a bounded transaction at a time with room for others between
 * them. What is done is seen by the rows themselves: whoever begins again after a kill goes on where it ended. True: all
 * of it is gone; false: it was told to end.
 */
export async function deleteRows(options: DeleteOptions, inboxId: number): Promise<boolean> {
  const { db, clock, signal, batch } = options;
  const light = batch * 5;
  const steps: ((tx: Tx) => Promise<number>)[] = [
    async (tx) => {
      const gone = await deleteMessages(tx, inboxId, batch, clock.now());
      if (gone === 0) return 0;
      const counted = (await findRemoval(tx, inboxId))?.messages ?? 0;
      await updateRemoval(tx, inboxId, { messages: counted + gone });
      return gone;
    },
    (tx) => deleteNotes(tx, inboxId, batch),
    (tx) => deleteTexts(tx, inboxId, batch),
    (tx) => deletePeople(tx, 'chat', inboxId, light),
    (tx) => deletePeople(tx, 'contact', inboxId, light),
    (tx) => deletePicturesOf(tx, inboxId, light, clock.now()),
    (tx) => deleteLoose(tx, inboxId, light),
    (tx) => deleteOutgoing(tx, inboxId, light),
  ];
  for (;;) {
    for (const step of steps) {
      do {
        if (signal.aborted) return false;
        await breath();
      } while ((await transact(db, step)) > 0);
    }
    const isGone = await transact(db, async (tx) => {
      if (!(await deleteInboxRow(tx, inboxId))) return false;
      await updateRemoval(tx, inboxId, { ended_at: clock.now() });
      return true;
    });
    if (isGone) return true;
  }
}

const hour = 3_600_000;

/**
 * Files that deleted Messages named go from the store, unless some other row names the same bytes. One that was put within
 * the last hour is left for an hour: somebody may be about to name it.
 */
export async function deleteFiles(
  { db, clock, signal }: Omit<DeleteOptions, 'batch'>,
  store: Pick<Store, 'open' | 'remove'>,
): Promise<void> {
  for (;;) {
    const digests = await dueFiles(db, clock.now(), 50);
    for (const digest of digests) {
      if (signal.aborted) return;
      if (!(await isDigestNamed(db, digest))) {
        await store.remove(digest, clock.now() - hour);
        const left = await store.open(digest);
        left?.body.destroy();
        if (left) {
          await putOffFile(db, digest, clock.now() + hour + 1_000);
          continue;
        }
      }
      await forgetFile(db, digest);
    }
    if (digests.length < 50) return;
  }
}
