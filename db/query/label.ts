import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { LabelTable } from '../schema/work.ts';

export type LabelRow = Selectable<LabelTable>;

export async function listLabels(db: Queryable, organisationId: number): Promise<LabelRow[]> {
  return db
    .selectFrom('label')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .orderBy('name_key')
    .execute();
}

export async function findLabel(
  db: Queryable,
  organisationId: number,
  id: number,
): Promise<LabelRow | undefined> {
  return db
    .selectFrom('label')
    .selectAll()
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
}

export async function readLabels(db: Queryable, ids: readonly number[]): Promise<LabelRow[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('label').selectAll().where('id', 'in', ids).execute();
}

/** Gives the new id. The same name twice is a unique violation. */
export async function insertLabel(db: Queryable, row: Omit<LabelRow, 'id'>): Promise<number> {
  const inserted = await db.insertInto('label').values(row).executeTakeFirstOrThrow();
  return Number(inserted.insertId);
}

export async function updateLabel(
  db: Queryable,
  id: number,
  change: Partial<Pick<LabelRow, 'name' | 'name_key' | 'colour'>>,
): Promise<void> {
  if (Object.keys(change).length === 0) return;
  await db.updateTable('label').set(change).where('id', '=', id).execute();
}

export async function deleteLabel(db: Queryable, id: number): Promise<void> {
  await db.deleteFrom('label').where('id', '=', id).execute();
}

/** Inboxes with Chats under a label. */
export async function inboxesOfLabel(db: Queryable, labelId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('chat_label')
    .select('inbox_id')
    .distinct()
    .where('label_id', '=', labelId)
    .execute();
  return rows.map((row) => row.inbox_id);
}

/** Chats of one Inbox under a label, by id. */
export async function chatsOfLabel(
  db: Queryable,
  place: { labelId: number; inboxId: number; after: number; limit: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('chat_label')
    .select('chat_id')
    .where('label_id', '=', place.labelId)
    .where('inbox_id', '=', place.inboxId)
    .where('chat_id', '>', place.after)
    .orderBy('chat_id')
    .limit(place.limit)
    .execute();
  return rows.map((row) => row.chat_id);
}

/** Makes the index say what the Chat's copy says. */
export async function writeChatLabels(
  db: Queryable,
  chat: { id: number; inboxId: number },
  labelIds: readonly number[],
): Promise<void> {
  await db.deleteFrom('chat_label').where('chat_id', '=', chat.id).execute();
  if (labelIds.length === 0) return;
  await db
    .insertInto('chat_label')
    .values(labelIds.map((id) => ({ label_id: id, chat_id: chat.id, inbox_id: chat.inboxId })))
    .execute();
}
