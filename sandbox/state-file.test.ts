import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demoSeed, startSandbox } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('world, linked devices and certificate are the same after a restart', async () => {
  const stateFile = join(folder, 'deep', 'world.json');
  const first = await startSandbox({ world: demoSeed(), stateFile, webPort: 0 });
  first.world.waiting.add(() => {});
  const device = first.world.scanOnScreen();
  first.world.inbound({ from: '393331234567@c.us', body: 'resto qui' });
  const trusted = first.browserArguments[1];
  await first[Symbol.asyncDispose]();

  await using second = await startSandbox({ stateFile });
  expect(second.world.deviceOf(device.credentials)).toEqual(device);
  expect(second.world.messagesOf('393331234567@c.us').at(-1)?.body).toBe('resto qui');
  expect(second.browserArguments[1]).toBe(trusted);
  expect((await readdir(join(folder, 'deep'))).toSorted()).toEqual(['world.json', 'world.pem']);
});

test('a damaged file is an error, not an empty world', async () => {
  const stateFile = join(folder, 'world.json');
  await writeFile(stateFile, '{"version":1,"state":{}}');
  await expect(startSandbox({ stateFile })).rejects.toThrow();
  expect(await readFile(stateFile, 'utf8')).toBe('{"version":1,"state":{}}');
});

test('a signal ends everything', async () => {
  const ended = new AbortController();
  const sandbox = await startSandbox({ signal: ended.signal });
  expect((await fetch(`${sandbox.control.url}api/state`)).status).toBe(200);
  ended.abort();
  await sandbox[Symbol.asyncDispose]();
  await expect(fetch(`${sandbox.control.url}api/state`)).rejects.toThrow();
});
