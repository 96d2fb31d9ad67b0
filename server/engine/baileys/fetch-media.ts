import { open, rm } from 'node:fs/promises';
import { downloadContentFromMessage } from 'baileys';
import type { proto, WAMessage } from 'baileys';
import type { MediaAnswer } from '../engine.ts';
import { firstLine } from '../../engine-child/trouble.ts';
import { count, line, type Raw } from './bounds.ts';
import { partOf } from './decode-content.ts';
import { sealedAs } from './decode-media.ts';
import { contentOf } from './decode.ts';
import type { Life } from './life.ts';
import type { CallArgs } from './protocol.ts';
import { codeOf } from './trouble.ts';
import { TimedOut, within } from './time-limit.ts';

const downloadMs = 120_000;
const phoneMs = 30_000;
/** The servers forget a file after a while; the phone may have it still. */
const isForgotten = (error: unknown): boolean => [403, 404, 410].includes(codeOf(error));

/** Writes the file of a message to a file of ours, whole or not at all. Never rejects. */
export async function fetchMedia(
  life: Life,
  { message, file, largest }: CallArgs<'media'>,
  waited: AbortSignal,
): Promise<MediaAnswer> {
  if (life.phase !== 'working') return { kind: 'later', reason: 'not-connected' };
  const info = await life.infoOf(message.messageId);
  // Its key came to another device of ours (another engine, before): it may be this one's again.
  if (!info?.message) return { kind: 'later', reason: 'not-on-this-device' };
  try {
    try {
      return await download(info.message, file, largest, waited);
    } catch (error) {
      if (!isForgotten(error)) throw error;
      const again = await within(phoneMs, 'the phone', life.working().updateMediaMessage(info as WAMessage));
      return await download(again.message ?? info.message, file, largest, waited);
    }
  } catch (error) {
    await rm(file, { force: true }).catch(() => {});
    if (error instanceof TimedOut) return { kind: 'later', reason: 'timeout' };
    // Neither the servers nor the phone have it.
    if (isForgotten(error)) return { kind: 'gone', reason: 'expired' };
    return { kind: 'later', reason: firstLine(error) || 'engine-error' };
  }
}

async function download(
  message: proto.IMessage,
  path: string,
  largest: number,
  waited: AbortSignal,
): Promise<MediaAnswer> {
  const part = partOf(contentOf(message));
  const type = part && sealedAs[part.name];
  if (!part || !type || !part.data['mediaKey']) return { kind: 'gone', reason: 'no-file' };
  if ((count(part.data['fileLength']) ?? 0) > largest) return { kind: 'gone', reason: 'too-large' };
  const written = await within(downloadMs, 'downloading', write(part.data, type, path, largest, waited));
  if (written === undefined) return { kind: 'gone', reason: 'too-large' };
  const mime =
    line(part.data['mimetype'], 120) ?? (type === 'sticker' ? 'image/webp' : 'application/octet-stream');
  const fileName = line(part.data['fileName']);
  return { kind: 'fetched', mime, size: written, ...(fileName ? { fileName } : {}) };
}

async function write(
  data: Raw,
  type: (typeof sealedAs)[string],
  path: string,
  largest: number,
  waited: AbortSignal,
): Promise<number | undefined> {
  const { mediaKey, directPath, url } = data as { mediaKey: Uint8Array; directPath: string; url: string };
  const stream = await downloadContentFromMessage({ mediaKey, directPath, url }, type, {});
  const file = await open(path, 'wx', 0o600);
  let size = 0;
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      waited.throwIfAborted();
      size += piece.length;
      if (size > largest) {
        stream.destroy();
        return undefined;
      }
      await file.write(piece);
    }
    return size;
  } finally {
    await file.close();
    if (size > largest) await rm(path, { force: true });
  }
}
