import type { Database } from '../../db/database.ts';
import { readMessages } from '../../db/query/message.ts';
import type { MessageHandle } from '../contract/content.ts';
import { isUnsentId } from './message-key.ts';
import { handleOf } from './target.ts';

/** How an engine knows the Message whose file is to be fetched; undefined: it was taken back, or never sent. */
export async function fetchHandle(db: Database, message: number): Promise<MessageHandle | undefined> {
  const [row] = await readMessages(db, [message]);
  if (!row || row.revoked_at !== null || row.merged_into !== null || isUnsentId(row.message_id)) {
    return undefined;
  }
  return handleOf(db, row);
}
