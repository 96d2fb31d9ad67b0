import type { Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import type { NumberCheckTable } from '../schema/chat.ts';

export type NumberCheckRow = Selectable<NumberCheckTable>;

export async function readNumberChecks(
  db: Queryable,
  inboxId: number,
  phones: readonly string[],
): Promise<NumberCheckRow[]> {
  if (phones.length === 0) return [];
  return db
    .selectFrom('number_check')
    .selectAll()
    .where('inbox_id', '=', inboxId)
    .where('phone', 'in', phones)
    .execute();
}

/** How many numbers an Inbox has asked about since then. */
export async function countNumberChecks(db: Queryable, inboxId: number, since: number): Promise<number> {
  const row = await db
    .selectFrom('number_check')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('inbox_id', '=', inboxId)
    .where('checked_at', '>', since)
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

/** In a transaction: what was known of these numbers before is forgotten. */
export async function writeNumberChecks(db: Queryable, rows: readonly NumberCheckRow[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  await db
    .deleteFrom('number_check')
    .where('inbox_id', '=', first.inbox_id)
    .where(
      'phone',
      'in',
      rows.map((row) => row.phone),
    )
    .execute();
  await db
    .insertInto('number_check')
    .values([...rows])
    .execute();
}
