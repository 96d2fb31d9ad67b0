import { foldMedia, upsertMedia, type MediaRow } from '../../db/query/media.ts';
import type { Media } from '../contract/wire.ts';
import type { Turn } from './turn.ts';

/** Joins what was told of files into their rows. Fetched by itself is what came live; the rest when somebody looks. */
export async function writeMedia(turn: Turn): Promise<void> {
  if (turn.outgoingFiles.length > 0) {
    const rows = turn.outgoingFiles.map(({ message, file }) => ({
      ...file,
      inbox_id: turn.inboxId,
      message: message.now.id,
      seq: turn.seq,
    }));
    await turn.tx.insertInto('media').values(rows).execute();
  }
  if (turn.media.length > 0) {
    const changed = await upsertMedia(
      turn.tx,
      turn.media.map(({ message, facts }) => ({
        inboxId: turn.inboxId,
        message: message.now.id,
        facts,
        dueAt: message.now.live === 1 ? turn.now : null,
        seq: turn.seq,
      })),
    );
    if (changed.size > 0) turn.wrote = true;
  }
  for (const { kept, gone } of turn.foldedMessages) {
    await foldMedia(turn.tx, kept.now.id, gone.now.id, turn.seq);
  }
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
    animated: row.animated === 1,
  };
}
