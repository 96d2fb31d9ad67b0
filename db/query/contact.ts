import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { ContactTable } from '../schema/chat.ts';
import { likePattern } from './like.ts';

export type ContactRow = Selectable<ContactTable>;

export async function insertContact(db: Queryable, row: Omit<ContactRow, 'id'>): Promise<number> {
  const inserted = await db.insertInto('contact').values(row).executeTakeFirstOrThrow();
  return Number(inserted.insertId);
}

export async function readContacts(db: Queryable, ids: readonly number[]): Promise<ContactRow[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('contact').selectAll().where('id', 'in', ids).execute();
}

/** Contacts of an Inbox by id. `after`: id of the last one of the page before. */
export function pageContacts(
  db: Queryable,
  inboxId: number,
  page: { after: { text: string; id: number } | undefined; limit: number; search: string },
): Promise<ContactRow[]> {
  let query = db
    .selectFrom('contact')
    .selectAll()
    .where('inbox_id', '=', inboxId)
    .where('merged_into', 'is', null);
  if (page.search !== '') query = query.where('search_text', 'like', likePattern(page.search));
  const { after } = page;
  if (after) {
    query = query
      .where('search_text', '>=', after.text)
      .where((eb) =>
        eb.or([
          eb('search_text', '>', after.text),
          eb.and([eb('search_text', '=', after.text), eb('id', '>', after.id)]),
        ]),
      );
  }
  return query.orderBy('search_text').orderBy('id').limit(page.limit).execute();
}
