import { CompiledQuery } from 'kysely';
import type { Queryable } from '../database.ts';
import { preparedMark } from '../dialect/mysql-packets.ts';
import { each, placesOf } from '../each.ts';
import { later, laterInsert } from '../together.ts';
import type { MessageRow } from './message.ts';
import type { SqlValue } from './update-rows.ts';

type NewRow = Omit<MessageRow, 'id'>;
export type InsertedMessage = Pick<MessageRow, 'id' | 'chat_id' | 'from_me' | 'message_id'>;

const mostInserted = 100;
/** In the statements that follow {@link insertMessagesLater}. */
const firstId = '@first_message';

/**
 * The one hot statement: new Messages of a batch, at most 100, all of one Inbox and `seq`. The message key is UNIQUE in
 * the database; the caller holds the Inbox's turn and has looked, so a violation is a fault, never an answer. Returns the
 * ids with their keys, as they are read back.
 */
export async function insertMessages(db: Queryable, rows: readonly NewRow[]): Promise<InsertedMessage[]> {
  const [only] = rows;
  if (!only) return [];
  const { text, places, values } = insertOf(rows);
  const ids = await each(db, text + places, values);
  if (ids) return rows.map((row, n) => ({ ...keyOf(row), id: ids[n]! }));
  const isFull = rows.length === mostInserted;
  const insert = CompiledQuery.raw(
    `${isFull ? preparedMark : ''}${text}${places}${`, ${places}`.repeat(rows.length - 1)}`,
    values.flat(),
  );
  if (rows.length === 1) {
    const { insertId } = await db.executeQuery(insert);
    return [{ ...keyOf(only), id: Number(insertId) }];
  }
  // A full batch has always the same text, and costs half when it is prepared; that is worth a round trip.
  if (isFull) await db.executeQuery(insert);
  else await later(db, insert);
  return db
    .selectFrom('message')
    .select(['id', 'chat_id', 'from_me', 'message_id'])
    .where('inbox_id', '=', only.inbox_id)
    .where('seq', '=', only.seq)
    .execute();
}

/**
 * The same for a transaction in packets that need not know the ids before it ends: nothing waits for the insert. `told` is
 * called with the first id, before the commit is answered; the row at place n has `first + n × @@auto_increment_increment`,
 * {@link promisedId} in statements. How many rows there are is known before, and InnoDB gives those of one such statement
 * neighbouring ids in their order, whatever its `innodb_autoinc_lock_mode`. False, and nothing done: a full batch, which is
 * better prepared.
 */
export async function insertMessagesLater(
  db: Queryable,
  rows: readonly NewRow[],
  told: (first: number) => void,
): Promise<boolean> {
  if (rows.length === 0 || rows.length >= mostInserted) return false;
  const { text, places, values } = insertOf(rows);
  const insert = `${text}${places}${`, ${places}`.repeat(rows.length - 1)}`;
  await laterInsert(db, CompiledQuery.raw(insert, values.flat()), told);
  // What else the transaction inserts must not be taken for it.
  await later(db, CompiledQuery.raw(`set ${firstId} = last_insert_id()`));
  return true;
}

/** The id of the row at this place, before it is known. */
export function promisedId(place: number): SqlValue {
  return { sql: `${firstId} + ? * @@auto_increment_increment`, value: place };
}

/** As text: thousands of values are not worth a tree of query nodes. */
function insertOf(rows: readonly NewRow[]) {
  const columns = Object.keys(rows[0]!) as (keyof NewRow)[];
  return {
    text: `insert into message (\`${columns.join('`, `')}\`) values `,
    places: placesOf(columns),
    values: rows.map((row) => columns.map((column) => row[column])),
  };
}

function keyOf({ chat_id, from_me, message_id }: NewRow): Omit<InsertedMessage, 'id'> {
  return { chat_id, from_me, message_id };
}
