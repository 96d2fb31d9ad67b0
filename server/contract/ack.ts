/** How far an outgoing Message got. `error` stands beside the ladder: any real rung overrides it. */
export const Ack = { error: -1, pending: 0, server: 1, device: 2, read: 3, played: 4 } as const;
export type Ack = (typeof Ack)[keyof typeof Ack];

export function isAck(value: unknown): value is Ack {
  return typeof value === 'number' && Number.isInteger(value) && value >= -1 && value <= 4;
}

/**
 * Joins two acks: the higher rung wins; `error` wins over `pending` only, so it stands while nothing better is known.
 * Commutative, associative and idempotent.
 */
export function joinAck(a: Ack, b: Ack): Ack {
  if (a === Ack.error) return b > Ack.pending ? b : a;
  if (b === Ack.error) return a > Ack.pending ? a : b;
  return a > b ? a : b;
}
