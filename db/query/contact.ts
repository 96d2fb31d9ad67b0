import { CompiledQuery, type Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import { padded, placesOf } from '../each.ts';
import type { ContactTable } from '../schema/chat.ts';
import { likePattern } from './like.ts';
import { rowsBy } from './rows-by.ts';

export type ContactRow = Selectable<ContactTable>;

export async function insertContact(db: Queryable, row: Omit<ContactRow, 'id'>): Promise<number> {
  const inserted = await db.insertInto('contact').values(row).executeTakeFirstOrThrow();
  return Number(inserted.insertId);
}

export async function readContacts(db: Queryable, ids: readonly number[]): Promise<ContactRow[]> {
  if (ids.length === 0) return [];
  return (await db.executeQuery(rowsBy('contact', 'id', ids))).rows;
}

/**
 * The people of a page, asked for before it is known who they are: these, whoever reacted to these Messages, and the senders of
 * those quoted. One may come twice.
 */
export function peopleQuery(of: {
  ids: readonly number[];
  reactedTo: readonly number[];
  quoted: { inboxId: number; ids: readonly string[] } | undefined;
}): CompiledQuery<ContactRow> | undefined {
  const parts: string[] = [];
  const values: (number | string)[] = [];
  const add = (
    text: (places: string) => string,
    list: readonly (number | string)[],
    before: number[] = [],
  ) => {
    if (list.length === 0) return;
    const wanted = padded(list);
    parts.push(text(placesOf(wanted)));
    values.push(...before, ...wanted);
  };
  add((places) => `select contact.* from contact where id in ${places}`, of.ids);
  add(
    (places) =>
      `select contact.* from reaction join contact on contact.id = reaction.sender_contact_id
        where reaction.message in ${places}`,
    of.reactedTo,
  );
  if (of.quoted) {
    add(
      (places) =>
        `select contact.* from message join contact on contact.id = message.sender_contact_id
          where message.inbox_id = ? and message.message_id in ${places}`,
      of.quoted.ids,
      [of.quoted.inboxId],
    );
  }
  if (parts.length === 0) return undefined;
  return CompiledQuery.raw(parts.join(' union all '), values) as CompiledQuery<ContactRow>;
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

/** Ids of those we have blocked. */
export async function blockedContacts(db: Queryable, inboxId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('contact')
    .select('id')
    .where('inbox_id', '=', inboxId)
    .where('blocked', '=', 1)
    .where('merged_into', 'is', null)
    .execute();
  return rows.map((row) => row.id);
}
