import { open, rm } from 'node:fs/promises';
import type { JSHandle } from 'puppeteer';
import type { MediaAnswer } from '../engine.ts';
import { firstLine } from '../../engine-child/trouble.ts';
import { withMessage } from './act.ts';
import { known, line } from './bounds.ts';
import type { Live } from './live.ts';
import type { PageMessage } from './page-message.ts';
import { openedOf, openMedia, readPiece } from './page-media.ts';
import type { CallArgs } from './protocol.ts';
import { TimedOut, within } from './time-limit.ts';

const pieceBytes = 1024 * 1024;
const pieceLimitMs = 20_000;

const patienceMs = 180_000;

/** Writes the file of a message to a file of ours, whole or not at all. */
export async function fetchMedia(
  live: Live,
  wanted: CallArgs<'media'>,
  waited?: AbortSignal,
): Promise<MediaAnswer> {
  const page = live.page;
  if (live.phase !== 'working' || !page) return { kind: 'later', reason: 'not-connected' };
  const deadline = Date.now() + patienceMs;
  const left = (most: number): number => Math.max(1, Math.min(most, deadline - Date.now()));
  const read = async (message: JSHandle<PageMessage>): Promise<MediaAnswer> => {
    const download = page.evaluateHandle(openMedia, message, wanted.largest);
    const media = await within(left(patienceMs), 'downloading', download);
    try {
      const opened = await within(left(pieceLimitMs), 'looking at the file', page.evaluate(openedOf, media));
      if (opened.kind !== 'open') return opened;
      const piece = (from: number): Promise<string> =>
        within(left(pieceLimitMs), 'reading the file', page.evaluate(readPiece, media, from, pieceBytes));
      await writePieces(wanted.file, opened.size, piece, waited);
      const { mime, size } = opened;
      const fileName = line(opened.fileName);
      return known<Extract<MediaAnswer, { kind: 'fetched' }>>({ kind: 'fetched', mime, size, fileName });
    } finally {
      void media.dispose().catch(() => {});
    }
  };
  try {
    const answer = await withMessage(page, wanted.message, read);
    return answer === 'missing' ? { kind: 'gone', reason: 'not-on-this-device' } : answer;
  } catch (error) {
    // Whatever it was, it says nothing about next time: the page minifies its errors to a letter.
    return {
      kind: 'later',
      reason: error instanceof TimedOut ? 'timeout' : firstLine(error) || 'engine-error',
    };
  }
}

async function writePieces(
  path: string,
  size: number,
  piece: (from: number) => Promise<string>,
  waited: AbortSignal | undefined,
): Promise<void> {
  waited?.throwIfAborted();
  const file = await open(path, 'wx', 0o600);
  let isWhole = false;
  try {
    for (let from = 0; from < size; from += pieceBytes) {
      await file.writeFile(Buffer.from(await piece(from), 'base64'));
      waited?.throwIfAborted();
    }
    isWhole = true;
  } finally {
    await file.close();
    if (!isWhole) await rm(path, { force: true });
  }
}
