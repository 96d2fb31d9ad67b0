import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { ManualClock } from '../clock.ts';
import { Spool, type Measured } from './spool.ts';
import type { Store } from './store.ts';

export interface StoreUnderTest extends AsyncDisposable {
  store: Store;
}

async function sizeOf(store: Store, digest: string): Promise<number | undefined> {
  const opened = await store.open(digest);
  opened?.body.destroy();
  return opened?.size;
}

/** What every store promises. */
export function describeStore(
  name: string,
  open: (folder: string, clock: ManualClock) => Promise<StoreUnderTest>,
): void {
  async function house() {
    const folder = await mkdtemp(join(tmpdir(), 'chatdock-store-'));
    const clock = new ManualClock();
    const under = await open(join(folder, 'store'), clock);
    const spool = await Spool.open(join(folder, 'spool'), clock);
    const receive = (bytes: Uint8Array): Promise<Measured> =>
      spool.receive(Readable.from([bytes]), { largest: 10_000_000 });
    return {
      store: under.store,
      clock,
      receive,
      put: async (bytes: Uint8Array) => {
        const measured = await receive(bytes);
        await under.store.put(measured);
        return measured;
      },
      spooled: () => readdir(join(folder, 'spool')),
      [Symbol.asyncDispose]: async () => {
        await under[Symbol.asyncDispose]();
        await rm(folder, { recursive: true, force: true });
      },
    };
  }

  describe(`the ${name} store`, () => {
    test('gives back what was put, byte for byte, whole and in parts', async () => {
      await using h = await house();
      const bytes = randomBytes(700_001);
      const { digest } = await h.put(bytes);
      const whole = await h.store.open(digest);
      expect(whole?.size).toBe(bytes.length);
      expect((await buffer(whole!.body)).equals(bytes)).toBe(true);
      for (const [start, end] of [
        [0, 0],
        [5, 9],
        [699_990, 700_000],
        [0, 700_000],
        [100_000, 500_000],
      ] as const) {
        const part = await h.store.open(digest, { start, end });
        expect(part?.size).toBe(bytes.length);
        expect((await buffer(part!.body)).equals(bytes.subarray(start, end + 1))).toBe(true);
      }
    });

    test('a file that is not there, and bytes beyond its end, are undefined', async () => {
      await using h = await house();
      expect(await h.store.open('0'.repeat(64))).toBeUndefined();
      const { digest } = await h.put(Buffer.from('abc'));
      expect(await h.store.open(digest, { start: 3, end: 3 })).toBeUndefined();
      expect(await h.store.open(digest, { start: 2, end: 1 })).toBeUndefined();
      expect(await h.store.open(digest, { start: 0, end: 3 })).toBeUndefined();
    });

    test('the same file put by several at once is one file', async () => {
      await using h = await house();
      const bytes = randomBytes(50_000);
      const spooled = await Promise.all(Array.from({ length: 5 }, () => h.receive(bytes)));
      await Promise.all(spooled.map((one) => h.store.put(one)));
      const found = await h.store.open(spooled[0]!.digest);
      expect((await buffer(found!.body)).equals(bytes)).toBe(true);
    });

    test('what is removed is gone; again is harmless; put again it is back', async () => {
      await using h = await house();
      const bytes = Buffer.from('to be forgotten');
      const { digest } = await h.put(bytes);
      await h.clock.advance(60_000);
      await h.store.remove(digest, h.clock.now());
      expect(await h.store.open(digest)).toBeUndefined();
      await h.store.remove(digest, h.clock.now());
      await h.put(bytes);
      expect(await sizeOf(h.store, digest)).toBe(bytes.length);
    });

    test('uploaded again while it was about to be removed: it stays', async () => {
      await using h = await house();
      const bytes = Buffer.from('shared by two');
      await h.put(bytes);
      await h.clock.advance(3_600_000);
      const since = h.clock.now() - 60_000;
      const { digest } = await h.put(bytes);
      await h.store.remove(digest, since);
      expect(await sizeOf(h.store, digest)).toBe(bytes.length);
    });

    test('only a digest names a file', async () => {
      await using h = await house();
      const { file, size } = await h.receive(Buffer.from('x'));
      for (const name of [
        '../../etc/passwd',
        '..',
        '',
        'A'.repeat(64),
        `${'a'.repeat(63)}/`,
        `${'a'.repeat(64)}\n`,
        'a'.repeat(65),
      ]) {
        await expect(h.store.open(name)).rejects.toThrow(/digest/);
        await expect(h.store.remove(name, 0)).rejects.toThrow(/digest/);
        await expect(h.store.put({ file, size, digest: name })).rejects.toThrow(/digest/);
      }
    });

    test('a reader that goes away in the middle leaves nothing open', async () => {
      await using h = await house();
      const { digest } = await h.put(randomBytes(3_000_000));
      const opened = await h.store.open(digest);
      await new Promise<void>((done) => opened!.body.once('data', () => done()));
      const closed = new Promise<void>((done) => opened!.body.once('close', () => done()));
      opened!.body.destroy();
      await closed;
      expect(opened!.body.destroyed).toBe(true);
    });
  });
}
