import { sql } from 'kysely';
import type { TextIndex, TextTerm } from './text-index.ts';

/**
 * FULLTEXT of InnoDB on the words, as they are after folding. Words shorter than three letters and stop words are left out
 * by the server as it is usually set, so every word is given two letters in front: none is short, none is a stop word.
 */
export const mysqlText: TextIndex = {
  async create(db) {
    await sql`alter table message_text add column words mediumtext not null`.execute(db);
    await sql`create fulltext index message_text_words on message_text (words)`.execute(db);
  },
  async insert(db, rows) {
    if (rows.length === 0) return;
    const values = rows.map(
      (row) =>
        sql`(${row.message}, ${row.doc}, ${row.inbox_id}, ${row.chat_id}, ${row.digest}, ${row.words.map(spell).join(' ')})`,
    );
    await sql`insert into message_text (message, doc, inbox_id, chat_id, digest, words) values ${sql.join(values)}`.execute(
      db,
    );
  },
  async remove(db, rows) {
    if (rows.length === 0) return;
    await sql`delete from message_text where message in (${sql.join(rows.map((row) => row.message))})`.execute(
      db,
    );
  },
  find({ inboxIds, chatId, terms, before, limit }) {
    const scope =
      chatId === undefined ? sql`inbox_id in (${sql.join([...inboxIds])})` : sql`chat_id = ${chatId}`;
    return sql`select message, doc from message_text
      where match (words) against (${terms.map(ask).join(' ')} in boolean mode)
      and ${scope} and doc < ${before ?? Number.MAX_SAFE_INTEGER}
      order by doc desc limit ${limit}`;
  },
};

const front = 'zq';
/** InnoDB leaves out longer ones (`innodb_ft_max_token_size` 84). */
const longest = 80;

function ask({ word, prefix }: TextTerm): string {
  const spelled = spell(word);
  return `+${spelled}${prefix && spelled.length < longest ? '*' : ''}`;
}

/** The scripts that the server surely takes for letters stay as they are, of the others the numbers stand for them. */
function spell(word: string): string {
  let spelled = front;
  for (const letter of word) {
    const part = /[a-z0-9\u00df-\u024f\u0370-\u06ff]/.test(letter)
      ? letter
      : `x${letter.codePointAt(0)!.toString(16)}x`;
    if (spelled.length + part.length > longest) return spelled.padEnd(longest, 'z');
    spelled += part;
  }
  return spelled;
}
