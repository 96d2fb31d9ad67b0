import type { DeliveryRow } from '../../db/query/delivery.ts';
import { findSessionRow } from '../../db/query/inbox.ts';
import { triesOf } from './attempt.ts';
import { inTurn, type Context } from './context.ts';
import { isUnsentId } from './message-key.ts';
import { toUnconfirmed } from './settle.ts';
import { stillPending } from './still-pending.ts';

/** Compare-and-set in the Inbox's turn: `queued` and due → `sending`. The number of the attempt, or undefined: not ours. */
export async function claim(
  context: Context,
  wanted: DeliveryRow,
  lease: { owner: string; leaseUntil: number },
): Promise<number | undefined> {
  const { value } = await inTurn(context, wanted.inbox_id, async (turn) => {
    const isDue = ({ state, due_at: dueAt }: DeliveryRow): boolean => state === 'queued' && dueAt <= turn.now;
    const [found] = await stillPending(turn, [wanted.message], isDue);
    if (!found) return undefined;
    const { state, delivery } = found;
    delivery.state = 'sending';
    delivery.attempt += 1;
    delivery.lease_owner = lease.owner;
    delivery.lease_until = lease.leaseUntil;
    delivery.guessed_message_id = null;
    state.touched = true;
    return delivery.attempt;
  });
  return value;
}

/** A send that may have arrived is repeated so often, and so long after it was written, ms. */
const mostAttempts = 3;
const repeatMs = 15 * 60_000;

/**
 * Looks after Deliveries whose sender is gone: `sending` with an expired lease, of another process although the Session
 * is ours now, or ours without a send under way, may have been sent → unconfirmed. What has been unconfirmed long enough
 * is sent again where the engine chooses the message id, since the same id is shown once; elsewhere, or when that does
 * not help, it becomes the Agent's to decide. Returns whether there was any.
 */
export async function recover(
  context: Context,
  inboxId: number,
  pending: readonly DeliveryRow[],
  own: { owner: string | undefined; inFlight: ReadonlySet<number> },
): Promise<boolean> {
  const now = context.clock.now();
  const lost = (row: DeliveryRow): boolean => {
    if (row.state === 'unconfirmed') return row.due_at <= now;
    if (row.state !== 'sending' || own.inFlight.has(row.message)) return false;
    return row.lease_until <= now || own.owner !== undefined;
  };
  const ids = pending.filter(lost).map((row) => row.message);
  if (ids.length === 0) return false;
  const repeats = await choosesIds(context, inboxId);
  await inTurn(context, inboxId, async (turn) => {
    for (const { state, delivery } of await stillPending(turn, ids, lost)) {
      if (!isUnsentId(state.now.message_id)) turn.deleteDelivery(state);
      else if (delivery.state === 'sending') toUnconfirmed(turn, state);
      else if (
        repeats &&
        triesOf(delivery.attempt) < mostAttempts &&
        turn.now - delivery.created_at < repeatMs
      ) {
        // While the Session is away nobody is asked: it may settle by itself.
        if (own.owner !== undefined) delivery.state = 'queued';
        delivery.due_at = own.owner === undefined ? turn.now + turn.rules.unconfirmedMs : turn.now;
        state.touched = true;
      } else {
        delivery.state = 'uncertain';
        state.touched = true;
      }
    }
  });
  return true;
}

async function choosesIds({ db, capabilitiesOf }: Context, inboxId: number): Promise<boolean> {
  const session = await findSessionRow(db, inboxId);
  return session !== undefined && capabilitiesOf(session.engine).chosenMessageId;
}
