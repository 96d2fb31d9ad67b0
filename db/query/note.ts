import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { NoteTable } from '../schema/work.ts';

export type NoteRow = Selectable<NoteTable>;

export async function findNote(db: Queryable, id: number): Promise<NoteRow | undefined> {
  return db.selectFrom('note').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function readNotes(db: Queryable, ids: readonly number[]): Promise<NoteRow[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('note').selectAll().where('id', 'in', ids).execute();
}

export async function findNoteOfClient(
  db: Queryable,
  inboxId: number,
  clientId: string,
): Promise<NoteRow | undefined> {
  return db
    .selectFrom('note')
    .selectAll()
    .where('inbox_id', '=', inboxId)
    .where('client_id', '=', clientId)
    .executeTakeFirst();
}

export async function insertNote(db: Queryable, row: Omit<NoteRow, 'id'>): Promise<number> {
  const inserted = await db.insertInto('note').values(row).executeTakeFirstOrThrow();
  return Number(inserted.insertId);
}

export async function updateNote(
  db: Queryable,
  id: number,
  change: Partial<Pick<NoteRow, 'body' | 'edited_at' | 'deleted_at' | 'seq' | 'mentions'>>,
): Promise<void> {
  await db.updateTable('note').set(change).where('id', '=', id).execute();
}

/** Newest first; deleted ones are not told. */
export async function pageNotes(
  db: Queryable,
  chatId: number,
  page: { before: { at: number; id: number } | undefined; limit: number },
): Promise<NoteRow[]> {
  let query = db.selectFrom('note').selectAll().where('chat_id', '=', chatId).where('deleted_at', 'is', null);
  const { before } = page;
  if (before) {
    query = query
      .where('at', '<=', before.at)
      .where((eb) => eb.or([eb('at', '<', before.at), eb('id', '<', before.id)]));
  }
  return query.orderBy('at', 'desc').orderBy('id', 'desc').limit(page.limit).execute();
}

/** Oldest first, after a place; deleted ones are not told. */
export async function notesAfter(
  db: Queryable,
  chatId: number,
  after: { at: number; id: number },
  limit: number,
): Promise<NoteRow[]> {
  return db
    .selectFrom('note')
    .selectAll()
    .where('chat_id', '=', chatId)
    .where('deleted_at', 'is', null)
    .where('at', '>=', after.at)
    .where((eb) => eb.or([eb('at', '>', after.at), eb('id', '>', after.id)]))
    .orderBy('at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function noteIdsInChat(db: Queryable, chatId: number): Promise<number[]> {
  const rows = await db.selectFrom('note').select('id').where('chat_id', '=', chatId).orderBy('id').execute();
  return rows.map((row) => row.id);
}

export async function moveNotes(
  db: Queryable,
  ids: readonly number[],
  chatId: number,
  seq: number,
): Promise<void> {
  if (ids.length === 0) return;
  await db.updateTable('note').set({ chat_id: chatId, seq }).where('id', 'in', ids).execute();
}
