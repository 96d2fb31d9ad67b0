import { sql } from 'kysely';
import type { Queryable } from '../database.ts';
import { isUniqueViolation } from '../portable.ts';
import type { SignInTryTable } from '../schema/access.ts';

export async function readTries(db: Queryable, ids: readonly string[]): Promise<SignInTryTable[]> {
  return db.selectFrom('sign_in_try').selectAll().where('id', 'in', ids).execute();
}

/** A count that has not begun. Somebody else's, made at the same moment, will do as well. Outside of transactions. */
export async function beginTries(db: Queryable, id: string, endsAt: number): Promise<void> {
  try {
    await db.insertInto('sign_in_try').values({ id, tries: 0, ends_at: endsAt }).execute();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
  }
}

/** Counts one more try in each; where the window is over, a new one begins. Locks the rows, always in the same order. */
export async function addTry(
  tx: Queryable,
  ids: readonly string[],
  now: number,
  endsAt: number,
): Promise<void> {
  await tx
    .updateTable('sign_in_try')
    // In this order: MySQL reads a column it has just set as it is now.
    .set({
      tries: sql<number>`case when ends_at <= ${now} then 1 else tries + 1 end`,
      ends_at: sql<number>`case when ends_at <= ${now} then ${endsAt} else ends_at end`,
    })
    .where('id', 'in', ids)
    .execute();
}

/** Takes a try back, if its window is still the one it was counted in. */
export async function takeTryBack(db: Queryable, id: string, endsAt: number): Promise<void> {
  await db
    .updateTable('sign_in_try')
    .set((e) => ({ tries: e('tries', '-', 1) }))
    .where('id', '=', id)
    .where('ends_at', '=', endsAt)
    .where('tries', '>', 0)
    .execute();
}

/**
 * Drops what is over. Should more than `most` be left, the oldest go too, but those with `keep` tries or more, so that
 * a flood of names frees no guesser.
 */
export async function pruneTries(db: Queryable, now: number, most: number, keep: number): Promise<void> {
  await db.deleteFrom('sign_in_try').where('ends_at', '<=', now).execute();
  const { count } = await db
    .selectFrom('sign_in_try')
    .select((e) => e.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  if (Number(count) <= most) return;
  const newest = await db
    .selectFrom('sign_in_try')
    .select('ends_at')
    .orderBy('ends_at', 'desc')
    .offset(most)
    .limit(1)
    .executeTakeFirst();
  if (!newest) return;
  await db
    .deleteFrom('sign_in_try')
    .where('ends_at', '<=', newest.ends_at)
    .where('tries', '<', keep)
    .execute();
}
