import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeVariables } from '../server/config.ts';

test('the README’s table of variables is the configuration’s', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const table = /<!-- variables -->\n([\s\S]*?)<!-- \/variables -->/.exec(readme)?.[1] ?? '';
  const rows = table
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('\\', '')));
  const expected = describeVariables().map((v) => [
    '',
    `\`${v.name}\``,
    v.fallback ? `\`${v.fallback}\`` : '',
    v.meaning,
    '',
  ]);
  expect(rows).toEqual(expected);
});
