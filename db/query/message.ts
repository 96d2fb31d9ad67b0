import { CompiledQuery, type Selectable } from 'kysely';
import type { Queryable } from '../database.ts';
import { padded, placesOf } from '../each.ts';
import type { MessageTable, ReactionTable } from '../schema/message.ts';
import { rowsBy } from './rows-by.ts';

export type MessageRow = Selectable<MessageTable>;
export type ReactionRow = Selectable<ReactionTable>;

/** Messages under these WhatsApp ids, in whatever Chat and direction. */
export async function readMessagesByMessageId(
  db: Queryable,
  inboxId: number,
  messageIds: readonly string[],
): Promise<MessageRow[]> {
  if (messageIds.length === 0) return [];
  const { rows } = await db.executeQuery(messagesByMessageIdQuery(inboxId, messageIds));
  return rows.toSorted((a, b) => a.id - b.id);
}

/**
 * As text, like the insert. At least one id. Not sorted: asked for an order by id, MariaDB reads the whole table along its
 * primary key while its statistics are young, once for every batch.
 */
export function messagesByMessageIdQuery(
  inboxId: number,
  messageIds: readonly string[],
): CompiledQuery<MessageRow> {
  const ids = padded(messageIds);
  return CompiledQuery.raw(`select * from message where inbox_id = ? and message_id in ${placesOf(ids)}`, [
    inboxId,
    ...ids,
  ]) as CompiledQuery<MessageRow>;
}

export async function readMessagesByClientId(
  db: Queryable,
  inboxId: number,
  clientIds: readonly string[],
): Promise<MessageRow[]> {
  if (clientIds.length === 0) return [];
  return db
    .selectFrom('message')
    .selectAll()
    .where('inbox_id', '=', inboxId)
    .where('client_id', 'in', clientIds)
    .execute();
}

export async function readMessages(db: Queryable, ids: readonly number[]): Promise<MessageRow[]> {
  if (ids.length === 0) return [];
  return (await db.executeQuery(rowsBy('message', 'id', ids))).rows;
}

/** A page of a Chat, newest first. One range of the index `message_page`. */
export function pageMessagesQuery(
  db: Queryable,
  chatId: number,
  page: { before: { at: number; id: number } | undefined; limit: number },
) {
  let query = db
    .selectFrom('message')
    .selectAll()
    .where('chat_id', '=', chatId)
    .where('merged_into', 'is', null);
  const { before } = page;
  if (before) {
    query = query
      .where('at', '<=', before.at)
      .where((eb) =>
        eb.or([eb('at', '<', before.at), eb.and([eb('at', '=', before.at), eb('id', '<', before.id)])]),
      );
  }
  return query.orderBy('at', 'desc').orderBy('id', 'desc').limit(page.limit);
}

/** The newest page of a Chat, newest first: what {@link pageMessagesQuery} asks without a place, as a finished text. */
export function newestPageQuery(chatId: number, limit: number): CompiledQuery<MessageRow> {
  return CompiledQuery.raw(
    'select * from message where chat_id = ? and merged_into is null order by at desc, id desc limit ?',
    [chatId, limit],
  ) as CompiledQuery<MessageRow>;
}

/** The same the other way: what follows a place, oldest first. */
export function messagesFromQuery(
  db: Queryable,
  chatId: number,
  page: { after: { at: number; id: number }; limit: number },
) {
  const { after, limit } = page;
  return db
    .selectFrom('message')
    .selectAll()
    .where('chat_id', '=', chatId)
    .where('merged_into', 'is', null)
    .where('at', '>=', after.at)
    .where((eb) =>
      eb.or([eb('at', '>', after.at), eb.and([eb('at', '=', after.at), eb('id', '>', after.id)])]),
    )
    .orderBy('at')
    .orderBy('id')
    .limit(limit);
}

/** What the chat list shows of a Chat: its newest Message. */
export function newestMessage(db: Queryable, chatId: number): Promise<MessageRow | undefined> {
  return pageMessagesQuery(db, chatId, { before: undefined, limit: 1 }).executeTakeFirst();
}

/** Of a Chat the newest reaction that is ours or to what we wrote, taken back or not, with what it is about. Reads the whole Chat. */
export function newestReaction(
  db: Queryable,
  chatId: number,
): Promise<(ReactionRow & Pick<MessageRow, 'body' | 'type'>) | undefined> {
  return db
    .selectFrom('message')
    .innerJoin('reaction', 'reaction.message', 'message.id')
    .selectAll('reaction')
    .select(['message.body', 'message.type'])
    .where('message.chat_id', '=', chatId)
    .where('message.merged_into', 'is', null)
    .where('message.revoked_at', 'is', null)
    .where((eb) => eb.or([eb('message.from_me', '=', 1), eb('reaction.from_us', '=', 1)]))
    .orderBy('reaction.at', 'desc')
    .orderBy('reaction.emoji', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** Live inbound Messages after a place in the Chat. */
export async function countUnread(
  db: Queryable,
  chatId: number,
  after: { at: number; id: number },
): Promise<number> {
  const row = await db
    .selectFrom('message')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('chat_id', '=', chatId)
    .where('merged_into', 'is', null)
    .where('from_me', '=', 0)
    .where('live', '=', 1)
    .where('type', '<>', 'system')
    .where('at', '>=', after.at)
    .where((eb) =>
      eb.or([eb('at', '>', after.at), eb.and([eb('at', '=', after.at), eb('id', '>', after.id)])]),
    )
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

/** Messages that stand in both Chats under one key: to be folded when the Chats are joined. */
export async function twinsInChats(
  db: Queryable,
  inboxId: number,
  winner: number,
  loser: number,
): Promise<{ kept: number; gone: number }[]> {
  return db
    .selectFrom('message as l')
    .innerJoin('message as w', (join) =>
      join
        .onRef('w.inbox_id', '=', 'l.inbox_id')
        .onRef('w.message_id', '=', 'l.message_id')
        .onRef('w.from_me', '=', 'l.from_me')
        .on('w.chat_id', '=', winner),
    )
    .select(['w.id as kept', 'l.id as gone'])
    .where('l.inbox_id', '=', inboxId)
    .where('l.chat_id', '=', loser)
    .execute();
}

export async function idsInChat(db: Queryable, chatId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('message')
    .select('id')
    .where('chat_id', '=', chatId)
    .orderBy('at')
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}

export async function moveMessages(
  db: Queryable,
  ids: readonly number[],
  chatId: number,
  seq: number,
): Promise<void> {
  if (ids.length === 0) return;
  await db.updateTable('message').set({ chat_id: chatId, seq }).where('id', 'in', ids).execute();
}

export async function idsOfSender(db: Queryable, contactId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('message')
    .select('id')
    .where('sender_contact_id', '=', contactId)
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}

export async function giveMessagesToSender(
  db: Queryable,
  ids: readonly number[],
  contactId: number,
  seq: number,
): Promise<void> {
  if (ids.length === 0) return;
  await db.updateTable('message').set({ sender_contact_id: contactId, seq }).where('id', 'in', ids).execute();
}

/** Rows that were stored apart (`<id>#2`) because another sender held the key. */
export function apartOfSender(db: Queryable, contactId: number): Promise<MessageRow[]> {
  return db
    .selectFrom('message')
    .selectAll()
    .where('sender_contact_id', '=', contactId)
    .where('message_id', 'like', '%#%')
    .where('merged_into', 'is', null)
    .orderBy('id')
    .execute();
}

export async function readReactions(db: Queryable, messages: readonly number[]): Promise<ReactionRow[]> {
  return messages.length === 0 ? [] : reactionsQuery(db, messages).execute();
}

export function reactionsQuery(db: Queryable, messages: readonly number[]) {
  return db
    .selectFrom('reaction')
    .selectAll()
    .where('message', 'in', messages)
    .orderBy('message')
    .orderBy('at')
    .orderBy('sender_contact_id');
}

export function reactionsOfSender(db: Queryable, contactId: number): Promise<ReactionRow[]> {
  return db.selectFrom('reaction').selectAll().where('sender_contact_id', '=', contactId).execute();
}

/** Replaces the reactions of a Message by these. */
export async function writeReactions(
  db: Queryable,
  message: number,
  rows: readonly ReactionRow[],
): Promise<void> {
  await db.deleteFrom('reaction').where('message', '=', message).execute();
  if (rows.length > 0) {
    await db
      .insertInto('reaction')
      .values([...rows])
      .execute();
  }
}
