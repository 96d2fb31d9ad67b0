import type { ChatRow } from '../../../db/query/chat.ts';
import {
  agentsNoted,
  changeNoteMentions,
  dropNoteMentions,
  moveNoteMentions,
  seeNoteMentions,
} from '../../../db/query/note-mention.ts';
import type { NoteRow } from '../../../db/query/note.ts';
import type { Turn } from '../turn.ts';

/** `note.mentions`, `chat.noted_ids`: ids in order, by comma. */
export function readIds(text: string): number[] {
  return text === '' ? [] : text.split(',').map(Number);
}

/** As many as the row can tell of; the index knows all. */
const mostTold = 40;

/**
 * A note was written or changed: whom it names has it to see, but for who wrote it. Whom it named before and who has seen
 * it is not told again. `was`: the mentions it had.
 */
export async function noteMentions(turn: Turn, note: NoteRow, was: string): Promise<void> {
  const [before, now] = [readIds(was), note.deleted_at === null ? readIds(note.mentions) : []];
  const place = { id: note.id, inboxId: note.inbox_id, chatId: note.chat_id };
  const added = now.filter((id) => !before.includes(id) && id !== note.agent_id);
  const dropped = before.filter((id) => !now.includes(id));
  if (added.length + dropped.length === 0) return;
  if (note.deleted_at === null) await changeNoteMentions(turn.tx, place, { added, dropped });
  else await dropNoteMentions(turn.tx, note.chat_id, note.id);
  await turn.loadChats([note.chat_id]);
  await copyNoted(turn, turn.chat(note.chat_id).now);
}

/** An Agent has the Chat open. */
export async function seeNotes(turn: Turn, chat: ChatRow, agentId: number): Promise<void> {
  if (!readIds(chat.noted_ids).includes(agentId)) return;
  await seeNoteMentions(turn.tx, { inboxId: turn.inboxId, chatId: chat.id }, agentId);
  await copyNoted(turn, chat);
}

/** Two Chats become one. */
export async function joinNoted(turn: Turn, winner: ChatRow, loser: ChatRow): Promise<void> {
  if (loser.noted_ids === '') return;
  await moveNoteMentions(turn.tx, loser.id, winner.id);
  loser.noted_ids = '';
  await copyNoted(turn, winner);
}

async function copyNoted(turn: Turn, chat: ChatRow): Promise<void> {
  const ids = await agentsNoted(turn.tx, chat.id);
  chat.noted_ids = ids
    .toSorted((a, b) => a - b)
    .slice(0, mostTold)
    .join(',');
}
