import { z } from 'zod';
import type { Database } from '../../db/database.ts';
import { readSetting } from '../../db/query/setting.ts';

/** When the other side is told that we have read: as soon as an Agent opens the Chat, when one answers, or never. */
export const readReceipts = z.enum(['on-open', 'on-reply', 'never']);
export type ReadReceipts = z.infer<typeof readReceipts>;
export const readReceiptsSetting = 'readReceipts';

export async function findReadReceipts(db: Database, organisationId: number): Promise<ReadReceipts> {
  const read = readReceipts.safeParse(await readSetting(db, organisationId, readReceiptsSetting));
  return read.success ? read.data : 'on-open';
}
