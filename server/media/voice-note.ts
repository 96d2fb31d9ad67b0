import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { writeOggOpus } from './ogg-opus.ts';
import type { Measured, Spool } from './spool.ts';
import { readWebmOpus } from './webm-opus.ts';

/** An hour of a voice. Larger ones are no voice notes of a browser, and are sent as they are. */
const mostBytes = 32 * 1024 * 1024;

export const voiceNoteType = 'audio/ogg; codecs=opus';

/**
 * WhatsApp's voice notes are Opus in Ogg. Browsers that record Opus put it into WebM: the packets are moved over as they
 * are. Undefined when it is something else, which then stays what it is.
 */
export async function asVoiceNote(recorded: Measured, spool: Spool): Promise<Measured | undefined> {
  if (recorded.size > mostBytes) return undefined;
  const track = readWebmOpus(await readFile(recorded.file));
  const ogg = track && writeOggOpus(track);
  return ogg && spool.receive(Readable.from([ogg]), { largest: mostBytes * 2 });
}
