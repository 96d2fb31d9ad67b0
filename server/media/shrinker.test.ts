import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { Shrinker, Unreadable } from './shrinker.ts';

const child = (name: string): string => join(import.meta.dirname, 'testing-children', `${name}.ts`);

test('pictures are made small in another process, and one that cannot be read does not disturb the next', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chatdock-shrinker-'));
  try {
    await using shrinker = new Shrinker();
    const [photo, drawing, target] = ['photo', 'drawing', 'target'].map((name) => join(folder, name));
    const picture = sharp({ create: { width: 900, height: 600, channels: 3, background: '#345' } });
    await writeFile(photo!, await picture.jpeg().toBuffer());
    // One of the readers that stay shut.
    await writeFile(drawing!, '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="600"/>');
    const [refused, made] = await Promise.allSettled([
      shrinker.shrink(drawing!, `${target}-no`),
      shrinker.shrink(photo!, target!),
    ]);
    expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(Unreadable) });
    expect(made).toMatchObject({ value: { width: 900, height: 600, isMade: true } });
    expect((await stat(target!)).size).toBeGreaterThan(50);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('a child that hangs is killed, and one that dies is noticed: the picture may be tried again', async () => {
  for (const [script, longestMs] of [
    [child('deaf'), 300],
    [child('dying'), 30_000],
  ] as const) {
    await using shrinker = new Shrinker({ script, longestMs });
    for (let turn = 0; turn < 2; turn++) {
      const tried = shrinker.shrink('/nowhere', '/nowhere-either');
      await expect(tried).rejects.toThrow('has ended');
      await expect(tried).rejects.not.toBeInstanceOf(Unreadable);
    }
  }
}, 60_000);

test('closing ends what is under way', async () => {
  const shrinker = new Shrinker({ script: child('deaf') });
  const tried = shrinker.shrink('/nowhere', '/nowhere-either');
  const ended = expect(tried).rejects.toThrow();
  await Promise.resolve();
  await shrinker[Symbol.asyncDispose]();
  await ended;
  await expect(shrinker.shrink('/nowhere', '/x')).rejects.toThrow('closed');
});
