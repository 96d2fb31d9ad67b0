import { expect, test } from 'vitest';
import { describeDialect } from './conformance.ts';
import { loadDialects } from './load.ts';
import { dialectFolders } from './testing.ts';

test('every folder is a dialect of that name, and every one is tried below', async () => {
  expect([...(await loadDialects()).keys()].toSorted()).toEqual(dialectFolders());
  expect(dialectFolders()).toEqual(['waha', 'wwebjs-api']);
});

for (const name of dialectFolders()) describeDialect(name);
