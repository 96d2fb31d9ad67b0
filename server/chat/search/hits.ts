import type { Database, Queryable } from '../../../db/database.ts';
import { readChats } from '../../../db/query/chat.ts';
import { readMediaOf } from '../../../db/query/media.ts';
import { readMessages, type MessageRow } from '../../../db/query/message.ts';
import { readNotes, type NoteRow } from '../../../db/query/note.ts';
import { findTexts, type TextOf } from '../../../db/query/search.ts';
import type { MessageHit, NoteHit } from '../../contract/search.ts';
import type { Chat } from '../../contract/wire.ts';
import { mayHaveFile, wireChats, wireMessages } from '../wire-rows.ts';
import { wireNotes } from '../work/wire-notes.ts';
import { matchOf, partsOf, type Match, type Part } from './parts.ts';
import { termsOf, type Asked } from './words.ts';

export interface HitQuery {
  asked: readonly Asked[];
  inboxIds: readonly number[];
  chatId: number | undefined;
  /** Only what lies before this `doc`. */
  before: number | undefined;
  limit: number;
}

/** `next`: the `before` of the page behind; undefined at the end. */
export interface Hits<Hit> {
  list: Hit[];
  next: number | undefined;
}

export async function findMessages(db: Database, query: HitQuery): Promise<Hits<MessageHit>> {
  const { hits, next } = await follow(db, 'message', query, readWithParts);
  const messages = await wireMessages(
    db,
    hits.map((hit) => hit.row),
  );
  const chats = await chatsOf(db, hits);
  const list = hits.flatMap(({ row, match }, n) => {
    const [message, chat] = [messages[n], chats.get(row.chat_id)];
    return message && chat ? [{ message, chat, ...match }] : [];
  });
  return { list, next };
}

export async function findNotes(db: Database, query: HitQuery): Promise<Hits<NoteHit>> {
  const { hits, next } = await follow(db, 'note', query, async (ids) =>
    (await readNotes(db, ids)).map((row) => ({
      row,
      parts: row.deleted_at === null ? [{ kind: 'text' as const, text: row.body }] : [],
    })),
  );
  const notes = await wireNotes(
    db,
    hits.map((hit) => hit.row),
  );
  const chats = await chatsOf(db, hits);
  const list = hits.flatMap(({ row, match: { snippet, highlights } }, n) => {
    const [note, chat] = [notes[n], chats.get(row.chat_id)];
    return note && chat ? [{ note, chat, snippet, highlights }] : [];
  });
  return { list, next };
}

/** How often the index is asked again when rows turn out to be no longer what it knows. */
const mostRounds = 5;

/** Asks the index and reads each row again: what is no longer so, or not the asker's, is not a hit. */
async function follow<Row extends Pick<MessageRow | NoteRow, 'id' | 'inbox_id' | 'chat_id'>>(
  db: Database,
  of: TextOf,
  query: HitQuery,
  read: (ids: readonly number[], db: Queryable) => Promise<{ row: Row; parts: Part[] }[]>,
): Promise<{ hits: { row: Row; doc: number; match: Match }[]; next: number | undefined }> {
  const { asked, inboxIds, chatId, limit } = query;
  const permitted = new Set(inboxIds);
  const terms = termsOf(asked);
  const hits: { row: Row; doc: number; match: Match }[] = [];
  let { before } = query;
  let isEnd = terms.length === 0;
  for (let round = 0; round < mostRounds && !isEnd && hits.length <= limit; round++) {
    const found = await findTexts(db, of, { inboxIds, chatId, terms, before, limit: limit + 1 });
    const items = found.rows.map((one) => one.item);
    const rows = new Map((await read(items, db)).map((one) => [one.row.id, one]));
    for (const { item, doc } of found.rows) {
      const known = rows.get(item);
      if (!known || !permitted.has(known.row.inbox_id)) continue;
      if (chatId !== undefined && known.row.chat_id !== chatId) continue;
      const match = matchOf(known.parts, asked);
      if (match) hits.push({ row: known.row, doc, match });
    }
    before = found.downTo ?? found.rows.at(-1)?.doc ?? before;
    isEnd = found.downTo === undefined && found.rows.length <= limit;
    // To look further down takes its time: what is there is shown first.
    if (found.downTo !== undefined && hits.length > 0) break;
  }
  const shown = hits.slice(0, limit);
  const next = hits.length > limit ? shown.at(-1)!.doc : isEnd ? undefined : before;
  return { hits: shown, next };
}

async function readWithParts(
  ids: readonly number[],
  db: Queryable,
): Promise<{ row: MessageRow; parts: Part[] }[]> {
  const rows = await readMessages(db, ids);
  const files = await readMediaOf(
    db,
    rows.filter(mayHaveFile).map((row) => row.id),
  );
  return rows.map((row) => ({ row, parts: partsOf(row, files.get(row.id)?.file_name) }));
}

async function chatsOf(
  db: Queryable,
  hits: readonly { row: { chat_id: number } }[],
): Promise<Map<number, Chat>> {
  const ids = [...new Set(hits.map((hit) => hit.row.chat_id))];
  return new Map((await wireChats(db, await readChats(db, ids))).map((one) => [one.id, one]));
}
