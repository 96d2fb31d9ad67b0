import type { Queryable } from '../../../db/database.ts';
import type { NoteRow } from '../../../db/query/note.ts';
import type { Note } from '../../contract/work.ts';
import { readIds } from './noted.ts';
import { agentsById } from './wire-work.ts';

/** Rows as the database has them → notes as colleagues see them; of a deleted one, that it was there. */
export async function wireNotes(db: Queryable, rows: readonly NoteRow[]): Promise<Note[]> {
  const agents = await agentsById(
    db,
    rows.flatMap((row) => [row.agent_id, ...readIds(row.mentions)]),
  );
  return rows.map((row) => ({
    id: row.id,
    inboxId: row.inbox_id,
    chatId: row.chat_id,
    clientId: row.client_id,
    author: { id: row.agent_id, name: agents.get(row.agent_id) ?? '' },
    body: row.deleted_at === null ? row.body : '',
    at: row.at,
    editedAt: row.edited_at,
    deleted: row.deleted_at !== null,
    mentions:
      row.deleted_at === null ? readIds(row.mentions).map((id) => ({ id, name: agents.get(id) ?? '' })) : [],
    seq: row.seq,
  }));
}
