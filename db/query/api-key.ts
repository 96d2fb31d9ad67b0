import type { Insertable, Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { ApiKeyTable } from '../schema/access.ts';

export type ApiKeyRow = Selectable<ApiKeyTable>;

export async function findApiKeyByDigest(db: Queryable, digest: string): Promise<ApiKeyRow | undefined> {
  return db.selectFrom('api_key').selectAll().where('digest', '=', digest).executeTakeFirst();
}

/** Of any Organisation: whoever asks compares it. */
export async function findApiKeyById(db: Queryable, id: number): Promise<ApiKeyRow | undefined> {
  return db.selectFrom('api_key').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findApiKey(
  db: Queryable,
  organisationId: number,
  id: number,
): Promise<ApiKeyRow | undefined> {
  return db
    .selectFrom('api_key')
    .selectAll()
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
}

export async function listApiKeys(db: Queryable, organisationId: number): Promise<ApiKeyRow[]> {
  return db
    .selectFrom('api_key')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .orderBy('id', 'desc')
    .limit(500)
    .execute();
}

export async function countApiKeys(db: Queryable, organisationId: number): Promise<number> {
  const row = await db
    .selectFrom('api_key')
    .select((eb) => eb.fn.countAll().as('n'))
    .where('organisation_id', '=', organisationId)
    .where('revoked_at', '=', 0)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

export async function insertApiKey(db: Queryable, row: Insertable<ApiKeyTable>): Promise<number> {
  return Number((await db.insertInto('api_key').values(row).executeTakeFirstOrThrow()).insertId);
}

export async function updateApiKey(
  db: Queryable,
  id: number,
  change: Partial<Pick<ApiKeyRow, 'digest' | 'masked' | 'last_used_at' | 'revoked_at'>>,
): Promise<void> {
  await db.updateTable('api_key').set(change).where('id', '=', id).execute();
}
