import { readPending, type DeliveryRow } from '../../db/query/delivery.ts';
import { findSessionRow } from '../../db/query/inbox.ts';
import { Ack } from '../contract/ack.ts';
import type { SendReason } from '../contract/outcome.ts';
import { inTurn, type Context } from './context.ts';
import { stillPending } from './still-pending.ts';

/** Deliveries in one turn. */
const atOnce = 500;

/**
 * Nothing of this Inbox can be sent any more: what waits has failed, and what may have left is the Agent's to decide. What
 * is under way is left to whoever carries it.
 */
export async function giveUp(context: Context, inboxId: number, reason: SendReason): Promise<void> {
  for (;;) {
    const waiting = (await readPending(context.db, inboxId, atOnce)).filter(isWaiting);
    if (waiting.length === 0) return;
    const ids = waiting.map((row) => row.message);
    await inTurn(context, inboxId, async (turn) => {
      for (const { state, delivery } of await stillPending(turn, ids, isWaiting)) {
        state.touched = true;
        if (delivery.state === 'unconfirmed') {
          delivery.state = 'uncertain';
          continue;
        }
        delivery.state = 'failed';
        state.now.failure = reason;
        state.now.ack = Ack.error;
      }
    });
  }
}

const isWaiting = ({ state }: Pick<DeliveryRow, 'state'>): boolean =>
  state === 'queued' || state === 'unconfirmed';

/**
 * The same where nothing runs the Inbox any more: for what was written, or came back, in the moment it was taken out of
 * use. Returns whether it is so.
 */
export async function giveUpWithoutEngine(
  context: Context,
  inboxId: number,
  pending: readonly DeliveryRow[],
): Promise<boolean> {
  if (!pending.some(isWaiting)) return false;
  const session = await findSessionRow(context.db, inboxId);
  if (session?.engine !== 'none') return false;
  await giveUp(context, inboxId, session.code === 'number-archived' ? 'number-archived' : 'not-supported');
  return true;
}
