import { writeFile } from 'node:fs/promises';
import type { PictureAnswer } from '../engine.ts';
import { firstLine } from '../../engine-child/trouble.ts';
import { toJid } from './jid.ts';
import type { Life } from './life.ts';
import type { CallArgs } from './protocol.ts';
import { isOfUpstream } from './socket.ts';
import { refusalOf } from './trouble.ts';

const askMs = 15_000;
const downloadMs = 20_000;

/**
 * Writes the profile picture of a person or a group to a file of ours. Never rejects. WhatsApp leaves many questions
 * about people who share it with their contacts only without any answer (Baileys #2498): that is `unanswered`.
 */
export async function fetchPicture(
  life: Life,
  { of, file, largest }: CallArgs<'picture'>,
  waited: AbortSignal,
): Promise<PictureAnswer> {
  const { socket } = life;
  if (life.phase !== 'working' || !socket) return { kind: 'later', reason: 'not-connected' };
  let address: string | undefined;
  const asked = Date.now();
  try {
    address = await socket.profilePictureUrl(toJid(of), 'image', askMs);
  } catch (error) {
    const code = refusalOf(error);
    if ([401, 403, 404].includes(code)) return { kind: 'none' };
    if (code === 429) return { kind: 'later', reason: 'too-many' };
    if (code === 408) return { kind: 'later', reason: 'unanswered' };
    life.log('debug', `no profile picture: ${firstLine(error)}`);
    return { kind: 'later', reason: 'engine-error' };
  }
  // What was not answered in time is told like what is not there.
  if (!address) {
    return Date.now() - asked < askMs - 200 ? { kind: 'none' } : { kind: 'later', reason: 'unanswered' };
  }
  if (!isOfUpstream(address)) {
    life.log('warn', 'a profile picture lies elsewhere');
    return { kind: 'none' };
  }
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(downloadMs), waited]);
    const bytes = await download(address, largest, signal);
    if (!bytes) return { kind: 'none' };
    await writeFile(file, bytes, { flag: 'wx', mode: 0o600 });
    return { kind: 'fetched' };
  } catch (error) {
    life.log('debug', `no profile picture: ${firstLine(error)}`);
    return { kind: 'later', reason: 'engine-error' };
  }
}

/** Undefined: it is not there, or too large. */
async function download(address: string, largest: number, signal: AbortSignal): Promise<Buffer | undefined> {
  const answer = await fetch(address, { redirect: 'error', signal });
  if (answer.status >= 500) throw new Error(`status ${answer.status}`);
  if (!answer.ok || !answer.body) {
    await answer.body?.cancel();
    return undefined;
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
    size += piece.length;
    // Leaving the loop ends the download.
    if (size > largest) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
