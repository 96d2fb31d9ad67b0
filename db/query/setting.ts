import type { Queryable } from '../database.ts';

export async function readSetting(
  db: Queryable,
  organisationId: number,
  name: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('setting')
    .select('value')
    .where('organisation_id', '=', organisationId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.value;
}

/** Run in a transaction: writes the value over the one before. */
export async function writeSetting(
  db: Queryable,
  organisationId: number,
  name: string,
  value: string,
): Promise<void> {
  await db
    .deleteFrom('setting')
    .where('organisation_id', '=', organisationId)
    .where('name', '=', name)
    .execute();
  await db.insertInto('setting').values({ organisation_id: organisationId, name, value }).execute();
}
