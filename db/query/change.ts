import type { Queryable } from '../database.ts';
import type { ChatRow } from './chat.ts';
import type { ContactRow } from './contact.ts';
import type { MessageRow } from './message.ts';
import type { NoteRow } from './note.ts';

/** One range of the index (inbox_id, seq) of each table: rows with `after < seq <= until`, oldest change first. */
export interface SeqRange {
  inboxId: number;
  after: number;
  until: number;
  limit: number;
}

export function changedMessagesQuery(db: Queryable, range: SeqRange) {
  return db
    .selectFrom('message')
    .selectAll()
    .where('inbox_id', '=', range.inboxId)
    .where('seq', '>', range.after)
    .where('seq', '<=', range.until)
    .orderBy('seq')
    .limit(range.limit);
}

export function changedChatsQuery(db: Queryable, range: SeqRange) {
  return db
    .selectFrom('chat')
    .selectAll()
    .where('inbox_id', '=', range.inboxId)
    .where('seq', '>', range.after)
    .where('seq', '<=', range.until)
    .orderBy('seq')
    .limit(range.limit);
}

export function changedContactsQuery(db: Queryable, range: SeqRange) {
  return db
    .selectFrom('contact')
    .selectAll()
    .where('inbox_id', '=', range.inboxId)
    .where('seq', '>', range.after)
    .where('seq', '<=', range.until)
    .orderBy('seq')
    .limit(range.limit);
}

export function changedNotesQuery(db: Queryable, range: SeqRange) {
  return db
    .selectFrom('note')
    .selectAll()
    .where('inbox_id', '=', range.inboxId)
    .where('seq', '>', range.after)
    .where('seq', '<=', range.until)
    .orderBy('seq')
    .limit(range.limit);
}

export interface ChangedRowSet {
  messages: MessageRow[];
  chats: ChatRow[];
  contacts: ContactRow[];
  notes: NoteRow[];
}

export async function readChanged(db: Queryable, range: SeqRange): Promise<ChangedRowSet> {
  const [messages, chats, contacts, notes] = await Promise.all([
    changedMessagesQuery(db, range).execute(),
    changedChatsQuery(db, range).execute(),
    changedContactsQuery(db, range).execute(),
    changedNotesQuery(db, range).execute(),
  ]);
  return { messages, chats, contacts, notes };
}
