import type { Selectable } from 'kysely';
import type { Database, Queryable, Tx } from '../database.ts';
import { transact } from '../database.ts';
import type { TextQuery, TextRow } from '../dialect/text-index.ts';
import { isUniqueViolation, textIndexOf } from '../portable.ts';
import type { MessageTextTable, SearchProgressTable } from '../schema/search.ts';
import { likePattern } from './like.ts';
import type { MessageRow } from './message.ts';

export type { TextQuery, TextRow, TextTerm } from '../dialect/text-index.ts';
export type SearchProgressRow = Selectable<SearchProgressTable>;

/** Newest first: Messages that have all these words, as the index knows them. */
export async function findTexts(
  db: Queryable,
  query: TextQuery,
): Promise<Pick<Selectable<MessageTextTable>, 'message' | 'doc'>[]> {
  if (query.inboxIds.length === 0 || query.terms.length === 0) return [];
  return (await textIndexOf(db).find(query).execute(db)).rows;
}

export async function readSearchProgress(
  db: Queryable,
  inboxId: number,
): Promise<SearchProgressRow | undefined> {
  return db.selectFrom('search_progress').selectAll().where('inbox_id', '=', inboxId).executeTakeFirst();
}

/** Inboxes with changes that the index has not followed yet. */
export async function inboxesToIndex(db: Queryable): Promise<number[]> {
  const rows = await db
    .selectFrom('inbox')
    .leftJoin('search_progress', 'search_progress.inbox_id', 'inbox.id')
    .select('inbox.id')
    .where((eb) =>
      eb.or([eb('search_progress.seq', 'is', null), eb('search_progress.seq', '<', eb.ref('inbox.seq'))]),
    )
    .orderBy('inbox.id')
    .execute();
  return rows.map((row) => Number(row.id));
}

/** What has changed behind this place, in the order of change. One range of the index `message_seq`. */
export async function messagesAfter(
  db: Queryable,
  place: SearchProgressRow,
  until: number,
  limit: number,
): Promise<MessageRow[]> {
  return db
    .selectFrom('message')
    .selectAll()
    .where('inbox_id', '=', place.inbox_id)
    .where('seq', '>=', place.seq)
    .where('seq', '<=', until)
    .where((eb) =>
      eb.or([eb('seq', '>', place.seq), eb.and([eb('seq', '=', place.seq), eb('id', '>', place.message)])]),
    )
    .orderBy('seq')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/**
 * Moves on from a place, with what lies between written in the same transaction. False: another process has been here,
 * nothing is written.
 */
export async function moveOn(
  db: Database,
  from: SearchProgressRow | undefined,
  to: SearchProgressRow,
  write: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  const work = async (tx: Tx): Promise<boolean> => {
    if (from === undefined) {
      await tx.insertInto('search_progress').values(to).execute();
    } else {
      const { numUpdatedRows } = await tx
        .updateTable('search_progress')
        .set({ seq: to.seq, message: to.message })
        .where('inbox_id', '=', from.inbox_id)
        .where('seq', '=', from.seq)
        .where('message', '=', from.message)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return false;
    }
    await write(tx);
    return true;
  };
  try {
    return await transact(db, work);
  } catch (error) {
    // Both have begun with this Inbox: the other was first.
    if (from === undefined && isUniqueViolation(error)) return false;
    throw error;
  }
}

export async function readTexts(
  db: Queryable,
  messages: readonly number[],
): Promise<Selectable<MessageTextTable>[]> {
  if (messages.length === 0) return [];
  return db
    .selectFrom('message_text')
    .select(['message', 'doc', 'inbox_id', 'chat_id', 'digest'])
    .where('message', 'in', messages)
    .execute();
}

/** Which of these places are taken. */
export async function takenDocs(db: Queryable, docs: readonly number[]): Promise<Set<number>> {
  if (docs.length === 0) return new Set();
  const rows = await db.selectFrom('message_text').select('doc').where('doc', 'in', docs).execute();
  return new Set(rows.map((row) => row.doc));
}

export async function insertTexts(db: Queryable, rows: readonly TextRow[]): Promise<void> {
  await textIndexOf(db).insert(db as never, rows);
}

export async function removeTexts(
  db: Queryable,
  rows: readonly { message: number; doc: number }[],
): Promise<void> {
  await textIndexOf(db).remove(db as never, rows);
}

/** Lets the index of an Inbox be made anew. */
export async function forgetTexts(db: Database, inboxId: number): Promise<void> {
  await transact(db, async (tx) => {
    await tx.deleteFrom('search_progress').where('inbox_id', '=', inboxId).execute();
    for (;;) {
      const rows = await tx
        .selectFrom('message_text')
        .select(['message', 'doc'])
        .where('inbox_id', '=', inboxId)
        .limit(1_000)
        .execute();
      if (rows.length === 0) return;
      await removeTexts(tx, rows);
    }
  });
}

/**
 * Ids of what is called so, by name; tombstones are among them. Read from an index alone, so that looking at every name of
 * an Inbox is cheap.
 */
export async function idsByName(
  db: Queryable,
  table: 'chat' | 'contact',
  inboxId: number,
  search: string,
  limit: number,
): Promise<number[]> {
  const rows = await db
    .selectFrom(table)
    .select('id')
    .where('inbox_id', '=', inboxId)
    .where('search_text', 'like', likePattern(search))
    .orderBy('search_text')
    .limit(limit)
    .execute();
  return rows.map((row) => Number(row.id));
}
