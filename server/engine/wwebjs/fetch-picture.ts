import { writeFile } from 'node:fs/promises';
import type { PictureAnswer } from '../engine.ts';
import { firstLine } from '../../engine-child/trouble.ts';
import type { Live } from './live.ts';
import { readPicture } from './page-picture.ts';
import type { CallArgs } from './protocol.ts';
import { within } from './time-limit.ts';

const patienceMs = 25_000;

/** Writes the profile picture of a person or a group to a file of ours. Never rejects. */
export async function fetchPicture(
  live: Live,
  { of, file, largest }: CallArgs<'picture'>,
  waited?: AbortSignal,
): Promise<PictureAnswer> {
  const page = live.page;
  if (live.phase !== 'working' || !page) return { kind: 'later', reason: 'not-connected' };
  try {
    const asked = page.evaluate(readPicture, of, largest, patienceMs);
    const word = await within(patienceMs + 10_000, 'a profile picture', asked);
    if (word.kind !== 'found') return word;
    if (waited?.aborted) return { kind: 'later', reason: 'engine-error' };
    await writeFile(file, Buffer.from(word.base64, 'base64'), { flag: 'wx', mode: 0o600 });
    return { kind: 'fetched' };
  } catch (error) {
    live.log('debug', `no profile picture: ${firstLine(error)}`);
    return { kind: 'later', reason: 'engine-error' };
  }
}
