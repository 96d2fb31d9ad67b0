import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ArchiveBroken } from './broken.ts';

/** What one frame holds, bytes. */
export const frameSize = 256 * 1024;

/** For one archive only. */
export function newArchiveKey(): Buffer {
  return randomBytes(32);
}

/**
 * AES-256-GCM frame by frame, `tag ‖ text`. Each is bound to its place, to its being the last or not, and to `context`:
 * frames cannot be changed, exchanged, left out or cut off unnoticed. A key is for one archive, so its numbers never repeat.
 */
export async function* sealFrames(
  source: AsyncIterable<Uint8Array>,
  key: Uint8Array,
  context: string,
): AsyncGenerator<Buffer> {
  let place = 0;
  let held: Buffer | undefined;
  for await (const frame of ofSize(source, frameSize)) {
    if (held) yield seal(held, key, place++, binding(context, false));
    held = frame;
  }
  yield seal(held ?? Buffer.alloc(0), key, place, binding(context, true));
}

/** The bytes that were sealed. Throws {@link ArchiveBroken}, perhaps after it has given some of them. */
export async function* openFrames(
  frames: AsyncIterable<Uint8Array>,
  key: Uint8Array,
  context: string,
): AsyncGenerator<Buffer> {
  let place = 0;
  let held: Uint8Array | undefined;
  for await (const frame of frames) {
    if (held) yield openOrThrow(held, key, place++, binding(context, false));
    held = frame;
  }
  if (!held) throw new ArchiveBroken('archive-truncated', 'it is empty');
  const last = open(held, key, place, binding(context, true));
  if (last) {
    yield last;
    return;
  }
  if (open(held, key, place, binding(context, false)))
    throw new ArchiveBroken('archive-truncated', 'its end is missing');
  throw changed(place);
}

/** One small text, with the same care: the key of an archive under the key of a passphrase. */
export function sealOne(text: Uint8Array, key: Uint8Array, context: string): Buffer {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}
/** Undefined when it is not for this key, or not what was sealed. */
export function openOne(sealed: Uint8Array, key: Uint8Array, context: string): Buffer | undefined {
  if (sealed.length < 28) return undefined;
  return decipher(sealed.subarray(28), key, sealed.subarray(0, 12), sealed.subarray(12, 28), context);
}

const binding = (context: string, isLast: boolean): string => `${isLast ? 'last' : 'more'}|${context}`;

function numbered(place: number): Buffer {
  const iv = Buffer.alloc(12);
  iv.writeBigUInt64BE(BigInt(place), 4);
  return iv;
}
function seal(text: Buffer, key: Uint8Array, place: number, bound: string): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, numbered(place)).setAAD(Buffer.from(bound));
  const sealed = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([cipher.getAuthTag(), sealed]);
}
function open(frame: Uint8Array, key: Uint8Array, place: number, bound: string): Buffer | undefined {
  if (frame.length < 16) return undefined;
  return decipher(frame.subarray(16), key, numbered(place), frame.subarray(0, 16), bound);
}
function openOrThrow(frame: Uint8Array, key: Uint8Array, place: number, bound: string): Buffer {
  const opened = open(frame, key, place, bound);
  if (!opened) throw changed(place);
  return opened;
}
const changed = (place: number): ArchiveBroken =>
  new ArchiveBroken('archive-changed', `part ${place} is not what was written`);

function decipher(
  text: Uint8Array,
  key: Uint8Array,
  iv: Uint8Array,
  tag: Uint8Array,
  bound: string,
): Buffer | undefined {
  try {
    const opening = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
    opening.setAAD(Buffer.from(bound)).setAuthTag(tag);
    return Buffer.concat([opening.update(text), opening.final()]);
  } catch {
    return undefined;
  }
}

/** The same bytes in pieces of `size`; the last may be smaller. */
async function* ofSize(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source) {
    waiting.push(piece);
    length += piece.length;
    if (length < size) continue;
    const all = Buffer.concat(waiting);
    let from = 0;
    for (; all.length - from >= size; from += size) yield all.subarray(from, from + size);
    waiting = [all.subarray(from)];
    length = all.length - from;
  }
  if (length > 0) yield Buffer.concat(waiting);
}
