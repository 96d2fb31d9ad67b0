import type { Database } from '../../../db/database.ts';
import { readSeq } from '../../../db/query/inbox.ts';
import { idsByName, namesAfter, namesChangedAfter } from '../../../db/query/search.ts';

/** The names of an Inbox's Contacts, one behind the other, and what was told of some since. */
interface Names {
  text: string;
  ids: number[];
  /** Where each begins in the text. */
  starts: number[];
  changed: Map<number, string>;
  /** All changes up to here are in. */
  seq: number;
}

/** Letters, of all Inboxes together; those asked longest ago are forgotten. */
const mostLetters = 60_000_000;
const mostChanged = 2_000;
const page = 5_000;

/**
 * What people are called, in memory: any part of a name is looked for in all of them, which no index of a database can do, and
 * reading 100,000 rows for every letter typed takes MariaDB a tenth of a second. What has changed since is read by its `seq`
 * before every answer, so it holds with any number of processes.
 */
export class NameMemory {
  #db: Database;
  /** In the order of last use. */
  #inboxes = new Map<number, Names>();
  #loading = new Set<number>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** Ids of Contacts that are called so (any of these), tombstones among them. The first time the database is asked. */
  async find(inboxId: number, texts: readonly string[], limit: number): Promise<number[]> {
    const names = this.#inboxes.get(inboxId);
    if (!names) {
      if (!this.#loading.has(inboxId)) void this.#load(inboxId);
      return idsByName(this.#db, 'contact', inboxId, texts, limit);
    }
    this.#inboxes.delete(inboxId);
    this.#inboxes.set(inboxId, names);
    for (const row of await namesChangedAfter(this.#db, inboxId, names.seq)) {
      names.changed.set(row.id, row.search_text);
      names.seq = Math.max(names.seq, row.seq);
    }
    if (names.changed.size > mostChanged) compact(names);
    return idsIn(names, texts, limit);
  }

  /** Beside the answers; a fault leaves the database to be asked, and the next question tries again. */
  async #load(inboxId: number): Promise<void> {
    this.#loading.add(inboxId);
    try {
      // Whatever is renamed while we read has a higher number.
      const seq = await readSeq(this.#db, inboxId);
      if (seq === undefined) return;
      const all: [number, string][] = [];
      for (let last: { id: number; search_text: string } | undefined; ;) {
        const rows = await namesAfter(this.#db, inboxId, last, page);
        for (const row of rows) all.push([row.id, row.search_text]);
        last = rows.at(-1);
        if (rows.length < page) break;
        await new Promise((resolve) => setImmediate(resolve));
      }
      const names: Names = { text: '', ids: [], starts: [], changed: new Map(all), seq };
      compact(names);
      this.#inboxes.set(inboxId, names);
      let letters = [...this.#inboxes.values()].reduce((sum, one) => sum + one.text.length, 0);
      for (const [id, one] of this.#inboxes) {
        if (letters <= mostLetters) break;
        letters -= one.text.length;
        this.#inboxes.delete(id);
      }
    } catch {
      // As the database was asked for the answer too, whoever waits for that one has been told.
    } finally {
      this.#loading.delete(inboxId);
    }
  }
}

const oneLine = (text: string): string => text.replaceAll('\n', ' ');

function compact(names: Names): void {
  const kept = names.ids.flatMap((id, n): [number, string][] =>
    names.changed.has(id) ? [] : [[id, names.text.slice(names.starts[n], names.starts[n + 1])]],
  );
  const all = [
    ...kept,
    ...[...names.changed].map(([id, text]): [number, string] => [id, `${oneLine(text)}\n`]),
  ];
  let place = 0;
  names.ids = all.map(([id]) => id);
  names.starts = all.map(([, text]) => (place += text.length) - text.length);
  names.text = all.map(([, text]) => text).join('');
  names.changed.clear();
}

function idsIn(names: Names, texts: readonly string[], limit: number): number[] {
  const found = new Set<number>();
  for (const wanted of texts.map(oneLine)) {
    for (const [id, text] of names.changed) if (text.includes(wanted)) found.add(id);
    for (let at = names.text.indexOf(wanted); at >= 0 && found.size < limit;) {
      const n = lastUpTo(names.starts, at);
      const id = names.ids[n]!;
      if (!names.changed.has(id)) found.add(id);
      const next = names.starts[n + 1];
      at = next === undefined ? -1 : names.text.indexOf(wanted, next);
    }
  }
  return [...found].slice(0, limit);
}

/** Which of the ascending numbers is the last that is not above. */
function lastUpTo(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (numbers[middle]! <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
