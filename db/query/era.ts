import { randomBytes } from 'node:crypto';
import type { Queryable } from '../database.ts';
import type { Position } from '../../server/contract/wire.ts';

/** Of an Inbox; a follower from before them is told to read afresh. */
const mostEras = 1_000;

/** A new history of an Inbox, from behind this number on; within a turn of it. */
export async function beginEra(db: Queryable, inboxId: number, since: number): Promise<string> {
  const era = randomBytes(9).toString('base64url');
  const { last } = await db
    .selectFrom('inbox_era')
    .select((e) => e.fn.max('n').as('last'))
    .where('inbox_id', '=', inboxId)
    .executeTakeFirstOrThrow();
  const n = Number(last ?? -1) + 1;
  await db.insertInto('inbox_era').values({ inbox_id: inboxId, n, era, since }).execute();
  await db.updateTable('inbox').set({ era }).where('id', '=', inboxId).execute();
  if (n >= mostEras)
    await db
      .deleteFrom('inbox_era')
      .where('inbox_id', '=', inboxId)
      .where('n', '<=', n - mostEras)
      .execute();
  return era;
}

/** The last number of an era that another followed; undefined: of none such. */
async function endOfEra(db: Queryable, inboxId: number, era: string): Promise<number | undefined> {
  const next = await db
    .selectFrom('inbox_era as e')
    .innerJoin('inbox_era as next', (join) =>
      join.onRef('next.inbox_id', '=', 'e.inbox_id').on((eb) => eb('next.n', '=', eb('e.n', '+', 1))),
    )
    .select('next.since')
    .where('e.inbox_id', '=', inboxId)
    .where('e.era', '=', era)
    .executeTakeFirst();
  return next?.since;
}

/** The eras of an Inbox that have numbers beyond this one, newest first, and where each began. */
export function erasBeyond(
  db: Queryable,
  inboxId: number,
  seq: number,
): Promise<{ era: string; since: number }[]> {
  return db
    .selectFrom('inbox_era')
    .select(['era', 'since'])
    .where('inbox_id', '=', inboxId)
    .where('n', '>=', (eb) =>
      eb
        .selectFrom('inbox_era')
        .select((e) => e.fn.coalesce(e.fn.max('n'), e.lit(0)).as('n'))
        .where('inbox_id', '=', inboxId)
        .where('since', '<=', seq),
    )
    .orderBy('n', 'desc')
    .execute();
}

/**
 * Whether an Inbox, whose head is given, has been where somebody says that they have followed it to. Where not, the database
 * was brought back to before that, and what it has counted since is something else.
 */
export async function isPast(
  db: Queryable,
  inboxId: number,
  { head, position: { era, seq } }: { head: Position; position: Position },
): Promise<boolean> {
  if (era === head.era) return seq <= head.seq;
  const end = await endOfEra(db, inboxId, era);
  return end !== undefined && seq <= end;
}
