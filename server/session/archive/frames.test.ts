import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { ArchiveBroken } from './broken.ts';
import { packEntries, unpackEntries, type Entry, type EntryHead } from './entries.ts';
import { frameSize, newArchiveKey, openFrames, openOne, sealFrames, sealOne } from './frames.ts';

async function* from<T>(things: readonly T[]): AsyncGenerator<T> {
  yield* things;
}
async function all<T>(things: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const thing of things) list.push(thing);
  return list;
}
const key = newArchiveKey();
const sealed = (bytes: Buffer, context = 'here') => all(sealFrames(from([bytes]), key, context));
const opened = async (frames: readonly Uint8Array[], context = 'here', by: Uint8Array = key) =>
  Buffer.concat(await all(openFrames(from(frames), by, context)));
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'fine',
    (error: unknown) => (error instanceof ArchiveBroken ? error.code : String(error)),
  );

test.each([0, 1, frameSize - 1, frameSize, frameSize + 1, 3 * frameSize])(
  '%i bytes come back',
  async (size) => {
    const bytes = randomBytes(size);
    expect((await opened(await sealed(bytes))).equals(bytes)).toBe(true);
  },
);

test('frames cannot be changed, exchanged, left out, cut off, moved or opened with another key', async () => {
  const frames = await sealed(randomBytes(3 * frameSize));
  const [a, b, c] = frames as [Buffer, Buffer, Buffer];
  const flipped = Buffer.from(b);
  flipped[100]! ^= 1;
  expect(await codeOf(opened([a, flipped, c]))).toBe('archive-changed');
  expect(await codeOf(opened([b, a, c]))).toBe('archive-changed');
  expect(await codeOf(opened([a, c]))).toBe('archive-changed');
  expect(await codeOf(opened([a, b]))).toBe('archive-truncated');
  expect(await codeOf(opened([]))).toBe('archive-truncated');
  expect(await codeOf(opened([a, b, c, c]))).toBe('archive-changed');
  expect(await codeOf(opened(frames, 'elsewhere'))).toBe('archive-changed');
  expect(await codeOf(opened(frames, 'here', newArchiveKey()))).toBe('archive-changed');
});

test('one small text opens with its key and in its place only', () => {
  const one = sealOne(Buffer.from('text'), key, 'here');
  expect(openOne(one, key, 'here')?.toString()).toBe('text');
  expect(openOne(one, key, 'there')).toBeUndefined();
  expect(openOne(one, newArchiveKey(), 'here')).toBeUndefined();
  expect(openOne(one.subarray(0, 20), key, 'here')).toBeUndefined();
});

const file = (path: string, bytes: Buffer): Entry => ({
  head: { kind: 'file', path, size: bytes.length },
  body: from([bytes]),
});
const unpacked = async (packed: readonly Uint8Array[], largest = 10_000_000) => {
  const found: [EntryHead, Buffer][] = [];
  for await (const { head, body } of unpackEntries(from(packed), largest))
    found.push([head, Buffer.concat(await all(body))]);
  return found;
};

test('entries come back in their order, empty and large ones, read or skipped', async () => {
  const large = randomBytes(700_000);
  const packed = await all(
    packEntries(from([file('a', Buffer.from('one')), file('b', Buffer.alloc(0)), file('c/d', large)])),
  );
  const found = await unpacked(packed);
  expect(found.map(([head]) => head)).toEqual([
    { kind: 'file', path: 'a', size: 3 },
    { kind: 'file', path: 'b', size: 0 },
    { kind: 'file', path: 'c/d', size: 700_000 },
  ]);
  expect(
    Buffer.concat(found.map(([, bytes]) => bytes)).equals(Buffer.concat([Buffer.from('one'), large])),
  ).toBe(true);
  const heads: EntryHead[] = [];
  for await (const { head } of unpackEntries(from(packed), 10_000_000)) heads.push(head);
  expect(heads).toHaveLength(3);
});

test('what is no archive, ends too early or holds too much is said with its code', async () => {
  const packed = await all(packEntries(from([file('a', randomBytes(200_000))])));
  expect(await codeOf(unpacked([Buffer.from('no archive')]))).toBe('archive-changed');
  expect(await codeOf(unpacked([Buffer.concat(packed).subarray(0, 100_000)]))).toBe('archive-changed');
  expect(await codeOf(unpacked(packed, 100_000))).toBe('archive-too-large');
  const frames = await all(sealFrames(packEntries(from([file('a', randomBytes(900_000))])), key, ''));
  expect(await codeOf(unpacked([Buffer.concat(await all(openFrames(from(frames), key, '')))]))).toBe('fine');
  const cut = unpackEntries(openFrames(from(frames.slice(0, 2)), key, ''), 10_000_000);
  const taken = async (): Promise<void> => {
    for await (const { body } of cut) await all(body);
  };
  expect(await codeOf(taken())).toBe('archive-truncated');
});

test('a file that is shorter than it was is not packed as if it were whole', async () => {
  const entry: Entry = { head: { kind: 'file', path: 'a', size: 5 }, body: from([Buffer.from('1234')]) };
  expect(await codeOf(all(packEntries(from([entry]))))).toBe('archive-unsteady');
});
