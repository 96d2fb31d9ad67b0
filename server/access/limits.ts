import type { Queryable } from '../../db/database.ts';
import { readSetting } from '../../db/query/setting.ts';
import { Problem } from '../contract/problem.ts';

/** What an operator allows an Organisation at most; settings of these names, absent = no limit. */
export const limitSettings = { agents: 'limit.agents', inboxes: 'limit.inboxes' } as const;
export type LimitedThing = keyof typeof limitSettings;

export async function limitOf(
  db: Queryable,
  organisationId: number,
  what: LimitedThing,
): Promise<number | undefined> {
  const text = await readSetting(db, organisationId, limitSettings[what]);
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Whether one more fits. Disabled Agents do not count. Problem `conflict`. */
export async function requireRoom(db: Queryable, organisationId: number, what: LimitedThing): Promise<void> {
  const most = await limitOf(db, organisationId, what);
  if (most === undefined) return;
  const counted =
    what === 'agents'
      ? db
          .selectFrom('agent')
          .select((eb) => eb.fn.countAll().as('n'))
          .where('organisation_id', '=', organisationId)
          .where('disabled_at', '=', 0)
      : db
          .selectFrom('inbox')
          .select((eb) => eb.fn.countAll().as('n'))
          .where('organisation_id', '=', organisationId);
  const row = await counted.executeTakeFirst();
  if (Number(row?.n ?? 0) >= most) throw new Problem('conflict', `At most ${most} ${what} are allowed here`);
}
