import type { Queryable } from '../database.ts';
import type { MessageRow } from './message.ts';

/** Messages of a Chat after a place, oldest first: for walking through all of it a page at a time. */
export async function messagesAfter(
  db: Queryable,
  chatId: number,
  after: { at: number; id: number },
  limit: number,
): Promise<MessageRow[]> {
  return db
    .selectFrom('message')
    .selectAll()
    .where('chat_id', '=', chatId)
    .where('merged_into', 'is', null)
    .where('at', '>=', after.at)
    .where((eb) => eb.or([eb('at', '>', after.at), eb('id', '>', after.id)]))
    .orderBy('at')
    .orderBy('id')
    .limit(limit)
    .execute();
}
