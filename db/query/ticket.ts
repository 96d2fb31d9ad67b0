import type { Queryable } from '../database.ts';
import type { TicketTable } from '../schema/organisation.ts';

export async function insertTicket(db: Queryable, row: TicketTable): Promise<void> {
  await db.insertInto('ticket').values(row).execute();
}

/**
 * Takes a ticket: of any number of callers at the same time the database lets exactly one delete the row. Gives the
 * sign-in it was made from; undefined when there is no such ticket, it is over, or another was faster.
 */
export async function takeTicket(db: Queryable, id: string, now: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('ticket')
    .select('agent_session_id')
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) return undefined;
  const result = await db
    .deleteFrom('ticket')
    .where('id', '=', id)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numDeletedRows === 1n ? row.agent_session_id : undefined;
}

export async function deleteEndedTickets(db: Queryable, now: number): Promise<void> {
  await db.deleteFrom('ticket').where('expires_at', '<=', now).execute();
}
