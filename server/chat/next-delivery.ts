import type { DeliveryRow } from '../../db/query/delivery.ts';

export interface Next {
  /** The one to be sent now. */
  delivery: DeliveryRow | undefined;
  /** When the next waiting one is due. */
  queuedAt: number;
  /** When the next claim or unconfirmed wait runs out. */
  expiresAt: number;
}

/**
 * Which Delivery goes next: oldest first, one in flight per Chat, and in a Chat never one before the older ones. An
 * unconfirmed one does not hold up its Chat: nothing of it is in flight.
 */
export function chooseNext(pending: readonly DeliveryRow[], now: number): Next {
  const held = new Set(pending.filter((row) => row.state === 'sending').map((row) => row.chat_id));
  const next: Next = { delivery: undefined, queuedAt: Infinity, expiresAt: Infinity };
  for (const row of pending) {
    if (row.state === 'sending') next.expiresAt = Math.min(next.expiresAt, row.lease_until);
    if (row.state === 'unconfirmed') next.expiresAt = Math.min(next.expiresAt, row.due_at);
    if (row.state !== 'queued' || held.has(row.chat_id)) continue;
    held.add(row.chat_id);
    if (row.due_at > now) next.queuedAt = Math.min(next.queuedAt, row.due_at);
    else next.delivery ??= row;
  }
  return next;
}
