import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { WebhookTable } from '../schema/inbox.ts';

export type WebhookRow = Selectable<WebhookTable>;

/** A webhook with the Organisation it belongs to: its secret is sealed to both. */
export type FoundWebhook = WebhookRow & { organisation_id: number };

export async function findWebhook(
  db: Queryable,
  dialect: string,
  session: string,
): Promise<FoundWebhook | undefined> {
  return db
    .selectFrom('webhook')
    .innerJoin('inbox', 'inbox.id', 'webhook.inbox_id')
    .selectAll('webhook')
    .select('inbox.organisation_id')
    .where('webhook.dialect', '=', dialect)
    .where('webhook.session', '=', session)
    .executeTakeFirst();
}

/** Rejects with a unique violation when the dialect has such a session already. */
export async function insertWebhook(
  db: Queryable,
  row: { inbox_id: number; dialect: string; session: string; secret: string | null; created_at: number },
): Promise<number> {
  const result = await db
    .insertInto('webhook')
    .values({ ...row, previous_secret: null, previous_until: 0, last_at: 0 })
    .executeTakeFirstOrThrow();
  return Number(result.insertId);
}

/** Keeps the secret before this one good until `previousUntil`. */
export async function rotateWebhookSecret(
  db: Queryable,
  id: number,
  change: { secret: string; previous: string | null; previousUntil: number },
): Promise<void> {
  await db
    .updateTable('webhook')
    .set({ secret: change.secret, previous_secret: change.previous, previous_until: change.previousUntil })
    .where('id', '=', id)
    .execute();
}

export async function listWebhooks(db: Queryable, inboxId: number): Promise<WebhookRow[]> {
  return db.selectFrom('webhook').selectAll().where('inbox_id', '=', inboxId).orderBy('id').execute();
}

export async function deleteWebhook(db: Queryable, inboxId: number, id: number): Promise<boolean> {
  const result = await db
    .deleteFrom('webhook')
    .where('id', '=', id)
    .where('inbox_id', '=', inboxId)
    .executeTakeFirst();
  return Number(result.numDeletedRows) > 0;
}

export async function noteDelivery(db: Queryable, id: number, at: number): Promise<void> {
  await db.updateTable('webhook').set({ last_at: at }).where('id', '=', id).execute();
}
