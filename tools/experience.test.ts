import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const top = join(import.meta.dirname, '..');
const pages = readdirSync(join(top, 'docs')).filter((name) => /^experience.*\.md$/.test(name));

interface Row {
  /** `experience.md, The list of chats, 5`. */
  place: string;
  /** NaN: the table has names instead. */
  number: number;
  section: string;
  tests: { file: string; title: string }[];
  /** What stands in the last cell and names no test. */
  rest: string[];
}

/** The rows of the tables of a page, in their order: a number or name first, the tests last, parted by `<br>`. */
function readRows(page: string): Row[] {
  const rows: Row[] = [];
  let section = '';
  for (const line of readFileSync(join(top, 'docs', page), 'utf8').split('\n')) {
    section = /^## (.+)$/.exec(line)?.[1] ?? section;
    const cells = /^\|([^|]+)\|.*\|([^|]+)\|\s*$/.exec(line)?.map((one) => one.trim());
    if (!cells || cells[2] === 'Held by' || /^:?-+:?$/.test(cells[2]!)) continue;
    const named = cells[2]!.split('<br>').map((one) => one.trim());
    const tests = named.map((one) => /^`([^`]+)`: (.+)$/.exec(one));
    rows.push({
      place: `${page}, ${section}, ${cells[1]}`,
      number: Number(cells[1]),
      section: `${page} ${section}`,
      tests: tests.flatMap((one) => (one ? [{ file: one[1]!, title: one[2]! }] : [])),
      rest: named.filter((_one, index) => !tests[index]),
    });
  }
  return rows;
}

test('every row of what is promised names tests that exist', () => {
  const rows = pages.flatMap(readRows);
  expect(rows.length).toBeGreaterThan(60);
  const missing: string[] = [];
  for (const { place, tests, rest } of rows) {
    // A dash: it is not here, and the row says why.
    if (tests.length === 0 && rest.join() === '—') continue;
    for (const one of rest) missing.push(`${place}: "${one}" is no test`);
    for (const { file, title } of tests) {
      const path = join(top, file);
      if (!/\.test\.tsx?$/.test(file) || !existsSync(path)) missing.push(`${place}: no file ${file}`);
      else if (!readFileSync(path, 'utf8').includes(title))
        missing.push(`${place}: ${file}: no "${title}" (moved? then say so in docs/${place.split(',')[0]})`);
    }
  }
  expect(missing).toEqual([]);
});

test('no row of a table is left out', () => {
  const numbered = pages.flatMap(readRows).filter(({ number }) => !Number.isNaN(number));
  for (const [section, rows] of Map.groupBy(numbered, (row) => row.section))
    expect(
      rows.map(({ number }) => number),
      section,
    ).toEqual(Array.from(rows, (_one, index) => index + 1));
});
