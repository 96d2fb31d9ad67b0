import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { DeliveryTable } from '../schema/message.ts';

export type DeliveryRow = Selectable<DeliveryTable>;

export async function insertDelivery(db: Queryable, row: DeliveryRow): Promise<void> {
  await db.insertInto('delivery').values(row).execute();
}

export async function readDeliveries(db: Queryable, messages: readonly number[]): Promise<DeliveryRow[]> {
  return messages.length === 0 ? [] : deliveriesQuery(db, messages).execute();
}

export function deliveriesQuery(db: Queryable, messages: readonly number[]) {
  return db.selectFrom('delivery').selectAll().where('message', 'in', messages);
}

/** Deliveries of these Chats that an echo may belong to, oldest first. */
export async function readUnsettled(db: Queryable, chatIds: readonly number[]): Promise<DeliveryRow[]> {
  if (chatIds.length === 0) return [];
  return db
    .selectFrom('delivery')
    .selectAll()
    .where('chat_id', 'in', chatIds)
    .where('state', 'in', ['sending', 'unconfirmed', 'uncertain'])
    .orderBy('message')
    .execute();
}

/** All Deliveries of an Inbox that are not waiting for the Agent, oldest first. */
export function readPending(db: Queryable, inboxId: number, limit: number): Promise<DeliveryRow[]> {
  return db
    .selectFrom('delivery')
    .selectAll()
    .where('inbox_id', '=', inboxId)
    .where('state', 'in', ['queued', 'sending', 'unconfirmed'])
    .orderBy('message')
    .limit(limit)
    .execute();
}

/** Inboxes that have pending Deliveries. */
export async function inboxesWithPending(db: Queryable): Promise<number[]> {
  const rows = await db
    .selectFrom('delivery')
    .select('inbox_id')
    .distinct()
    .where('state', 'in', ['queued', 'sending', 'unconfirmed'])
    .execute();
  return rows.map((row) => row.inbox_id);
}

export async function updateDelivery(
  db: Queryable,
  message: number,
  patch: Partial<DeliveryRow>,
): Promise<void> {
  await db.updateTable('delivery').set(patch).where('message', '=', message).execute();
}

export async function deleteDelivery(db: Queryable, message: number): Promise<void> {
  await db.deleteFrom('delivery').where('message', '=', message).execute();
}

export async function moveDeliveries(db: Queryable, from: number, to: number): Promise<void> {
  await db.updateTable('delivery').set({ chat_id: to }).where('chat_id', '=', from).execute();
}
