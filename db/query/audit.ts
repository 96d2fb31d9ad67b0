import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { AuditIntentTable, AuditTable } from '../schema/access.ts';

export type AuditRow = Selectable<AuditTable>;

/**
 * Takes the turn of an Organisation's log: the row lock lasts until commit. Gives the number to be written and the hash
 * before it. Two first writers: one gets a unique violation and comes again.
 */
export async function takeAuditTurn(
  db: Queryable,
  organisationId: number,
): Promise<{ number: number; previous: string }> {
  await db
    .updateTable('audit_head')
    .set((eb) => ({ number: eb('number', '+', 1) }))
    .where('organisation_id', '=', organisationId)
    .execute();
  const head = await db
    .selectFrom('audit_head')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
  if (head) return { number: head.number, previous: head.hash };
  await db
    .insertInto('audit_head')
    .values({ organisation_id: organisationId, number: 1, hash: '' })
    .execute();
  return { number: 1, previous: '' };
}

export async function insertAudit(db: Queryable, row: AuditRow): Promise<void> {
  await db.insertInto('audit').values(row).execute();
  await db
    .updateTable('audit_head')
    .set({ hash: row.hash })
    .where('organisation_id', '=', row.organisation_id)
    .execute();
}

export async function findAuditHead(
  db: Queryable,
  organisationId: number,
): Promise<{ number: number; hash: string } | undefined> {
  return db
    .selectFrom('audit_head')
    .select(['number', 'hash'])
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
}

/** Newest first. */
export async function pageAudit(
  db: Queryable,
  organisationId: number,
  page: {
    before?: number | undefined;
    limit: number;
    act?: string | undefined;
    actor?: string | undefined;
    since?: number | undefined;
    until?: number | undefined;
  },
): Promise<AuditRow[]> {
  let query = db.selectFrom('audit').selectAll().where('organisation_id', '=', organisationId);
  if (page.before !== undefined) query = query.where('number', '<', page.before);
  if (page.act !== undefined) query = query.where('act', '=', page.act);
  if (page.actor !== undefined) query = query.where('actor', '=', page.actor);
  if (page.since !== undefined) query = query.where('at', '>=', page.since);
  if (page.until !== undefined) query = query.where('at', '<', page.until);
  return query.orderBy('number', 'desc').limit(page.limit).execute();
}

/** In the order they were written. */
export async function walkAudit(
  db: Queryable,
  organisationId: number,
  after: number,
  limit: number,
): Promise<AuditRow[]> {
  return db
    .selectFrom('audit')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('number', '>', after)
    .orderBy('number')
    .limit(limit)
    .execute();
}

export async function insertIntent(db: Queryable, row: AuditIntentTable): Promise<void> {
  await db.insertInto('audit_intent').values(row).execute();
}

/** True for one caller only, however many there are. */
export async function takeIntent(db: Queryable, id: string): Promise<boolean> {
  const result = await db.deleteFrom('audit_intent').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows === 1n;
}

export async function findOldIntents(
  db: Queryable,
  before: number,
  limit: number,
): Promise<AuditIntentTable[]> {
  return db
    .selectFrom('audit_intent')
    .selectAll()
    .where('at', '<', before)
    .orderBy('at')
    .limit(limit)
    .execute();
}
