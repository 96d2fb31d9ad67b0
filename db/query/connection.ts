import type { Insertable, Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { ConnectionTable, ConnectLinkTable } from '../schema/access.ts';

export type ConnectionRow = Selectable<ConnectionTable>;
export type ConnectLinkRow = Selectable<ConnectLinkTable>;

export async function findConnection(
  db: Queryable,
  organisationId: number,
  by: { name: string } | { session: string },
): Promise<ConnectionRow | undefined> {
  const [column, value] = 'name' in by ? (['name', by.name] as const) : (['session', by.session] as const);
  return db
    .selectFrom('connection')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where(column, '=', value)
    .executeTakeFirst();
}

export async function listConnections(db: Queryable, organisationId: number): Promise<ConnectionRow[]> {
  return db
    .selectFrom('connection')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .orderBy('created_at')
    .execute();
}

/** A second one of the same name is a unique violation. */
export async function insertConnection(db: Queryable, row: Insertable<ConnectionTable>): Promise<void> {
  await db.insertInto('connection').values(row).execute();
}

/** True for the one caller that exchanged the key `from`. */
export async function exchangeConnectionKey(
  db: Queryable,
  row: Pick<ConnectionRow, 'organisation_id' | 'name'>,
  from: number,
  to: number,
): Promise<boolean> {
  const result = await db
    .updateTable('connection')
    .set({ api_key_id: to })
    .where('organisation_id', '=', row.organisation_id)
    .where('name', '=', row.name)
    .where('api_key_id', '=', from)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function insertConnectLink(db: Queryable, row: Insertable<ConnectLinkTable>): Promise<void> {
  await db.insertInto('connect_link').values(row).execute();
}

export async function findConnectLink(db: Queryable, id: string): Promise<ConnectLinkRow | undefined> {
  return db.selectFrom('connect_link').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function listConnectLinks(db: Queryable, inboxId: number): Promise<ConnectLinkRow[]> {
  return db
    .selectFrom('connect_link')
    .selectAll()
    .where('inbox_id', '=', inboxId)
    .orderBy('created_at', 'desc')
    .limit(20)
    .execute();
}

/** The first browser keeps it: true for one caller. */
export async function bindConnectLink(db: Queryable, id: string, browser: string): Promise<boolean> {
  const result = await db
    .updateTable('connect_link')
    .set({ browser })
    .where('id', '=', id)
    .where('browser', '=', '')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** True for the one caller that ended it. */
export async function endConnectLink(
  db: Queryable,
  id: string,
  by: 'connected' | 'revoked',
  at: number,
): Promise<boolean> {
  const result = await db
    .updateTable('connect_link')
    .set({ ended_at: at, ended_by: by })
    .where('id', '=', id)
    .where('ended_at', '=', 0)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
