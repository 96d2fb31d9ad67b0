import { foldMedia, upsertMedia } from '../../db/query/media.ts';
import type { MediaRow } from '../../db/query/media-facts.ts';
import type { Media } from '../contract/wire.ts';
import type { Turn } from './turn.ts';

/** Before the Messages are written: one of which a file is told anew is shown anew. */
export async function writeToldMedia(turn: Turn): Promise<void> {
  const changed = await tell(
    turn,
    turn.media.filter(({ message }) => message.before),
  );
  for (const { message } of turn.media) if (changed.has(message.now.id)) message.touched = true;
}

/** After the Messages are written: the files of new ones. */
export async function writeNewMedia(turn: Turn): Promise<void> {
  if (turn.outgoingFiles.length > 0) {
    const rows = turn.outgoingFiles.map(({ message, file }) => ({
      ...file,
      inbox_id: turn.inboxId,
      message: message.now.id,
      seq: turn.seq,
    }));
    await turn.tx.insertInto('media').values(rows).execute();
  }
  const carried = turn.carried.flatMap(({ message, media }) =>
    media ? [{ ...media, message: message.now.id, seq: turn.seq }] : [],
  );
  if (carried.length > 0) await turn.tx.insertInto('media').values(carried).execute();
  await tell(
    turn,
    turn.media.filter(({ message }) => !message.before),
  );
  for (const { kept, gone } of turn.foldedMessages) {
    await foldMedia(turn.tx, kept.now.id, gone.now.id, turn.seq);
  }
}

/** Fetched by itself is what came live; the rest when somebody looks. */
async function tell(turn: Turn, told: Turn['media']): Promise<Set<number>> {
  if (told.length === 0) return new Set();
  const changed = await upsertMedia(
    turn.tx,
    told.map(({ message, facts }) => ({
      inboxId: turn.inboxId,
      message: message.now.id,
      facts,
      dueAt: message.now.live === 1 ? turn.now : null,
      seq: turn.seq,
    })),
  );
  if (changed.size > 0) turn.wrote = true;
  return changed;
}

export function wireMedia(row: MediaRow): Media {
  return {
    id: row.id,
    state: row.state,
    mime: row.sniffed ?? row.mime,
    size: row.size ?? row.claimed_size,
    fileName: row.file_name,
    seconds: row.seconds,
    width: row.width,
    height: row.height,
    waveform: row.waveform,
    thumbnail: row.thumbnail,
    hasSmall: row.small_digest !== null,
    animated: row.animated === 1,
  };
}
