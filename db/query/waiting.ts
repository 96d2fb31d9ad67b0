import type { Queryable } from '../database.ts';

/** Where a Message stands in its Chat. */
export interface Place {
  at: number;
  id: number;
}

/** Our last Message that WhatsApp has, from the end of the index `message_page`. */
export async function lastAnswer(db: Queryable, chatId: number): Promise<Place | undefined> {
  return db
    .selectFrom('message')
    .select(['at', 'id'])
    .where('chat_id', '=', chatId)
    .where('merged_into', 'is', null)
    .where('from_me', '=', 1)
    .where('ack', '>=', 1)
    .where('type', '<>', 'system')
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** The time of their first live Message after a place; 0: there is none. */
export async function firstAskAfter(db: Queryable, chatId: number, after: Place): Promise<number> {
  const row = await db
    .selectFrom('message')
    .select('at')
    .where('chat_id', '=', chatId)
    .where('merged_into', 'is', null)
    .where('from_me', '=', 0)
    .where('live', '=', 1)
    .where('revoked_at', 'is', null)
    .where('type', '<>', 'system')
    .where('at', '>=', after.at)
    .where((eb) =>
      eb.or([eb('at', '>', after.at), eb.and([eb('at', '=', after.at), eb('id', '>', after.id)])]),
    )
    .orderBy('at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row?.at ?? 0;
}
