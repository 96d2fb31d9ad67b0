import type { Selectable } from 'kysely';
import type { Database, Queryable } from '../database.ts';
import { transact } from '../database.ts';
import type { BackfillTable } from '../schema/inbox.ts';

export type BackfillRow = Selectable<BackfillTable>;

export function readBackfill(db: Queryable, inboxId: number): Promise<BackfillRow | undefined> {
  return db.selectFrom('backfill').selectAll().where('inbox_id', '=', inboxId).executeTakeFirst();
}

/** Takes the place of the one before. */
export async function startBackfill(
  db: Database,
  row: Pick<BackfillRow, 'inbox_id' | 'since' | 'per_chat' | 'started_at'>,
): Promise<void> {
  await transact(db, async (tx) => {
    await tx.deleteFrom('backfill').where('inbox_id', '=', row.inbox_id).execute();
    await tx
      .insertInto('backfill')
      .values({ ...row, state: 'running', messages: 0, ended_at: null })
      .execute();
  });
}

export async function endBackfill(
  db: Queryable,
  row: Pick<BackfillRow, 'inbox_id' | 'started_at'>,
  state: 'done' | 'stopped',
  at: number,
): Promise<void> {
  await db
    .updateTable('backfill')
    .set({ state, ended_at: at })
    .where('inbox_id', '=', row.inbox_id)
    .where('started_at', '=', row.started_at)
    .where('state', '=', 'running')
    .execute();
}

export async function countBackfilled(db: Queryable, inboxId: number, messages: number): Promise<void> {
  await db
    .updateTable('backfill')
    .set((eb) => ({ messages: eb('messages', '+', messages) }))
    .where('inbox_id', '=', inboxId)
    .execute();
}

/** The newest Chat that a backfill begun at this time has not done yet. */
export function nextChatToBackfill(
  db: Queryable,
  inboxId: number,
  startedAt: number,
): Promise<{ id: number } | undefined> {
  return db
    .selectFrom('chat')
    .select('id')
    .where('inbox_id', '=', inboxId)
    .where('merged_into', 'is', null)
    .where('backfilled_at', '<', startedAt)
    .orderBy('last_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Bookkeeping of the pull alone, so it takes no `seq`. */
export async function noteBackfilled(db: Queryable, chatId: number, at: number): Promise<void> {
  await db.updateTable('chat').set({ backfilled_at: at }).where('id', '=', chatId).execute();
}

export async function countChats(
  db: Queryable,
  inboxId: number,
  startedAt: number,
): Promise<{ total: number; done: number }> {
  const row = await db
    .selectFrom('chat')
    .select((eb) => [
      eb.fn.countAll().as('total'),
      eb.fn.sum(eb.case().when('backfilled_at', '>=', startedAt).then(1).else(0).end()).as('done'),
    ])
    .where('inbox_id', '=', inboxId)
    .where('merged_into', 'is', null)
    .executeTakeFirst();
  return { total: Number(row?.total ?? 0), done: Number(row?.done ?? 0) };
}

/** When the oldest Message of a Chat is from (ms), and how many there are. */
export async function oldestOfChat(
  db: Queryable,
  chatId: number,
): Promise<{ at: number | undefined; count: number }> {
  const row = await db
    .selectFrom('message')
    .select((eb) => [eb.fn.min('at').as('at'), eb.fn.countAll().as('count')])
    .where('chat_id', '=', chatId)
    .where('merged_into', 'is', null)
    .executeTakeFirst();
  return { at: row?.at == null ? undefined : Number(row.at), count: Number(row?.count ?? 0) };
}
