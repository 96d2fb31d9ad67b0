import type { Insertable, Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { EmbedKeyTable } from '../schema/embed.ts';

export type EmbedKeyRow = Selectable<EmbedKeyTable>;

export async function insertEmbedKey(
  db: Queryable,
  row: Omit<Insertable<EmbedKeyTable>, 'id'>,
): Promise<number> {
  const result = await db.insertInto('embed_key').values(row).executeTakeFirstOrThrow();
  return Number(result.insertId);
}

/** Whatever its Organisation: the key's name is all that a token brings along. */
export async function findEmbedKeyByKid(db: Queryable, kid: string): Promise<EmbedKeyRow | undefined> {
  return db.selectFrom('embed_key').selectAll().where('kid', '=', kid).executeTakeFirst();
}

export async function findEmbedKey(
  db: Queryable,
  organisationId: number,
  id: number,
): Promise<EmbedKeyRow | undefined> {
  return db
    .selectFrom('embed_key')
    .selectAll()
    .where('id', '=', id)
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
}

/** Keys that are not over at `now`, oldest first. */
export async function listEmbedKeys(
  db: Queryable,
  organisationId: number,
  now: number,
): Promise<EmbedKeyRow[]> {
  return db
    .selectFrom('embed_key')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where((eb) => eb.or([eb('ends_at', '=', 0), eb('ends_at', '>', now)]))
    .orderBy('id')
    .execute();
}

export async function endEmbedKey(db: Queryable, id: number, endsAt: number): Promise<void> {
  await db.updateTable('embed_key').set({ ends_at: endsAt }).where('id', '=', id).execute();
}

export async function touchEmbedKey(db: Queryable, id: number, at: number): Promise<void> {
  await db
    .updateTable('embed_key')
    .set({ last_used_at: at })
    .where('id', '=', id)
    .where('last_used_at', '<', at)
    .execute();
}

/** Takes a token out of circulation; a second time is a unique violation. */
export async function insertUsedEmbedToken(db: Queryable, id: string, expiresAt: number): Promise<void> {
  await db.insertInto('embed_token_used').values({ id, expires_at: expiresAt }).execute();
}

export async function deleteUsedEmbedTokens(db: Queryable, now: number): Promise<void> {
  await db.deleteFrom('embed_token_used').where('expires_at', '<=', now).execute();
}

/** The sign-ins that a key has opened. */
export async function agentSessionsOfEmbedKey(
  db: Queryable,
  embedKeyId: number,
): Promise<{ id: string; agent_id: number }[]> {
  return db
    .selectFrom('agent_session')
    .select(['id', 'agent_id'])
    .where('embed_key_id', '=', embedKeyId)
    .execute();
}

/** A sign-in lives until then, or longer. */
export async function extendAgentSession(db: Queryable, id: string, expiresAt: number): Promise<boolean> {
  const result = await db
    .updateTable('agent_session')
    .set({ expires_at: expiresAt })
    .where('id', '=', id)
    .where('expires_at', '<=', expiresAt)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
