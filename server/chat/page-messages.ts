import type { Database } from '../../db/database.ts';
import { inboxOfChatQuery, type InboxOfChat } from '../../db/query/chat.ts';
import {
  messagesFromQuery,
  newestPageQuery,
  pageMessagesQuery,
  readMessages,
  type MessageRow,
} from '../../db/query/message.ts';
import { together } from '../../db/together.ts';
import type { MessagePage } from '../contract/api.ts';
import { Problem } from '../contract/problem.ts';
import type { MessagesPage, Scope } from './chat-room.ts';
import { clampLimit, readCursor, writeCursor } from './page-cursor.ts';
import { ownChatAndInbox, ownRow } from './read.ts';
import { wireMessages } from './wire-rows.ts';

type Place = Pick<MessageRow, 'at' | 'id'>;

/**
 * A page of a Chat, oldest first within it: the newest, what lies before or after a place, around a Message, or
 * from a moment on with a little before it. The head is
 * read before the rows. Problems: `not-found`, `bad-request`.
 */
export async function listMessages(
  db: Database,
  scope: Scope,
  chatId: number,
  page: MessagesPage,
): Promise<MessagePage> {
  const limit = clampLimit(page.limit, 50, 100);
  if (!page.before && !page.after && page.around === undefined && page.from === undefined) {
    const newest = await newestPage(db, scope, chatId, limit);
    if (newest) return newest;
  }
  const { chat, inbox } = await ownChatAndInbox(db, scope, chatId);
  const { seq: cursor, era } = inbox;
  if (
    [page.before || undefined, page.after || undefined, page.around, page.from].filter(
      (one) => one !== undefined,
    ).length > 1
  )
    throw new Problem('bad-request', 'One of before, after, around and from');

  const before = placeOf(page.before);
  const after = placeOf(page.after);
  if (after) {
    const { rows, more } = await newerThan(db, chat.id, after, limit);
    const last = rows.at(-1) ?? after;
    const first = rows[0];
    return {
      list: await wireMessages(db, rows),
      next: first ? spell(first) : spell(after),
      newer: more ? spell(last) : null,
      cursor,
      era,
    };
  }
  if (page.from !== undefined) {
    const moment = { at: page.from, id: 0 };
    const older = await olderThan(db, chat.id, moment, Math.floor(limit / 4));
    const newer = await newerThan(db, chat.id, moment, limit - older.rows.length);
    // Nothing since: the newest there are.
    if (newer.rows.length > 0) {
      const rows = [...older.rows, ...newer.rows];
      return {
        list: await wireMessages(db, rows),
        next: older.more ? spell(rows[0]!) : null,
        newer: newer.more ? spell(rows.at(-1)!) : null,
        cursor,
        era,
      };
    }
  }
  if (page.around !== undefined) {
    const target = await messageIn(db, chat.id, page.around);
    const newer = await newerThan(db, chat.id, target, Math.floor(limit / 2));
    const older = await olderThan(db, chat.id, target, Math.max(0, limit - newer.rows.length - 1));
    const rows = [...older.rows, target, ...newer.rows];
    return {
      list: await wireMessages(db, rows),
      next: older.more ? spell(rows[0]!) : null,
      newer: newer.more ? spell(rows.at(-1)!) : null,
      cursor,
      era,
    };
  }
  const { rows, more } = await olderThan(db, chat.id, before, limit);
  return {
    list: await wireMessages(db, rows),
    next: more ? spell(rows[0]!) : null,
    newer: before && rows.length > 0 ? spell(rows.at(-1)!) : null,
    cursor,
    era,
  };
}

/**
 * A Chat is opened: who may, the head and the page in one packet, in this order. Undefined: it was joined into another, whose
 * page is asked for as any. Problems: `not-found`.
 */
async function newestPage(
  db: Database,
  scope: Scope,
  chatId: number,
  limit: number,
): Promise<MessagePage | undefined> {
  if (!Number.isSafeInteger(chatId)) return undefined;
  const [[inbox], rows] = await together<[InboxOfChat, MessageRow]>(db, [
    inboxOfChatQuery(chatId),
    newestPageQuery(chatId, limit + 1),
  ]);
  const { joined, seq, era } = ownRow(scope, inbox);
  if (joined !== null) return undefined;
  const shown = rows.slice(0, limit).toReversed();
  return {
    list: await wireMessages(db, shown),
    next: rows.length > limit ? spell(shown[0]!) : null,
    newer: null,
    cursor: seq,
    era,
  };
}

async function olderThan(db: Database, chatId: number, before: Place | undefined, limit: number) {
  const rows = await pageMessagesQuery(db, chatId, { before, limit: limit + 1 }).execute();
  return { rows: rows.slice(0, limit).toReversed(), more: rows.length > limit };
}

async function newerThan(db: Database, chatId: number, after: Place, limit: number) {
  const rows = await messagesFromQuery(db, chatId, { after, limit: limit + 1 }).execute();
  return { rows: rows.slice(0, limit), more: rows.length > limit };
}

/** The Message, or the one it was folded into, if it is in the Chat now. */
async function messageIn(db: Database, chatId: number, messageId: number): Promise<MessageRow> {
  let id: number | null = messageId;
  for (let hop = 0; hop < 20 && id !== null; hop++) {
    const row: MessageRow | undefined = (await readMessages(db, [id]))[0];
    if (row?.merged_into === null && row.chat_id === chatId) return row;
    id = row?.merged_into ?? null;
  }
  throw new Problem('not-found');
}

function placeOf(cursor: string | undefined): Place | undefined {
  const numbers = readCursor(cursor, 2)?.numbers;
  return numbers && { at: numbers[0]!, id: numbers[1]! };
}

function spell(place: Place): string {
  return writeCursor([place.at, place.id]);
}
