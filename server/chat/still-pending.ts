import type { DeliveryRow } from '../../db/query/delivery.ts';
import type { MessageState } from './message-state.ts';
import type { Turn } from './turn.ts';

/** A Delivery with its Message, in the Inbox's turn. */
export interface Pending {
  state: MessageState;
  delivery: DeliveryRow;
}

/**
 * Those of these Messages whose Delivery still fits, now that it is looked at under the lock: what was settled or claimed
 * meanwhile is left out.
 */
export async function stillPending(
  turn: Turn,
  messages: readonly number[],
  fits: (delivery: DeliveryRow) => boolean,
): Promise<Pending[]> {
  await turn.loadMessages(messages);
  await turn.loadDeliveries(messages);
  return messages.flatMap((id) => {
    const state = turn.message(id);
    const delivery = turn.deliveries.get(id)?.now;
    return state && delivery && fits(delivery) ? [{ state, delivery }] : [];
  });
}
