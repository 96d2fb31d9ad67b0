import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { describeEngine } from './conformance.ts';
import { loadEngines, readEngine } from './load.ts';

const engines = await loadEngines();
const folders = (await readdir(import.meta.dirname, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

test('every folder is an engine', () => {
  expect([...engines.keys()].toSorted()).toEqual(folders.toSorted());
});
test('a folder that does not keep to the port is named', () => {
  expect(() => readEngine('waha', {})).toThrow('engine waha: index exports no engine');
  const misnamed = { ...engines.get('wwebjs')!, name: 'other' };
  expect(() => readEngine('wwebjs', misnamed)).toThrow('calls itself other');
});
for (const [folder, engine] of engines) describe(`engine ${folder}`, () => describeEngine(folder, engine));
