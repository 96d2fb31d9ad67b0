import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Queryable } from '../database.ts';
import type { MessageTable } from '../schema/message.ts';
import type { Place } from './waiting.ts';

export type SharedKind = 'media' | 'documents' | 'links';

/** So many Messages of a Chat are looked through for one page, whatever they are: no page takes longer in a long Chat. */
export const lookedThrough = 2_000;

/** Messages of one kind among the next {@link lookedThrough} before a place, newest first. One range of `message_page`. */
export function sharedQuery(
  db: Queryable,
  chatId: number,
  page: { kind: SharedKind; before: Place | undefined; limit: number },
) {
  return db
    .selectFrom(stretch(db, chatId, page.before).selectAll().limit(lookedThrough).as('message'))
    .selectAll()
    .where('revoked_at', 'is', null)
    .where((eb) =>
      isOfKind(eb as unknown as ExpressionBuilder<{ message: MessageTable }, 'message'>, page.kind),
    )
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit);
}

/** Where that look ends; none: at the beginning of the Chat. */
export function sharedEndQuery(db: Queryable, chatId: number, before: Place | undefined) {
  return stretch(db, chatId, before)
    .select(['at', 'id'])
    .limit(1)
    .offset(lookedThrough - 1);
}

function stretch(db: Queryable, chatId: number, before: Place | undefined) {
  let query = db.selectFrom('message').where('chat_id', '=', chatId).where('merged_into', 'is', null);
  if (before) {
    query = query
      .where('at', '<=', before.at)
      .where((eb) =>
        eb.or([eb('at', '<', before.at), eb.and([eb('at', '=', before.at), eb('id', '<', before.id)])]),
      );
  }
  return query.orderBy('at', 'desc').orderBy('id', 'desc');
}

function isOfKind(
  eb: ExpressionBuilder<{ message: MessageTable }, 'message'>,
  kind: SharedKind,
): Expression<SqlBool> {
  if (kind === 'media') return eb('type', 'in', ['image', 'video']);
  if (kind === 'documents') return eb('type', '=', 'document');
  return eb.or([
    eb('body', 'like', '%http://%'),
    eb('body', 'like', '%https://%'),
    eb('body', 'like', '%www.%'),
    eb('content', 'like', '%"link":%'),
  ]);
}
