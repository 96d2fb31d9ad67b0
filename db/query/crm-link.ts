import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { CrmLinkTable } from '../schema/crm.ts';

export type CrmLinkRow = Selectable<CrmLinkTable>;

export function findCrmLink(
  db: Queryable,
  organisationId: number,
  phone: string,
): Promise<CrmLinkRow | undefined> {
  return db
    .selectFrom('crm_link')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('phone', '=', phone)
    .executeTakeFirst();
}

/** The newest, of people who write to these Inboxes. */
export async function listCrmLinks(
  db: Queryable,
  of: { organisationId: number; inboxIds: readonly number[] },
  limit: number,
): Promise<CrmLinkRow[]> {
  if (of.inboxIds.length === 0) return [];
  return db
    .selectFrom('crm_link')
    .innerJoin('contact', 'contact.id', 'crm_link.contact_id')
    .selectAll('crm_link')
    .where('organisation_id', '=', of.organisationId)
    .where('contact.inbox_id', 'in', of.inboxIds)
    .orderBy('crm_link.at', 'desc')
    .limit(limit)
    .execute();
}

/** In the place of the one there is: of two at once the later stays. */
export async function putCrmLink(db: Queryable, row: CrmLinkRow): Promise<void> {
  await db.replaceInto('crm_link').values(row).execute();
}

export async function deleteCrmLink(db: Queryable, organisationId: number, phone: string): Promise<void> {
  await db
    .deleteFrom('crm_link')
    .where('organisation_id', '=', organisationId)
    .where('phone', '=', phone)
    .execute();
}
