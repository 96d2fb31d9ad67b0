import { renameInbox as writeName } from '../../db/query/inbox.ts';
import type { Inbox } from '../contract/wire.ts';
import type { Scope } from './chat-room.ts';
import { inTurn, type Context } from './context.ts';
import { findInbox, ownInbox } from './read.ts';

/** Another name takes the Inbox's next number and is published like any row: open screens show it. Problems: `not-found`. */
export async function renameInbox(
  context: Context,
  scope: Scope,
  inboxId: number,
  name: string,
): Promise<Inbox> {
  const { db, capabilitiesOf } = context;
  const { name: before } = await ownInbox(db, scope, inboxId);
  if (before !== name) {
    await inTurn(context, inboxId, async (turn) => {
      await writeName(turn.tx, inboxId, name, turn.seq);
      turn.visible = true;
      // The row is none of those that a turn has in memory.
      turn.bulk = true;
    });
  }
  return findInbox(db, capabilitiesOf, scope, inboxId);
}
