import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const top = join(import.meta.dirname, '..');

interface Case {
  /** Why there is no test, or no whole one. */
  reason: string;
  tests: { file: string; title: string }[];
}

/** The cases of docs/security.md by number. */
function readCases(): Map<number, Case> {
  const cases = new Map<number, Case>();
  let current: Case | undefined;
  for (const line of readFileSync(join(top, 'docs/security.md'), 'utf8').split('\n')) {
    const head = /^- \*\*(\d+)\. .+?\*\* ?(.*)$/.exec(line);
    if (head) cases.set(Number(head[1]), (current = { reason: head[2]!, tests: [] }));
    else if (line.startsWith('## ')) current = undefined;
    const named = /^ +- `([^`]+)`: (.+)$/.exec(line);
    if (named) current?.tests.push({ file: named[1]!, title: named[2]! });
  }
  return cases;
}

test('every attack case is there, and names tests that exist or says why there is none', () => {
  const cases = readCases();
  expect([...cases.keys()]).toEqual(Array.from({ length: 82 }, (_one, index) => index + 1));
  const missing: string[] = [];
  for (const [number, { reason, tests }] of cases) {
    if (tests.length === 0 && reason === '') missing.push(`${number}: neither a test nor a reason`);
    for (const { file, title } of tests) {
      const path = join(top, file);
      if (!/\.test\.tsx?$/.test(file) || !existsSync(path)) missing.push(`${number}: no file ${file}`);
      else if (!readFileSync(path, 'utf8').includes(title))
        missing.push(`${number}: ${file}: no "${title}" (moved? then say so in docs/security.md)`);
    }
  }
  expect(missing).toEqual([]);
});
