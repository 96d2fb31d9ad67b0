import { CompiledQuery, type Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import { padded, placesOf } from '../each.ts';
import type { EarlyTable } from '../schema/message.ts';

export type EarlyRow = Selectable<EarlyTable>;

export async function readEarly(
  db: Queryable,
  inboxId: number,
  messageIds: readonly string[],
): Promise<EarlyRow[]> {
  if (messageIds.length === 0) return [];
  return (await db.executeQuery(earlyQuery(inboxId, messageIds))).rows.toSorted((a, b) => a.id - b.id);
}

/** As text: it is asked in every turn. At least one id. */
export function earlyQuery(inboxId: number, messageIds: readonly string[]): CompiledQuery<EarlyRow> {
  const ids = padded(messageIds);
  return CompiledQuery.raw(`select * from early where inbox_id = ? and message_id in ${placesOf(ids)}`, [
    inboxId,
    ...ids,
  ]) as CompiledQuery<EarlyRow>;
}

export async function readEarlyByChat(
  db: Queryable,
  inboxId: number,
  chats: readonly string[],
): Promise<EarlyRow[]> {
  if (chats.length === 0) return [];
  return db
    .selectFrom('early')
    .selectAll()
    .where('inbox_id', '=', inboxId)
    .where('chat', 'in', chats)
    .orderBy('id')
    .execute();
}

export async function insertEarly(db: Queryable, rows: Omit<EarlyRow, 'id'>[]): Promise<void> {
  if (rows.length > 0) await db.insertInto('early').values(rows).execute();
}

export async function deleteEarly(db: Queryable, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await db.deleteFrom('early').where('id', 'in', ids).execute();
}

/** At most `limit` of those that have waited since before `at`. Returns how many went. */
export async function expireEarly(db: Queryable, at: number, limit: number): Promise<number> {
  const rows = await db.selectFrom('early').select('id').where('at', '<', at).limit(limit).execute();
  await deleteEarly(
    db,
    rows.map((row) => row.id),
  );
  return rows.length;
}
