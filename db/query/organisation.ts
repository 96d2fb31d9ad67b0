import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { OrganisationTable } from '../schema/organisation.ts';

export type OrganisationRow = Selectable<OrganisationTable>;

export async function findOrganisation(db: Queryable, id: number): Promise<OrganisationRow | undefined> {
  return db.selectFrom('organisation').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The oldest one: what a first start has made. */
export async function findFirstOrganisation(db: Queryable): Promise<OrganisationRow | undefined> {
  return db.selectFrom('organisation').selectAll().orderBy('id').limit(1).executeTakeFirst();
}

export async function insertOrganisation(db: Queryable, name: string, now: number): Promise<number> {
  const result = await db
    .insertInto('organisation')
    .values({ name, created_at: now })
    .executeTakeFirstOrThrow();
  return Number(result.insertId);
}
