import { CompiledQuery, sql, type Kysely } from 'kysely';
import type { TextIndex, TextTerm } from './text-index.ts';

/**
 * FTS5 beside the row: no copy of the text, no positions. The document's number is its place in time, so that the newest
 * are read first and reading ends with the page. Inbox and Chat are words of a column of their own: two lists of numbers are
 * leapfrogged, and the Messages of other Inboxes are never looked at. The tokenizer `ascii` takes every letter beyond ASCII
 * as part of a word: what a word is has been decided before. Beginnings of two to six letters have lists of their own: for
 * longer ones the lists of all words that begin so are put together first, and those are seldom long.
 */
export const sqliteText: TextIndex = {
  async create(db) {
    await sql`create virtual table message_words using fts5(
      scope, words, content='', contentless_delete=1, detail=column, prefix='2 3 4 5 6', tokenize='ascii'
    )`.execute(db);
  },
  async insert(db, rows) {
    if (rows.length === 0) return;
    await insertInto(
      db,
      'message_text (message, doc, inbox_id, chat_id, digest)',
      rows.map((row) => [row.message, row.doc, row.inbox_id, row.chat_id, row.digest]),
    );
    await insertInto(
      db,
      'message_words (rowid, scope, words)',
      rows.map((row) => [
        row.doc,
        `${inboxWord(row.inbox_id)} ${chatWord(row.chat_id)}`,
        row.words.join(' '),
      ]),
    );
  },
  async remove(db, rows) {
    for (const { message, doc } of rows) {
      await sql`delete from message_words where rowid = ${doc}`.execute(db);
      await sql`delete from message_text where message = ${message}`.execute(db);
    }
  },
  find({ inboxIds, chatId, terms, before, limit }) {
    const scope = chatId === undefined ? inboxIds.map(inboxWord) : [chatWord(chatId)];
    const match = `scope : (${scope.join(' OR ')}) AND words : (${terms.map(spell).join(' AND ')})`;
    return sql`select t.message as message, t.doc as doc
      from (select rowid as place from message_words
        where message_words match ${match} and rowid < ${before ?? Number.MAX_SAFE_INTEGER}
        order by rowid desc limit ${limit}) as found
      cross join message_text as t on t.doc = found.place
      order by t.doc desc`;
  },
};

/** As text: a tree of query nodes for every value costs more than the insert. */
async function insertInto(db: Kysely<never>, table: string, rows: (string | number)[][]): Promise<void> {
  const places = `(${rows[0]!.map(() => '?').join(', ')})`;
  const values = rows.map(() => places).join(', ');
  await db.executeQuery(CompiledQuery.raw(`insert into ${table} values ${values}`, rows.flat()));
}

const inboxWord = (id: number): string => `i${id}`;
const chatWord = (id: number): string => `c${id}`;

/** As a string of FTS5, so that `AND`, `NEAR` and the like are words. */
function spell({ word, prefix }: TextTerm): string {
  return `"${word}"${prefix ? ' *' : ''}`;
}
