import type { Tx } from '../../db/database.ts';
import type { PictureSubject } from '../../db/query/profile-picture.ts';
import type { ChatRow } from '../../db/query/chat.ts';
import type { ContactRow } from '../../db/query/contact.ts';
import type { ChatRoom } from './chat-room.ts';
import { inTurn } from './context.ts';
import { contextOf } from './contexts.ts';
import type { Tracked } from './tracked.ts';
import type { Turn } from './turn.ts';

/**
 * For whoever keeps profile pictures: `write` runs in the Inbox's turn, is told which one is shown and returns which one
 * shall be; the Contact with their Chat, or the group, takes the turn's `seq` and is published. Who has been joined to
 * another is that one. Nobody is there any more: `write` is not called.
 */
export type ShowPicture = (
  inboxId: number,
  subjects: readonly PictureSubject[],
  write: (tx: Tx, shown: number | null, subject: PictureSubject) => Promise<number | null>,
) => Promise<void>;

/** Problems: `not-found` when there is no such Inbox. */
export function showPictures(room: ChatRoom): ShowPicture {
  return async (inboxId, subjects, write) => {
    await inTurn(contextOf(room), inboxId, async (turn) => {
      for (const subject of subjects) {
        const row = await standing(turn, subject);
        if (row) row.picture = await write(turn.tx, row.picture, { ...subject, id: row.id });
      }
    });
  };
}

/** Whoever the subject is now. */
async function standing(
  turn: Turn,
  { kind, id }: PictureSubject,
): Promise<{ id: number; picture: number | null } | undefined> {
  let next: number | null = id;
  for (let hop = 0; hop < 20 && next !== null; hop++) {
    if (kind === 'contact') await turn.loadContacts([next]);
    else await turn.loadChats([next]);
    const found: Tracked<ContactRow> | Tracked<ChatRow> | undefined =
      kind === 'contact' ? turn.contacts.get(next) : turn.chats.get(next);
    if (!found || found.now.inbox_id !== turn.inboxId) return undefined;
    if (found.now.merged_into === null) {
      if (kind === 'contact') await turn.loadChatsOf([turn.contact(next)]);
      return found.now;
    }
    next = found.now.merged_into;
  }
  return undefined;
}
