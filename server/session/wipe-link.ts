import { join } from 'node:path';
import type { Database } from '../../db/database.ts';
import { clearArchive } from '../../db/query/session-archive.ts';
import { clearSessionKeys } from '../../db/query/session-key.ts';
import { forgetFolder } from './archive/folder.ts';

/** The folder of one Session, of its own. */
export function folderOf(dataFolder: string, inboxId: number): string {
  return join(dataFolder, 'sessions', String(inboxId));
}

/** Forgets everything a number's link could be found again by: folder, keys, copies. */
export async function wipeLink(db: Database, dataFolder: string, inboxId: number): Promise<void> {
  await forgetFolder(folderOf(dataFolder, inboxId));
  await clearSessionKeys(db, inboxId);
  await clearArchive(db, inboxId);
}
