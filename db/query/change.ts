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

const tables = ['message', 'chat', 'contact', 'note'] as const;

export function changedQuery(db: Queryable, table: (typeof tables)[number], range: SeqRange) {
  return db
    .selectFrom(table)
    .selectAll(table)
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
  const [messages, chats, contacts, notes] = await Promise.all(
    tables.map((table) => changedQuery(db, table, range).execute()),
  );
  return { messages, chats, contacts, notes } as ChangedRowSet;
}
