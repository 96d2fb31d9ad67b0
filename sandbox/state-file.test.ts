import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { arrange } from './arranging.ts';
import { createGroup } from './groups.ts';
import { demoSeed, startSandbox } from './index.ts';
import { example, kindNames } from './kinds.ts';
import { sample, sampleNames } from './samples.ts';

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

test('every kind of message, groups and receipts wake up as they were, and samples with their bytes', async () => {
  const stateFile = join(folder, 'world.json');
  const giulia = '393331234567@c.us';
  const first = await startSandbox({ world: demoSeed(), stateFile });
  const group = createGroup(first.world, { subject: 'Amici', people: [giulia] });
  for (const kind of kindNames) first.world.inbound({ from: giulia, ...example(kind) });
  for (const name of sampleNames) first.world.inbound({ from: giulia, sample: name });
  const ours = first.world.fromPhone({ to: group.id, body: 'x' });
  Object.assign(ours, { ack: 3, receipts: [{ member: giulia, delivered: 1, read: 2 }] });
  first.world.star(ours.id, true);
  arrange(first.world, giulia, { mutedUntil: -1, archived: true });
  const before = structuredClone(first.world.state);
  await first[Symbol.asyncDispose]();

  await using second = await startSandbox({ stateFile });
  expect(second.world.state).toEqual(before);
  const kept = second.world.messagesOf(giulia).slice(-sampleNames.length);
  for (const [index, { media }] of kept.entries())
    expect(second.world.media.get(media!.path)?.body).toBe(sample(sampleNames[index]!).data);
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
