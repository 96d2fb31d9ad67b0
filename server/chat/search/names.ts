import type { Database } from '../../../db/database.ts';
import { newestChats, type ChatRow } from '../../../db/query/chat.ts';
import { pageChatsQuery } from '../../../db/query/chat-list.ts';
import { readContacts, type ContactRow } from '../../../db/query/contact.ts';
import { idsByName } from '../../../db/query/search.ts';
import type { Chat, Contact } from '../../contract/wire.ts';
import { searchText } from '../search-text.ts';
import { wireChats, wireContacts } from '../wire-rows.ts';
import type { NameMemory } from './name-memory.ts';
import { digitsTyped } from './numbers.ts';

/** So many of one name, and the list itself is looked through from its top: it is soon full. */
const manyNamed = 400;

/** Chats, newest first, and Contacts, by name, that are called so: any part of the name or the number. */
export async function findNames(
  db: Database,
  memory: NameMemory,
  inboxIds: readonly number[],
  typed: string,
  limit: number,
): Promise<{ chats: Chat[]; contacts: Contact[] }> {
  const text = searchText(typed.trim());
  if (text === '') return { chats: [], contacts: [] };
  // Numbers are kept as digits, however people write them.
  const digits = digitsTyped(typed);
  const texts = digits === undefined || digits === text ? [text] : [text, digits];
  const chats: ChatRow[] = [];
  const contacts: ContactRow[] = [];
  for (const inboxId of inboxIds) {
    const contactIds = await memory.find(inboxId, texts, manyNamed);
    const groupIds = await idsByName(db, 'group', inboxId, texts, manyNamed);
    contacts.push(...(await readContacts(db, contactIds.slice(0, 2 * limit))));
    if (contactIds.length < manyNamed && groupIds.length < manyNamed) {
      chats.push(...(await newestChats(db, { contactIds, ids: groupIds }, limit)));
      continue;
    }
    for (const filter of ['all', 'archived'] as const) {
      const page = { search: digits ?? text, filter, before: undefined, limit };
      chats.push(...(await pageChatsQuery(db, inboxId, page).execute()));
    }
  }
  return {
    chats: await wireChats(
      db,
      chats.toSorted((a, b) => b.last_at - a.last_at || b.id - a.id).slice(0, limit),
    ),
    contacts: await wireContacts(
      db,
      contacts
        .filter((row) => row.merged_into === null)
        .toSorted((a, b) => (a.search_text < b.search_text ? -1 : 1))
        .slice(0, limit),
    ),
  };
}
