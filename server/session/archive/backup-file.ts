import { createHash, randomBytes, randomUUID, scrypt } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { KeyPlace, KeySeal } from '../engine-keys.ts';
import { ArchiveBroken } from './broken.ts';
import { packEntries, unpackEntries, type Entry } from './entries.ts';
import { frameSize, newArchiveKey, openFrames, openOne, sealFrames, sealOne } from './frames.ts';

/**
 * A file to be carried about: a line that says what it is, a line with the sealed key, and frames. Whose number it is and
 * everything else is in the frames.
 */
const magic = 'CHATDOCK-SESSION 1';
const largestLine = 4_096;

/** What opens the file: a passphrase, or the server's own key. */
export type Lock = { kind: 'passphrase'; passphrase: string } | { kind: 'server'; seal: KeySeal };

const header = z.discriminatedUnion('lock', [
  z.object({
    lock: z.literal('passphrase'),
    salt: z.base64(),
    /** Of scrypt. */
    cost: z
      .int()
      .min(2 ** 14)
      .max(2 ** 20),
    key: z.base64(),
  }),
  z.object({ lock: z.literal('server'), id: z.uuid(), key: z.string() }),
]);
type Header = z.output<typeof header>;

const usualCost = 2 ** 17;

function stretch(passphrase: string, salt: Uint8Array, cost: number): Promise<Buffer> {
  const options = { N: cost, r: 8, p: 1, maxmem: 2 ** 31 - 1 };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, 32, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
const placeOf = (id: string): KeyPlace => ({ table: 'session_backup', row: id, organisationId: 0 });

async function lockKey(key: Buffer, lock: Lock): Promise<Header> {
  if (lock.kind === 'server') {
    const id = randomUUID();
    return { lock: 'server', id, key: lock.seal.seal(key.toString('base64'), placeOf(id)) };
  }
  const salt = randomBytes(16);
  const own = await stretch(lock.passphrase, salt, usualCost);
  return {
    lock: 'passphrase',
    salt: salt.toString('base64'),
    cost: usualCost,
    key: sealOne(key, own, magic).toString('base64'),
  };
}

async function openKey(read: Header, lock: Lock): Promise<Buffer> {
  if (read.lock === 'passphrase') {
    if (lock.kind !== 'passphrase')
      throw new ArchiveBroken('archive-wrong-key', 'the file is sealed with a passphrase');
    const own = await stretch(lock.passphrase, Buffer.from(read.salt, 'base64'), read.cost);
    const key = openOne(Buffer.from(read.key, 'base64'), own, magic);
    if (!key) throw new ArchiveBroken('archive-wrong-key', 'this is not its passphrase');
    return key;
  }
  if (lock.kind !== 'server')
    throw new ArchiveBroken('archive-wrong-key', 'the file is sealed with a server’s key');
  try {
    return Buffer.from(lock.seal.open(read.key, placeOf(read.id)), 'base64');
  } catch (error) {
    const words = 'the server’s key it was sealed with is not here';
    throw new ArchiveBroken('archive-wrong-key', words, { cause: error });
  }
}

const contextOf = (line: string): string => createHash('sha256').update(line).digest('hex');

/** Whole or not at all; for its owner's eyes only. Throws {@link ArchiveBroken} (`file-exists`). */
export async function writeBackupFile(
  file: string,
  lock: Lock,
  entries: AsyncIterable<Entry>,
): Promise<void> {
  if (existsSync(file)) throw new ArchiveBroken('file-exists', file);
  const key = newArchiveKey();
  const line = JSON.stringify(await lockKey(key, lock));
  const draft = `${file}.part`;
  async function* content(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${magic}\n${line}\n`);
    for await (const frame of sealFrames(packEntries(entries), key, contextOf(line))) {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(frame.length);
      yield Buffer.concat([length, frame]);
    }
  }
  try {
    const options = { flags: 'w', mode: 0o600, flush: true };
    await pipeline(Readable.from(content(), { objectMode: false }), createWriteStream(draft, options));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Throws {@link ArchiveBroken}, perhaps after some entries. */
export async function* readBackupFile(file: string, lock: Lock, largest: number): AsyncGenerator<Entry> {
  await using handle = await open(file, 'r');
  const start = (await bytesAt(handle, 0, largestLine)).toString('latin1');
  const [first, line] = start.split('\n');
  if (first !== magic || line === undefined) throw new ArchiveBroken('archive-unknown', 'this is no backup');
  const read = readHeader(line);
  const key = await openKey(read, lock);
  const from = first.length + line.length + 2;
  yield* unpackEntries(openFrames(framesOf(handle, from), key, contextOf(line)), largest);
}

function readHeader(line: string): Header {
  try {
    return header.parse(JSON.parse(line));
  } catch (error) {
    throw new ArchiveBroken('archive-unknown', 'its second line makes no sense', { cause: error });
  }
}

async function bytesAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

async function* framesOf(handle: FileHandle, from: number): AsyncGenerator<Buffer> {
  for (let at = from; ;) {
    const head = await bytesAt(handle, at, 4);
    if (head.length === 0) return;
    const length = head.length === 4 ? head.readUInt32BE() : 0;
    if (length < 16 || length > frameSize + 16)
      throw new ArchiveBroken('archive-changed', 'a frame makes no sense');
    const frame = await bytesAt(handle, at + 4, length);
    if (frame.length < length) throw new ArchiveBroken('archive-truncated', 'its end is missing');
    yield frame;
    at += 4 + length;
  }
}
