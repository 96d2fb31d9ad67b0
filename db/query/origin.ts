import type { Queryable } from '../database.ts';

export async function listAllowedOrigins(db: Queryable, organisationId: number): Promise<string[]> {
  const rows = await db
    .selectFrom('allowed_origin')
    .select('origin')
    .where('organisation_id', '=', organisationId)
    .orderBy('origin')
    .execute();
  return rows.map((row) => row.origin);
}

/** The Organisations that allow an origin. */
export async function organisationsAllowing(db: Queryable, origin: string): Promise<number[]> {
  const rows = await db
    .selectFrom('allowed_origin')
    .select('organisation_id')
    .where('origin', '=', origin)
    .execute();
  return rows.map((row) => row.organisation_id);
}

/** Run in a transaction: the list as a whole replaces the one before. */
export async function replaceAllowedOrigins(
  db: Queryable,
  organisationId: number,
  origins: readonly string[],
): Promise<void> {
  await db.deleteFrom('allowed_origin').where('organisation_id', '=', organisationId).execute();
  if (origins.length === 0) return;
  await db
    .insertInto('allowed_origin')
    .values(origins.map((origin) => ({ organisation_id: organisationId, origin })))
    .execute();
}
