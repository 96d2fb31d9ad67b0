import type { Insertable, Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { InvitationTable } from '../schema/access.ts';

export type InvitationRow = Selectable<InvitationTable>;

export async function insertInvitation(db: Queryable, row: Insertable<InvitationTable>): Promise<void> {
  await db.insertInto('invitation').values(row).execute();
}

export async function findInvitation(db: Queryable, id: string): Promise<InvitationRow | undefined> {
  return db.selectFrom('invitation').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function listInvitations(db: Queryable, organisationId: number): Promise<InvitationRow[]> {
  return db
    .selectFrom('invitation')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .orderBy('created_at', 'desc')
    .limit(200)
    .execute();
}

/** True for the one caller who takes it. */
export async function takeInvitation(db: Queryable, id: string, at: number): Promise<boolean> {
  const result = await db
    .updateTable('invitation')
    .set({ used_at: at })
    .where('id', '=', id)
    .where('used_at', '=', 0)
    .where('revoked_at', '=', 0)
    .where('expires_at', '>', at)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Ends those that are open: one, or all of an e-mail. True when there was one. */
export async function revokeInvitations(
  db: Queryable,
  organisationId: number,
  which: { id: string } | { email: string },
  at: number,
): Promise<boolean> {
  const [column, value] = 'id' in which ? (['id', which.id] as const) : (['email', which.email] as const);
  const result = await db
    .updateTable('invitation')
    .set({ revoked_at: at })
    .where('organisation_id', '=', organisationId)
    .where(column, '=', value)
    .where('used_at', '=', 0)
    .where('revoked_at', '=', 0)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
