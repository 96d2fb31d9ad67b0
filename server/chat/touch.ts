import type { Tx } from '../../db/database.ts';
import type { ChatRoom } from './chat-room.ts';
import { inTurn } from './context.ts';
import { contextOf } from './contexts.ts';

/**
 * For rooms that keep something clients see as part of a Message: `write` runs in the Inbox's turn and returns the
 * Messages whose part has changed; they are stamped with `seq` and published. None: nothing is.
 */
export type TouchMessages = (
  inboxId: number,
  write: (tx: Tx, seq: number) => Promise<readonly number[]>,
) => Promise<void>;

/** Problems: `not-found` when there is no such Inbox. */
export function touchMessages(room: ChatRoom): TouchMessages {
  return async (inboxId, write) => {
    await inTurn(contextOf(room), inboxId, async (turn) => {
      const ids = await write(turn.tx, turn.seq);
      await turn.loadMessages(ids);
      for (const id of ids) {
        const state = turn.message(id);
        if (state) state.touched = true;
      }
    });
  };
}
