import type { ChatRow } from '../../../db/query/chat.ts';
import { writeChatLabels } from '../../../db/query/label.ts';
import { moveNotes, noteIdsInChat } from '../../../db/query/note.ts';
import type { Turn } from '../turn.ts';
import { readLabelIds, writeLabelIds } from './label-ids.ts';
import { joinNoted } from './noted.ts';

const bulk = 500;

/**
 * Two Chats become one: the assignment said last stands (also when it said "nobody"; said at the same time, that of the
 * Chat that stays), the labels of both are carried, every note moves, and who has one to see.
 */
export async function joinWork(turn: Turn, winner: ChatRow, loser: ChatRow): Promise<void> {
  if (loser.assigned_at > winner.assigned_at) {
    winner.assignee_id = loser.assignee_id;
    winner.assigned_at = loser.assigned_at;
  }
  loser.assignee_id = null;
  if (loser.label_ids !== '') {
    const ids = [...readLabelIds(winner.label_ids), ...readLabelIds(loser.label_ids)];
    winner.label_ids = writeLabelIds(ids);
    loser.label_ids = '';
    await writeChatLabels(turn.tx, { id: loser.id, inboxId: turn.inboxId }, []);
    await writeChatLabels(turn.tx, { id: winner.id, inboxId: turn.inboxId }, readLabelIds(winner.label_ids));
  }
  await joinNoted(turn, winner, loser);
  const notes = await noteIdsInChat(turn.tx, loser.id);
  for (let start = 0; start < notes.length; start += bulk) {
    if (start > 0) await turn.step();
    await moveNotes(turn.tx, notes.slice(start, start + bulk), winner.id, turn.seq);
  }
}
