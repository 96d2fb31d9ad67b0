import type { Database } from '../../../db/database.ts';
import { listInboxRows } from '../../../db/query/inbox.ts';
import { countTexts } from '../../../db/query/search.ts';
import type { SearchAnswer, SearchKind } from '../../contract/search.ts';
import type { Scope, SearchRequest } from '../chat-room.ts';
import { clampLimit, readCursor, writeCursor } from '../page-cursor.ts';
import { maySee, ownChat, ownInbox } from '../read.ts';
import { findMessages, findNotes } from './hits.ts';
import type { NameMemory } from './name-memory.ts';
import { findNames } from './names.ts';
import { askedOf, termsOf } from './words.ts';

/** What is counted in a Chat, and no further. */
const mostCounted = 1_000;

/**
 * Looks in what the asker may see. Messages and notes come newest first; the index may be a moment behind, what is shown
 * never is: every row is read, and read again for what was asked. Problems: `not-found`, `bad-request`.
 */
export async function search(
  db: Database,
  names: NameMemory,
  scope: Scope,
  request: SearchRequest,
): Promise<SearchAnswer> {
  const chat = request.chatId === undefined ? undefined : await ownChat(db, scope, request.chatId);
  const inboxIds = await inboxesOf(db, scope, chat?.inbox_id ?? request.inboxId);
  const limit = clampLimit(request.limit, 20, 50);
  const before = readCursor(request.before, 1)?.numbers[0];
  // What Agents write for each other is no program's.
  const isOpen = (kind: SearchKind): boolean => kind !== 'notes' || scope.agentId !== 0;
  const wants = (kind: SearchKind): boolean => isOpen(kind) && (request.kinds?.includes(kind) ?? true);
  const isFirst = before === undefined;
  const wantsNames = isFirst && chat === undefined && (wants('chats') || wants('contacts'));
  const notesAlone = wants('notes') && !wants('messages');

  const asked = askedOf(request.text);
  const query = { asked, inboxIds, chatId: chat?.id, before, limit };
  // Side by side where there are several connections.
  const [people, messages, notes, total] = await Promise.all([
    wantsNames ? findNames(db, names, inboxIds, request.text, limit) : undefined,
    wants('messages') ? findMessages(db, query) : undefined,
    wants('notes') && (isFirst || notesAlone) ? findNotes(db, query) : undefined,
    isFirst && chat && wants('messages')
      ? countTexts(db, 'message', {
          inboxIds,
          chatId: chat.id,
          terms: termsOf(asked),
          limit: mostCounted,
        })
      : undefined,
  ]);
  const chats = wants('chats') ? (people?.chats ?? []) : [];
  const contacts = wants('contacts') ? (people?.contacts ?? []) : [];
  const shown = new Set(chats.map((one) => one.id));
  const next = notesAlone ? notes?.next : messages?.next;
  return {
    chats,
    // Whoever's Chat is there already is not told twice.
    contacts: contacts.filter((one) => one.chatId === null || !shown.has(one.chatId)),
    messages: messages?.list ?? [],
    notes: notes?.list ?? [],
    next: next === undefined ? null : writeCursor([next]),
    total: total ?? null,
  };
}

async function inboxesOf(db: Database, scope: Scope, inboxId: number | undefined): Promise<number[]> {
  if (inboxId !== undefined) return [(await ownInbox(db, scope, inboxId)).id];
  return (await listInboxRows(db, scope.organisationId))
    .map((row) => row.id)
    .filter((id) => maySee(scope, id));
}
