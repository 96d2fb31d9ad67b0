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

/** When each of these Inboxes had its last Message (0: never), and how many since that moment. Reads today's Chats only. */
export async function activityOf(
  db: Queryable,
  inboxIds: readonly number[],
  since: number,
): Promise<{ inboxId: number; lastAt: number; messages: number }[]> {
  if (inboxIds.length === 0) return [];
  const [last, counts] = await Promise.all([
    db
      .selectFrom('chat')
      .select((eb) => ['inbox_id', eb.fn.max('last_at').as('at')])
      .where('inbox_id', 'in', inboxIds)
      .where('merged_into', 'is', null)
      .groupBy('inbox_id')
      .execute(),
    db
      .selectFrom('chat')
      .innerJoin('message', 'message.chat_id', 'chat.id')
      .select((eb) => ['chat.inbox_id', eb.fn.countAll<number | string>().as('n')])
      .where('chat.inbox_id', 'in', inboxIds)
      .where('chat.last_at', '>=', since)
      .where('message.at', '>=', since)
      .where('message.merged_into', 'is', null)
      .groupBy('chat.inbox_id')
      .execute(),
  ]);
  return inboxIds.map((inboxId) => ({
    inboxId,
    lastAt: Number(last.find((row) => row.inbox_id === inboxId)?.at ?? 0),
    messages: Number(counts.find((row) => row.inbox_id === inboxId)?.n ?? 0),
  }));
}
