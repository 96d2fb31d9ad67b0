import type { SessionState } from '../../server/contract/session-state.ts';
import type { DeliveryTable } from '../schema/message.ts';
import type { Queryable } from '../database.ts';

/** Of all Organisations: how many Sessions are in each state. Inboxes that live on webhooks are none. */
export async function countSessionsByState(db: Queryable): Promise<{ state: SessionState; n: number }[]> {
  const rows = await db
    .selectFrom('session')
    .select((eb) => ['state', eb.fn.countAll<number | string>().as('n')])
    .where('engine', '!=', 'none')
    .groupBy('state')
    .execute();
  return rows.map(({ state, n }) => ({ state, n: Number(n) }));
}

/** Of all Organisations: how many outgoing Messages wait, by how far they are. */
export async function countDeliveries(
  db: Queryable,
): Promise<{ state: DeliveryTable['state']; n: number }[]> {
  const rows = await db
    .selectFrom('delivery')
    .select((eb) => ['state', eb.fn.countAll<number | string>().as('n')])
    .groupBy('state')
    .execute();
  return rows.map(({ state, n }) => ({ state, n: Number(n) }));
}
