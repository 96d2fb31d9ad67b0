import { CompiledQuery, sql, type Kysely } from 'kysely';
import type { FoundTexts, TextIndex, TextOf, TextQuery, TextTerm } from './text-index.ts';

/**
 * FULLTEXT of InnoDB on the words, as they are after folding. It reads all that match, and their rows, before it sorts: good
 * for what is rare, seconds for what is frequent. What is frequent is soon found by reading the newest rows one by one. So
 * the newest are read first; if that does not fill the page, what they told of the words decides how it goes on.
 *
 * Words shorter than three letters and stop words are left out by the server as it is usually set, so every word has its
 * Inbox in front: none is short, none is a stop word, and the lists of other Inboxes are never read.
 */
export const mysqlText: TextIndex = {
  async create(db) {
    await sql`alter table message_text add column words mediumtext not null`.execute(db);
    await sql`create fulltext index message_text_words on message_text (words)`.execute(db);
  },
  async insert(db, of, rows) {
    if (rows.length === 0) return;
    const values = rows.flatMap((row) => [
      row.item,
      row.doc,
      row.inbox_id,
      row.chat_id,
      row.digest,
      // A blank on both sides of every word: so its beginning is told from its middle.
      ` ${row.words.map((word) => spell(word, row.inbox_id)).join(' ')} `,
    ]);
    const places = `(?, ?, ?, ?, ?, ?)${', (?, ?, ?, ?, ?, ?)'.repeat(rows.length - 1)}`;
    await db.executeQuery(
      CompiledQuery.raw(
        `insert into ${of}_text (item, doc, inbox_id, chat_id, digest, words) values ${places}`,
        values,
      ),
    );
  },
  async remove(db, of, rows) {
    if (rows.length === 0) return;
    await sql`delete from ${sql.ref(`${of}_text`)} where item in (${sql.join(rows.map((row) => row.item))})`.execute(
      db,
    );
  },
  async find(db, of, query) {
    const each = await Promise.all(query.inboxIds.map((inboxId) => findIn(db, of, inboxId, query)));
    const downTo = Math.max(...each.map((one) => one.downTo ?? 0));
    const rows = each
      .flatMap((one) => one.rows)
      .filter((row) => row.doc >= downTo)
      .toSorted((a, b) => b.doc - a.doc)
      .slice(0, query.limit);
    return downTo === 0 || rows.length === query.limit ? { rows } : { rows, downTo };
  },
  async count(db, of, query) {
    const place = placeOf(of, query.inboxIds[0]!, query);
    const end = Number.MAX_SAFE_INTEGER;
    if ((await floorOf(db, place, end, reading.counted)) > 0) return undefined;
    const { sql: has, values } = wordsLike(place.inboxId, query.terms);
    const { rows } = await db.executeQuery<{ n: number }>(
      CompiledQuery.raw(`select count(*) as n from ${place.rows} and ${has}`, [place.id, ...values]),
    );
    return Math.min(query.limit, Number(rows[0]?.n ?? 0));
  },
};

/** Rows that are read: at first, in one question at most, and to count. Tests make them few. */
export const reading = { sample: 2_000, most: 12_000, counted: 5_000 };
/** µs: a row that is read in turn, one that FULLTEXT finds (it lies anywhere), an entry of a word's list. */
const rowCost = 2;
const foundCost = 20;
const listCost = 0.5;

/** Where the newest rows stand together. */
interface Place {
  of: TextOf;
  inboxId: number;
  /** Of the Inbox or the Chat. */
  id: number;
  column: 'inbox_id' | 'chat_id';
  /** `from … where …` with one place for `id`. */
  rows: string;
}

function placeOf(of: TextOf, inboxId: number, { chatId }: Pick<TextQuery, 'chatId'>): Place {
  const text = `${of}_text`;
  if (chatId === undefined)
    return { of, inboxId, id: inboxId, column: 'inbox_id', rows: `${text} where inbox_id = ?` };
  const rows = `${text} force index (${text}_chat) where chat_id = ?`;
  return { of, inboxId, id: chatId, column: 'chat_id', rows };
}

async function findIn(db: Kysely<never>, of: TextOf, inboxId: number, query: TextQuery): Promise<FoundTexts> {
  const place = placeOf(of, inboxId, query);
  const { terms, limit } = query;
  const end = query.before ?? Number.MAX_SAFE_INTEGER;
  const floor = await floorOf(db, place, end, reading.sample);
  const newest = await readDown(db, place, terms, floor, end, limit);
  if (newest.length === limit || floor === 0) return { rows: newest };

  const { perRow, all } = await frequencies(db, of, inboxId, terms);
  const both = Math.min(...perRow, Math.max(newest.length, 0.5) / reading.sample);
  const readingOn = Math.min(all, limit / both) * rowCost;
  const plan = cheapest(terms, perRow);
  const left = limit - newest.length;
  if (all * plan.cost <= readingOn) {
    const older = await askIndex(db, place, plan, floor, left);
    return { rows: [...newest, ...older] };
  }
  const deeper = await floorOf(db, place, floor, reading.most);
  const older = await readDown(db, place, terms, deeper, floor, left);
  const rows = [...newest, ...older];
  return rows.length === limit || deeper === 0 ? { rows } : { rows, downTo: deeper };
}

/** The place so many rows down; 0: there are no more than that. */
async function floorOf(db: Kysely<never>, place: Place, end: number, rows: number): Promise<number> {
  const found = await db.executeQuery<{ doc: number }>(
    CompiledQuery.raw(`select doc from ${place.rows} and doc < ? order by doc desc limit 1 offset ${rows}`, [
      place.id,
      end,
    ]),
  );
  return found.rows[0]?.doc ?? 0;
}

async function readDown(
  db: Kysely<never>,
  place: Place,
  terms: readonly TextTerm[],
  floor: number,
  end: number,
  limit: number,
): Promise<FoundTexts['rows']> {
  const { sql: has, values } = wordsLike(place.inboxId, terms);
  const { rows } = await db.executeQuery<{ item: number; doc: number }>(
    CompiledQuery.raw(
      `select item, doc from ${place.rows} and doc >= ? and doc < ? and ${has} order by doc desc limit ?`,
      [place.id, floor, end, ...values, limit],
    ),
  );
  return rows;
}

/** Which terms FULLTEXT is asked for, and which are looked for in the rows it finds. `cost`: µs for each row of the index. */
interface Plan {
  asked: TextTerm[];
  checked: TextTerm[];
  cost: number;
}

/** The rarest first; a further one is asked for if its list costs less than the rows that it spares. */
function cheapest(terms: readonly TextTerm[], shares: readonly number[]): Plan {
  const plan: Plan = { asked: [], checked: [], cost: Infinity };
  let lists = 0;
  let found = 1;
  const byShare = terms.map((term, n) => ({ term, share: shares[n]! })).toSorted((a, b) => a.share - b.share);
  for (const { term, share } of byShare) {
    const cost = lists + share * listCost + found * share * foundCost;
    if (cost >= plan.cost) {
      plan.checked.push(term);
      continue;
    }
    plan.asked.push(term);
    plan.cost = cost;
    lists += share * listCost;
    found *= share;
  }
  return plan;
}

async function askIndex(
  db: Kysely<never>,
  place: Place,
  { asked, checked }: Plan,
  end: number,
  limit: number,
): Promise<FoundTexts['rows']> {
  const against = asked.map((term) => ask(term, place.inboxId)).join(' ');
  const { sql: has, values } = wordsLike(place.inboxId, checked);
  const { rows } = await db.executeQuery<{ item: number; doc: number }>(
    CompiledQuery.raw(
      `select item, doc from ${place.of}_text where match (words) against (? in boolean mode)
        and ${place.column} = ? and doc < ? ${checked.length > 0 ? `and ${has}` : ''} order by doc desc limit ?`,
      [against, place.id, end, ...values, limit],
    ),
  );
  return rows;
}

/** Of the Inbox's newest rows: in what share each term is. `all`: how many rows there are, about. */
async function frequencies(
  db: Kysely<never>,
  of: TextOf,
  inboxId: number,
  terms: readonly TextTerm[],
): Promise<{ perRow: number[]; all: number }> {
  const place = placeOf(of, inboxId, {});
  const floor = await floorOf(db, place, Number.MAX_SAFE_INTEGER, reading.sample);
  const likes = terms.map((term) => wordsLike(inboxId, [term]));
  const sums = likes.map(({ sql: has }, n) => `sum(${has}) as t${n}`);
  const { rows } = await db.executeQuery<Record<string, unknown>>(
    CompiledQuery.raw(
      `select ${sums.join(', ')}, (select table_rows from information_schema.tables
        where table_schema = database() and table_name = '${of}_text') as every
        from ${place.rows} and doc >= ?`,
      [...likes.flatMap(({ values }) => values), place.id, floor],
    ),
  );
  const counted = rows[0] ?? {};
  return {
    perRow: terms.map((_, n) => Math.max(0.5, Number(counted[`t${n}`] ?? 0)) / reading.sample),
    all: Number(counted['every'] ?? 0),
  };
}

function wordsLike(inboxId: number, terms: readonly TextTerm[]): { sql: string; values: string[] } {
  return {
    sql: terms.map(() => 'words like ?').join(' and '),
    values: terms.map(({ word, prefix }) => `% ${spell(word, inboxId)}${prefix ? '' : ' '}%`),
  };
}

/** InnoDB leaves out longer ones (`innodb_ft_max_token_size` 84). */
const longest = 80;

function ask({ word, prefix }: TextTerm, inboxId: number): string {
  const spelled = spell(word, inboxId);
  return `+${spelled}${prefix && spelled.length < longest ? '*' : ''}`;
}

/** The scripts that the server surely takes for letters stay as they are, of the others the numbers stand for them. */
function spell(word: string, inboxId: number): string {
  let spelled = `q${inboxId}z`;
  for (const letter of word) {
    const part = /[a-z0-9\u00df-\u024f\u0370-\u06ff]/.test(letter)
      ? letter
      : `x${letter.codePointAt(0)!.toString(16)}x`;
    if (spelled.length + part.length > longest) return spelled.padEnd(longest, 'z');
    spelled += part;
  }
  return spelled;
}
