import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeVariables } from '../server/config.ts';

test('what the page about the source documents points at is there', () => {
  const top = join(import.meta.dirname, '..');
  const page = readFileSync(join(top, 'docs', 'seeds.md'), 'utf8');
  const links = [...page.matchAll(/\]\(([^)#]+)\)/g)].map(([, to]) => join('docs', to!));
  const files = [...page.matchAll(/`((?:server|widget|e2e|tools)\/[^`\s]+)`/g)].map(([, path]) => path!);
  expect(links.length + files.length).toBeGreaterThan(20);
  expect([...links, ...files].filter((path) => !existsSync(join(top, path)))).toEqual([]);
});

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
