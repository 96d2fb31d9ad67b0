import type { Database } from '../../../db/database.ts';
import { listInboxRows } from '../../../db/query/inbox.ts';
import { pageChatsQuery, readChats, type ChatRow } from '../../../db/query/chat.ts';
import { readContacts, type ContactRow } from '../../../db/query/contact.ts';
import { readMessages, type MessageRow } from '../../../db/query/message.ts';
import { findTexts, idsByName } from '../../../db/query/search.ts';
import type { SearchAnswer, SearchKind } from '../../contract/search.ts';
import type { Chat, Contact } from '../../contract/wire.ts';
import type { Scope } from '../chat-room.ts';
import { clampLimit, readCursor, writeCursor } from '../page-cursor.ts';
import { ownChat, ownInbox } from '../read.ts';
import { searchText } from '../search-text.ts';
import { wireChats, wireContacts, wireMessages } from '../wire-rows.ts';
import { askedOf, highlight, snippetOf, termsOf, type Asked } from './words.ts';

export interface SearchRequest {
  text: string;
  /** All of them unless said otherwise. */
  kinds?: readonly SearchKind[] | undefined;
  inboxId?: number | undefined;
  /** Messages of this Chat, and nothing else. */
  chatId?: number | undefined;
  /** The `next` of the page of Messages before. */
  before?: string | undefined;
  /** Of each kind; 1…50, default 20. */
  limit?: number | undefined;
}

/**
 * Looks in what the asker may see. Messages come newest first; the index may be a moment behind, what is shown never is:
 * every row is read, and read again for what was asked. Problems: `not-found`, `bad-request`.
 */
export async function search(db: Database, scope: Scope, request: SearchRequest): Promise<SearchAnswer> {
  const chat = request.chatId === undefined ? undefined : await ownChat(db, scope, request.chatId);
  const inboxIds = await inboxesOf(db, scope, chat?.inbox_id ?? request.inboxId);
  const limit = clampLimit(request.limit, 20, 50);
  const before = readCursor(request.before, 1)?.numbers[0];
  const wants = (kind: SearchKind): boolean => request.kinds?.includes(kind) ?? true;
  const text = searchText(request.text.trim());
  const firstPage = before === undefined && chat === undefined && text !== '';

  const chats = firstPage && wants('chats') ? await findChats(db, inboxIds, text, limit) : [];
  const contacts = firstPage && wants('contacts') ? await findContacts(db, inboxIds, text, limit) : [];
  const messages = wants('messages')
    ? await findMessages(db, { asked: askedOf(request.text), inboxIds, chatId: chat?.id, before, limit })
    : { list: [], next: null };
  const shown = new Set(chats.map((one) => one.id));
  return {
    chats,
    // Whoever's Chat is there already is not told twice.
    contacts: contacts.filter((one) => one.chatId === null || !shown.has(one.chatId)),
    messages: messages.list,
    next: messages.next,
  };
}

async function inboxesOf(db: Database, scope: Scope, inboxId: number | undefined): Promise<number[]> {
  if (inboxId !== undefined) return [(await ownInbox(db, scope, inboxId)).id];
  return (await listInboxRows(db, scope.organisationId)).map((row) => row.id);
}

/** So many of one name, and the list itself is looked through from its top: it is soon full. */
const manyNamed = 400;

async function findChats(
  db: Database,
  inboxIds: readonly number[],
  text: string,
  limit: number,
): Promise<Chat[]> {
  const rows: ChatRow[] = [];
  for (const inboxId of inboxIds) {
    const ids = await idsByName(db, 'chat', inboxId, text, manyNamed);
    if (ids.length < manyNamed) rows.push(...(await readChats(db, ids)));
    else {
      for (const filter of ['all', 'archived'] as const) {
        const page = { search: text, filter, before: undefined, limit };
        rows.push(...(await pageChatsQuery(db, inboxId, page).execute()));
      }
    }
  }
  const newest = rows
    .filter((row) => row.merged_into === null)
    .toSorted((a, b) => b.last_at - a.last_at || b.id - a.id)
    .slice(0, limit);
  return wireChats(db, newest);
}

async function findContacts(
  db: Database,
  inboxIds: readonly number[],
  text: string,
  limit: number,
): Promise<Contact[]> {
  const rows: ContactRow[] = [];
  for (const inboxId of inboxIds) {
    rows.push(...(await readContacts(db, await idsByName(db, 'contact', inboxId, text, 2 * limit))));
  }
  const first = rows
    .filter((row) => row.merged_into === null)
    .toSorted((a, b) => (a.search_text < b.search_text ? -1 : 1))
    .slice(0, limit);
  return wireContacts(db, first);
}

interface MessageQuery {
  asked: Asked[];
  inboxIds: readonly number[];
  chatId: number | undefined;
  before: number | undefined;
  limit: number;
}

type FoundMessages = { list: SearchAnswer['messages']; next: string | null };

/** How often the index is asked again when rows turn out to be no longer what it knows. */
const mostRounds = 5;

async function findMessages(db: Database, query: MessageQuery): Promise<FoundMessages> {
  const { asked, inboxIds, chatId, limit } = query;
  const permitted = new Set(inboxIds);
  const terms = termsOf(asked);
  const hits: { row: MessageRow; doc: number; places: [number, number][] }[] = [];
  let { before } = query;
  let isEnd = terms.length === 0;
  for (let round = 0; round < mostRounds && !isEnd && hits.length <= limit; round++) {
    const found = await findTexts(db, { inboxIds, chatId, terms, before, limit: limit + 1 });
    const rows = new Map(
      (
        await readMessages(
          db,
          found.map((one) => one.message),
        )
      ).map((row) => [row.id, row]),
    );
    for (const { message, doc } of found) {
      const row = rows.get(message);
      if (!row || row.revoked_at !== null || row.merged_into !== null) continue;
      if (!permitted.has(row.inbox_id) || (chatId !== undefined && row.chat_id !== chatId)) continue;
      const places = highlight(row.body, asked);
      if (places) hits.push({ row, doc, places });
    }
    before = found.at(-1)?.doc ?? before;
    isEnd = found.length <= limit;
  }
  const shown = hits.slice(0, limit);
  const next = hits.length > limit ? shown.at(-1)!.doc : isEnd ? undefined : before;
  return { list: await wireHits(db, shown), next: next === undefined ? null : writeCursor([next]) };
}

async function wireHits(
  db: Database,
  hits: readonly { row: MessageRow; places: [number, number][] }[],
): Promise<SearchAnswer['messages']> {
  const messages = await wireMessages(
    db,
    hits.map((hit) => hit.row),
  );
  const chatIds = [...new Set(hits.map((hit) => hit.row.chat_id))];
  const chats = new Map((await wireChats(db, await readChats(db, chatIds))).map((one) => [one.id, one]));
  return hits.flatMap(({ row, places }, n) => {
    const [message, chat] = [messages[n], chats.get(row.chat_id)];
    return message && chat ? [{ message, chat, ...snippetOf(row.body, places) }] : [];
  });
}
