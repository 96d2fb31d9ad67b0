import type { Queryable } from '../database.ts';
import type { MessageRow } from './message.ts';
import type { Place } from './waiting.ts';

/** The phone's count is looked back upon so far. */
const mostCounted = 500;

/** Whether one of these Addresses is our own. */
export async function ownAmong(db: Queryable, inboxId: number, values: readonly string[]): Promise<boolean> {
  const row = await db
    .selectFrom('address')
    .innerJoin('contact', 'contact.id', 'address.contact_id')
    .select('contact.id')
    .where('address.inbox_id', '=', inboxId)
    .where('address.value', 'in', [...new Set(values)].slice(0, 2_000))
    .where('contact.is_me', '=', 1)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function unreadGroups(db: Queryable, inboxId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('chat')
    .select('id')
    .where('inbox_id', '=', inboxId)
    .where('kind', '=', 'group')
    .where('unread', '>', 0)
    .where('merged_into', 'is', null)
    .execute();
  return rows.map((row) => row.id);
}

/**
 * Live unread Messages of a group that name somebody: those after a place, and of what the phone has counted up to it the
 * `base` last ones that nobody has read here.
 */
export async function unreadNaming(
  db: Queryable,
  chatId: number,
  unread: { base: number; after: Place; read: Place },
): Promise<Pick<MessageRow, 'content' | 'revoked_at'>[]> {
  const { base, after, read } = unread;
  const inbound = db
    .selectFrom('message')
    .select(['content', 'revoked_at', 'live'])
    .where('chat_id', '=', chatId)
    .where('merged_into', 'is', null)
    .where('from_me', '=', 0)
    .where('type', '<>', 'system');
  const behind = (query: typeof inbound, { at, id }: Place) =>
    query
      .where('at', '>=', at)
      .where((eb) => eb.or([eb('at', '>', at), eb.and([eb('at', '=', at), eb('id', '>', id)])]));
  const rows = await behind(inbound, after)
    .where('live', '=', 1)
    .where('content', 'like', '%"mentions"%')
    .execute();
  if (base <= 0) return rows;
  const counted = await behind(inbound, read)
    .where('at', '<=', after.at)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(Math.min(base, mostCounted))
    .execute();
  return [...rows, ...counted.filter((row) => row.live === 1)];
}
