import { sql, type Selectable } from 'kysely';
import type { Database, Queryable, Tx } from '../database.ts';
import { transact } from '../database.ts';
import type { FoundTexts, TextOf, TextQuery, TextRow } from '../dialect/text-index.ts';
import { isUniqueViolation, textIndexOf } from '../portable.ts';
import type { SearchProgressTable, TextTable } from '../schema/search.ts';
import { likePattern } from './like.ts';
import type { MessageRow } from './message.ts';
import type { NoteRow } from './note.ts';

export type { FoundTexts, TextOf, TextQuery, TextRow, TextTerm } from '../dialect/text-index.ts';
export type SearchProgressRow = Selectable<SearchProgressTable>;

/** What has all these words, as the index knows it. */
export async function findTexts(db: Queryable, of: TextOf, query: TextQuery): Promise<FoundTexts> {
  if (query.inboxIds.length === 0 || query.terms.length === 0) return { rows: [] };
  return textIndexOf(db).find(db as never, of, query);
}

/** How many in the Chat of the question, counting to its limit; undefined: counting would take long. */
export async function countTexts(db: Queryable, of: TextOf, query: TextQuery): Promise<number | undefined> {
  if (query.inboxIds.length === 0 || query.terms.length === 0) return 0;
  return textIndexOf(db).count(db as never, of, query);
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
      eb.or([
        eb('search_progress.seq', 'is', null),
        eb('search_progress.seq', '<', eb.ref('inbox.seq')),
        eb('search_progress.note_seq', '<', eb.ref('inbox.seq')),
      ]),
    )
    .orderBy('inbox.id')
    .execute();
  return rows.map((row) => Number(row.id));
}

/** What has changed behind this place, in the order of change. One range of the index `message_seq`. */
export async function messagesAfter(
  db: Queryable,
  place: Pick<SearchProgressRow, 'inbox_id' | 'seq' | 'message'>,
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

/** The same of notes, along `note_seq`. */
export async function notesChangedAfter(
  db: Queryable,
  place: Pick<SearchProgressRow, 'inbox_id' | 'note_seq' | 'note'>,
  until: number,
  limit: number,
): Promise<NoteRow[]> {
  return db
    .selectFrom('note')
    .selectAll()
    .where('inbox_id', '=', place.inbox_id)
    .where('seq', '>=', place.note_seq)
    .where('seq', '<=', until)
    .where((eb) =>
      eb.or([
        eb('seq', '>', place.note_seq),
        eb.and([eb('seq', '=', place.note_seq), eb('id', '>', place.note)]),
      ]),
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
        .set({ seq: to.seq, message: to.message, note_seq: to.note_seq, note: to.note })
        .where('inbox_id', '=', from.inbox_id)
        .where('seq', '=', from.seq)
        .where('message', '=', from.message)
        .where('note_seq', '=', from.note_seq)
        .where('note', '=', from.note)
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
  of: TextOf,
  items: readonly number[],
): Promise<Selectable<TextTable>[]> {
  if (items.length === 0) return [];
  return db
    .selectFrom(`${of}_text`)
    .select(['item', 'doc', 'inbox_id', 'chat_id', 'digest'])
    .where('item', 'in', items)
    .execute();
}

/** Which of these places are taken. */
export async function takenDocs(db: Queryable, of: TextOf, docs: readonly number[]): Promise<Set<number>> {
  if (docs.length === 0) return new Set();
  const rows = await db.selectFrom(`${of}_text`).select('doc').where('doc', 'in', docs).execute();
  return new Set(rows.map((row) => row.doc));
}

export async function insertTexts(db: Queryable, of: TextOf, rows: readonly TextRow[]): Promise<void> {
  await textIndexOf(db).insert(db as never, of, rows);
}

export async function removeTexts(
  db: Queryable,
  of: TextOf,
  rows: readonly { item: number; doc: number }[],
): Promise<void> {
  await textIndexOf(db).remove(db as never, of, rows);
}

/** Lets the index of an Inbox be made anew. */
export async function forgetTexts(db: Database, inboxId: number): Promise<void> {
  await transact(db, async (tx) => {
    await tx.deleteFrom('search_progress').where('inbox_id', '=', inboxId).execute();
    for (const kind of ['message', 'note'] as const) {
      for (;;) {
        const rows = await tx
          .selectFrom(`${kind}_text`)
          .select(['item', 'doc'])
          .where('inbox_id', '=', inboxId)
          .limit(1_000)
          .execute();
        if (rows.length === 0) break;
        await removeTexts(tx, kind, rows);
      }
    }
  });
}

/**
 * Ids of Contacts, or of Chats that are no Contact's, that are called so (any of these), by name; tombstones are among them. Read from an
 * index alone, so that looking at every name of an Inbox is cheap. A Contact's Chat is called as the Contact.
 */
export async function idsByName(
  db: Queryable,
  table: 'contact' | 'group',
  inboxId: number,
  texts: readonly string[],
  limit: number,
): Promise<number[]> {
  const named = db
    .selectFrom(table === 'contact' ? 'contact' : 'chat')
    .select('id')
    .where('inbox_id', '=', inboxId)
    .where((eb) => eb.or(texts.map((text) => eb('search_text', 'like', likePattern(text)))))
    .orderBy('search_text')
    .limit(limit);
  const rows = await (
    table === 'contact' ? named : named.where(sql.ref('kind'), 'in', ['group', 'channel'])
  ).execute();
  return rows.map((row) => Number(row.id));
}

/** Names of an Inbox's Contacts behind this one, in their order, from an index alone. */
export async function namesAfter(
  db: Queryable,
  inboxId: number,
  last: { id: number; search_text: string } | undefined,
  limit: number,
): Promise<{ id: number; search_text: string }[]> {
  let query = db.selectFrom('contact').select(['id', 'search_text']).where('inbox_id', '=', inboxId);
  if (last) {
    query = query
      .where('search_text', '>=', last.search_text)
      .where((eb) => eb.or([eb('search_text', '>', last.search_text), eb('id', '>', last.id)]));
  }
  return query.orderBy('search_text').orderBy('id').limit(limit).execute();
}

/** Contacts that were written since. One range of the index `contact_seq`. */
export async function namesChangedAfter(
  db: Queryable,
  inboxId: number,
  seq: number,
): Promise<{ id: number; search_text: string; seq: number }[]> {
  return db
    .selectFrom('contact')
    .select(['id', 'search_text', 'seq'])
    .where('inbox_id', '=', inboxId)
    .where('seq', '>', seq)
    .execute();
}
