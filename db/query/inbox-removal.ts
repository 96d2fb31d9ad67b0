import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { InboxRemovalTable } from '../schema/removal.ts';

export type InboxRemovalRow = Selectable<InboxRemovalTable>;

export async function insertRemoval(
  db: Queryable,
  row: Pick<
    InboxRemovalRow,
    'inbox_id' | 'organisation_id' | 'name' | 'number' | 'mode' | 'phone' | 'engine' | 'begun_at'
  >,
): Promise<void> {
  await db.insertInto('inbox_removal').values(row).execute();
}

export function findRemoval(db: Queryable, inboxId: number): Promise<InboxRemovalRow | undefined> {
  return db.selectFrom('inbox_removal').selectAll().where('inbox_id', '=', inboxId).executeTakeFirst();
}

export async function dropRemoval(db: Queryable, inboxId: number): Promise<void> {
  await db.deleteFrom('inbox_removal').where('inbox_id', '=', inboxId).execute();
}

/** Newest first. */
export function listRemovals(db: Queryable, organisationId: number): Promise<InboxRemovalRow[]> {
  return db
    .selectFrom('inbox_removal')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .orderBy('begun_at', 'desc')
    .orderBy('inbox_id', 'desc')
    .limit(100)
    .execute();
}

/** What is not done yet, of all Organisations, the oldest first. */
export function openRemovals(db: Queryable): Promise<InboxRemovalRow[]> {
  return db
    .selectFrom('inbox_removal')
    .selectAll()
    .where('ended_at', '=', 0)
    .orderBy('begun_at')
    .orderBy('inbox_id')
    .execute();
}

export async function updateRemoval(
  db: Queryable,
  inboxId: number,
  change: Partial<Pick<InboxRemovalRow, 'phone' | 'messages' | 'ended_at'>>,
): Promise<void> {
  await db.updateTable('inbox_removal').set(change).where('inbox_id', '=', inboxId).execute();
}

/** The Inbox is nobody's from now on: every door that asks whose it is finds nobody. Names of its webhooks stay, as no Inbox's. */
export async function disownInbox(db: Queryable, inboxId: number): Promise<void> {
  await db.updateTable('inbox').set({ organisation_id: 0 }).where('id', '=', inboxId).execute();
  await db.updateTable('webhook_gone').set({ inbox_id: 0 }).where('inbox_id', '=', inboxId).execute();
}

/** Nothing comes in by its webhooks any more; their names are kept, to say why. Secrets go. */
export async function retireWebhooks(db: Queryable, inboxId: number, at: number): Promise<void> {
  const rows = await db
    .selectFrom('webhook')
    .select(['dialect', 'session'])
    .where('inbox_id', '=', inboxId)
    .execute();
  for (const { dialect, session } of rows) {
    const same = { dialect, session };
    await db
      .deleteFrom('webhook_gone')
      .where('dialect', '=', dialect)
      .where('session', '=', session)
      .execute();
    await db
      .insertInto('webhook_gone')
      .values({ ...same, inbox_id: inboxId, gone_at: at })
      .execute();
  }
  await db.deleteFrom('webhook').where('inbox_id', '=', inboxId).execute();
}

/** Whether a webhook of that name fed an Inbox that was taken out of use. */
export async function isWebhookGone(db: Queryable, dialect: string, session: string): Promise<boolean> {
  const row = await db
    .selectFrom('webhook_gone')
    .select('gone_at')
    .where('dialect', '=', dialect)
    .where('session', '=', session)
    .executeTakeFirst();
  return row !== undefined;
}

/** The webhooks that fed an Inbox before it was archived; who posts there is not told any more that it is gone. */
export async function forgetGoneWebhooks(
  db: Queryable,
  inboxId: number,
): Promise<{ dialect: string; session: string }[]> {
  const rows = await db
    .selectFrom('webhook_gone')
    .select(['dialect', 'session'])
    .where('inbox_id', '=', inboxId)
    .orderBy('dialect')
    .orderBy('session')
    .execute();
  await db.deleteFrom('webhook_gone').where('inbox_id', '=', inboxId).execute();
  return rows;
}

/** Links for the phone's owner and what "connect" has made of it. Returns the keys that were made with it. */
export async function retireConnections(db: Queryable, inboxId: number, at: number): Promise<number[]> {
  const rows = await db
    .selectFrom('connection')
    .select('api_key_id')
    .where('inbox_id', '=', inboxId)
    .execute();
  await db.deleteFrom('connection').where('inbox_id', '=', inboxId).execute();
  await db
    .updateTable('connect_link')
    .set({ ended_at: at, ended_by: 'revoked' })
    .where('inbox_id', '=', inboxId)
    .where('ended_at', '=', 0)
    .execute();
  return rows.map((row) => row.api_key_id);
}

/**
 * Takes an Inbox out of the lists of keys and endpoints that name it; a key left without any is revoked (an empty list is
 * not "all"). Returns the keys that have changed.
 */
export async function forgetInboxInLists(
  db: Queryable,
  organisationId: number,
  inboxId: number,
  at: number,
): Promise<number[]> {
  const changed: number[] = [];
  for (const table of ['api_key', 'endpoint'] as const) {
    const rows = await db
      .selectFrom(table)
      .select(['id', 'inboxes'])
      .where('organisation_id', '=', organisationId)
      .where('inboxes', 'is not', null)
      .execute();
    for (const { id, inboxes } of rows) {
      const ids = JSON.parse(inboxes ?? '[]') as number[];
      if (!ids.includes(inboxId)) continue;
      const left = ids.filter((one) => one !== inboxId);
      const change = { inboxes: JSON.stringify(left) };
      if (table === 'endpoint') {
        await db.updateTable('endpoint').set(change).where('id', '=', id).execute();
        continue;
      }
      await db.updateTable('api_key').set(change).where('id', '=', id).execute();
      if (left.length === 0) await revokeKeys(db, [id], at);
      changed.push(id);
    }
  }
  return changed;
}

export async function revokeKeys(db: Queryable, ids: readonly number[], at: number): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('api_key')
    .set({ revoked_at: at })
    .where('id', 'in', ids)
    .where('revoked_at', '=', 0)
    .execute();
}
