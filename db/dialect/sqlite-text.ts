import { CompiledQuery, sql, type Kysely } from 'kysely';
import type { TextIndex, TextOf, TextQuery, TextTerm } from './text-index.ts';

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
  async insert(db, of, rows) {
    if (rows.length === 0) return;
    await insertInto(
      db,
      `${of}_text (item, doc, inbox_id, chat_id, digest)`,
      rows.map((row) => [row.item, row.doc, row.inbox_id, row.chat_id, row.digest]),
    );
    await insertInto(
      db,
      `${of}_words (rowid, scope, words)`,
      rows.map((row) => [
        row.doc,
        `${inboxWord(row.inbox_id)} ${chatWord(row.chat_id)}`,
        row.words.join(' '),
      ]),
    );
  },
  async remove(db, of, rows) {
    for (const { item, doc } of rows) {
      await sql`delete from ${sql.ref(`${of}_words`)} where rowid = ${doc}`.execute(db);
      await sql`delete from ${sql.ref(`${of}_text`)} where item = ${item}`.execute(db);
    }
  },
  async find(db, of, query) {
    const { rows } = await db.executeQuery<{ item: number; doc: number }>(
      CompiledQuery.raw(findBy[of], [matchOf(query), query.before ?? Number.MAX_SAFE_INTEGER, query.limit]),
    );
    return { rows };
  },
  async count(db, of, query) {
    const { rows } = await db.executeQuery<{ n: number }>(
      CompiledQuery.raw(countBy[of], [matchOf(query), query.limit]),
    );
    return rows[0]?.n ?? 0;
  },
};

/** One text for each, so that the statement is prepared once. */
const findBy = { message: findIn('message'), note: findIn('note') };
const countBy = { message: countIn('message'), note: countIn('note') };

function findIn(of: TextOf): string {
  return `select t.item as item, t.doc as doc
    from (select rowid as place from ${of}_words where ${of}_words match ? and rowid < ? order by rowid desc limit ?) as found
    cross join ${of}_text as t on t.doc = found.place
    order by t.doc desc`;
}

function countIn(of: TextOf): string {
  return `select count(*) as n from (select rowid from ${of}_words where ${of}_words match ? limit ?)`;
}

function matchOf({ inboxIds, chatId, terms }: TextQuery): string {
  const scope = chatId === undefined ? inboxIds.map(inboxWord) : [chatWord(chatId)];
  return `scope : (${scope.join(' OR ')}) AND words : (${terms.map(spell).join(' AND ')})`;
}

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
