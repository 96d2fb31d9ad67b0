import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shrink } from './shrink.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatdock-shrink-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Left half red, right half blue. */
const halves = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#ff0000' } }).composite([
    {
      input: { create: { width: width / 2, height, channels: 3, background: '#0000ff' } },
      left: width / 2,
      top: 0,
    },
  ]);

async function shrunk(bytes: Uint8Array): Promise<{ width: number; height: number; small?: Sharp }> {
  const file = join(folder, crypto.randomUUID());
  const target = join(folder, crypto.randomUUID());
  await writeFile(file, bytes);
  const { width, height, isMade } = await shrink(file, target);
  return { width, height, ...(isMade && { small: sharp(await readFile(target)) }) };
}

test('a photo becomes a WebP of at most 320 pixels, in its own proportions', async () => {
  const photo = await halves(1_600, 1_000).jpeg().toBuffer();
  const { width, height, small } = await shrunk(photo);
  expect([width, height]).toEqual([1_600, 1_000]);
  expect(await small!.metadata()).toMatchObject({ format: 'webp', width: 320, height: 200 });
});

test('a photo that its camera stored lying stands, in its size and in its small copy, which tells no more', async () => {
  const photo = await halves(800, 400).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const { width, height, small } = await shrunk(photo);
  expect([width, height]).toEqual([400, 800]);
  const metadata = await small!.metadata();
  expect(metadata).toMatchObject({ width: 160, height: 320 });
  expect([metadata.orientation, metadata.exif]).toEqual([undefined, undefined]);
  // Turned clockwise, what was left is on top.
  const { data, info } = await small!.raw().toBuffer({ resolveWithObject: true });
  const top = [data[0]!, data[2]!];
  const bottom = [data.at(-info.channels)!, data.at(-info.channels + 2)!];
  expect(top[0]).toBeGreaterThan(200);
  expect(bottom[1]).toBeGreaterThan(200);
});

test('what can be seen through stays so; of what moves the first picture is taken', async () => {
  const clear = await sharp({
    create: { width: 600, height: 600, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  })
    .webp()
    .toBuffer();
  expect((await (await shrunk(clear)).small!.metadata()).hasAlpha).toBe(true);
  const frames = await Promise.all(['#ff0000', '#00ff00'].map((background) => frame(background)));
  const moving = await sharp(frames, { join: { animated: true } })
    .webp({ loop: 0 })
    .toBuffer();
  const still = await shrunk(moving);
  expect([still.width, still.height]).toEqual([400, 400]);
  expect(await still.small!.metadata()).toMatchObject({ width: 320, height: 320 });
});

const frame = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 400, height: 400, channels: 3, background } })
    .png()
    .toBuffer();

test('a picture that is small already is left as it is', async () => {
  expect(await shrunk(await halves(320, 90).png().toBuffer())).toEqual({ width: 320, height: 90 });
});

test('a bomb of pixels, half a file and what is no picture are refused', async () => {
  const bomb = blackPng(9_000, 9_000);
  expect(bomb.length).toBeLessThan(1_000_000);
  await expect(shrunk(bomb)).rejects.toThrow(/pixel/);
  // It is one for its pixels alone.
  expect(await shrunk(blackPng(6_000, 6_000))).toMatchObject({ width: 6_000, height: 6_000 });
  const photo = await halves(1_600, 1_000).jpeg().toBuffer();
  await expect(shrunk(photo.subarray(0, photo.length / 2))).rejects.toThrow();
  await expect(shrunk(Buffer.from('not a picture'))).rejects.toThrow();
});

/** Of a bit a pixel, so that a bomb is made in no time. */
function blackPng(width: number, height: number): Buffer {
  const chunk = (name: string, data: Buffer): Buffer => {
    const named = Buffer.concat([Buffer.from(name), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head[8] = 1;
  const rows = deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8))), { level: 1 });
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}
