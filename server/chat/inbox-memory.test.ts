import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const house = join(import.meta.dirname, '../..');

function filesUnder(folder: string): string[] {
  return readdirSync(join(house, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|testing/.test(file))
    .map((file) => `${folder}/${file}`);
}

test('rows that a turn may remember are written by turns alone', () => {
  const writes =
    /(updateTable|insertInto|deleteFrom|replaceInto)\(\s*'(chat|contact|address)'|(update|delete from|insert into) (chat|contact|address)\b/;
  const writers = [...filesUnder('db/query'), ...filesUnder('server')].filter((file) =>
    writes.test(readFileSync(join(house, file), 'utf8')),
  );
  // The first three are called from turns (and `updateRows` by `flush` and `join`). The last keeps a column that no turn
  // reads. Another name here must take a turn, or `InboxMemory` will hold what is no longer so.
  expect(writers.toSorted()).toEqual([
    'db/query/address.ts',
    'db/query/backfill.ts',
    'db/query/chat.ts',
    'db/query/contact.ts',
  ]);
});
