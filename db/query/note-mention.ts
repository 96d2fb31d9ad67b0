import type { Queryable } from '../database.ts';

interface Of {
  inboxId: number;
  chatId: number;
}

/** Makes a note name exactly these Agents of those who have not seen it: `added` come, `dropped` go. */
export async function changeNoteMentions(
  db: Queryable,
  note: Of & { id: number },
  change: { added: readonly number[]; dropped: readonly number[] },
): Promise<void> {
  if (change.dropped.length > 0) {
    await db
      .deleteFrom('note_mention')
      .where('chat_id', '=', note.chatId)
      .where('note_id', '=', note.id)
      .where('agent_id', 'in', change.dropped)
      .execute();
  }
  if (change.added.length === 0) return;
  const row = { inbox_id: note.inboxId, chat_id: note.chatId, note_id: note.id };
  await db
    .insertInto('note_mention')
    .values(change.added.map((agent_id) => ({ agent_id, ...row })))
    .execute();
}

export async function dropNoteMentions(db: Queryable, chatId: number, noteId: number): Promise<void> {
  await db.deleteFrom('note_mention').where('chat_id', '=', chatId).where('note_id', '=', noteId).execute();
}

/** An Agent has seen what there is beside a Chat. */
export async function seeNoteMentions(db: Queryable, of: Of, agentId: number): Promise<void> {
  await db
    .deleteFrom('note_mention')
    .where('agent_id', '=', agentId)
    .where('inbox_id', '=', of.inboxId)
    .where('chat_id', '=', of.chatId)
    .execute();
}

/** Who is named beside a Chat and has not seen it. */
export async function agentsNoted(db: Queryable, chatId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('note_mention')
    .select('agent_id')
    .distinct()
    .where('chat_id', '=', chatId)
    .execute();
  return rows.map((row) => row.agent_id);
}

export async function moveNoteMentions(db: Queryable, from: number, to: number): Promise<void> {
  await db.updateTable('note_mention').set({ chat_id: to }).where('chat_id', '=', from).execute();
}
