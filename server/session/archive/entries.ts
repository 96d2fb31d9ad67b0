import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import { ArchiveBroken } from './broken.ts';

const entryHead = z.discriminatedUnion('kind', [
  /** Which Session it is of. First, and only in files that are carried about. */
  z.object({
    kind: z.literal('about'),
    engine: z.string(),
    upstream: z.string(),
    inbox: z.string(),
    me: z.string().nullable(),
    meName: z.string(),
    caughtUpAt: z.number(),
    at: z.number(),
    size: z.literal(0),
  }),
  /** `path` within the Session's folder, with `/`. */
  z.object({ kind: z.literal('file'), path: z.string(), size: z.int().min(0) }),
  /** A row of the engine's secrets. */
  z.object({ kind: z.literal('row'), of: z.string(), id: z.string(), size: z.int().min(0) }),
]);
export type EntryHead = z.output<typeof entryHead>;
export type About = Extract<EntryHead, { kind: 'about' }>;
export interface Entry {
  head: EntryHead;
  /** Exactly `size` bytes, to be read to the end before the next entry. */
  body: AsyncIterable<Uint8Array>;
}

const largestHead = 64 * 1024;

/** Entries one after the other, compressed. */
export async function* packEntries(entries: AsyncIterable<Entry>): AsyncGenerator<Buffer> {
  const packed = createGzip({ level: 1 });
  const flown = pipeline(Readable.from(laidOut(entries), { objectMode: false }), packed);
  // What went wrong on the way in is thrown to who reads.
  flown.catch(() => {});
  yield* packed as AsyncIterable<Buffer>;
  await flown;
}

async function* laidOut(entries: AsyncIterable<Entry>): AsyncGenerator<Uint8Array> {
  for await (const { head, body } of entries) {
    const text = Buffer.from(JSON.stringify(head));
    yield Buffer.concat([lengthOf(text.length), text]);
    let left = head.size;
    for await (const piece of body) {
      left -= piece.length;
      yield piece;
    }
    if (left !== 0) throw new ArchiveBroken('archive-unsteady', 'a file is not as long as it was');
  }
  yield lengthOf(0);
}
function lengthOf(length: number): Buffer {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(length);
  return four;
}

/**
 * The entries again, at most `largest` bytes of them (unpacked). Ends only when all of `packed` has been read, so what is
 * thrown by its end is thrown here. Throws {@link ArchiveBroken}.
 */
export async function* unpackEntries(
  packed: AsyncIterable<Uint8Array>,
  largest: number,
): AsyncGenerator<Entry> {
  const unpacked = createGunzip();
  const source = Readable.from(packed, { objectMode: false });
  const flown = pipeline(source, unpacked).catch((error: unknown) => {
    throw asBroken(error);
  });
  flown.catch(() => {});
  const reader = new Reader(unpacked, largest, flown);
  try {
    for (;;) {
      const length = (await reader.exactly(4)).readUInt32BE();
      if (length === 0) break;
      if (length > largestHead) throw new ArchiveBroken('archive-unknown', 'an entry makes no sense');
      const head = readHead(await reader.exactly(length));
      const body = new Body(reader, head.size);
      yield { head, body };
      await body.skip();
    }
    await reader.ended();
    await flown;
  } finally {
    unpacked.destroy();
    source.destroy();
  }
}

function asBroken(error: unknown): unknown {
  // Of the database, or of a disk: no word about the archive.
  if (error instanceof ArchiveBroken || !isZlib(error)) return error;
  return new ArchiveBroken('archive-changed', 'it cannot be unpacked', { cause: error });
}
function isZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}

function readHead(text: Buffer): EntryHead {
  try {
    return entryHead.parse(JSON.parse(text.toString('utf8')));
  } catch (error) {
    throw new ArchiveBroken('archive-unknown', 'an entry makes no sense', { cause: error });
  }
}

class Body implements AsyncIterable<Uint8Array> {
  #reader: Reader;
  #left: number;

  constructor(reader: Reader, size: number) {
    this.#reader = reader;
    this.#left = size;
  }
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    while (this.#left > 0) {
      const piece = await this.#reader.some(this.#left);
      this.#left -= piece.length;
      yield piece;
    }
  }
  async skip(): Promise<void> {
    for await (const _ of this) void _;
  }
}

/** Takes a stream apart at given lengths. */
class Reader {
  #pieces: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);
  #left: number;
  #flown: Promise<void>;

  constructor(stream: AsyncIterable<Buffer>, largest: number, flown: Promise<void>) {
    this.#pieces = stream[Symbol.asyncIterator]();
    this.#left = largest;
    this.#flown = flown;
  }
  async #more(): Promise<boolean> {
    let next: IteratorResult<Buffer>;
    try {
      next = await this.#pieces.next();
    } catch (error) {
      // The way in knows better why.
      await this.#flown;
      throw asBroken(error);
    }
    if (next.done) return false;
    this.#left -= next.value.length;
    if (this.#left < 0) throw new ArchiveBroken('archive-too-large', 'it holds more than it may');
    this.#held = this.#held.length ? Buffer.concat([this.#held, next.value]) : next.value;
    return true;
  }
  async exactly(length: number): Promise<Buffer> {
    while (this.#held.length < length) if (!(await this.#more())) await this.#cut();
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }
  async some(most: number): Promise<Buffer> {
    if (!this.#held.length && !(await this.#more())) await this.#cut();
    return this.exactly(Math.min(most, this.#held.length));
  }
  async ended(): Promise<void> {
    if (this.#held.length || (await this.#more()))
      throw new ArchiveBroken('archive-unknown', 'something follows the end');
  }
  async #cut(): Promise<never> {
    await this.#flown;
    throw new ArchiveBroken('archive-truncated', 'its end is missing');
  }
}
