import type { Database } from '../../../db/database.ts';
import type { Lease } from '../../../db/query/lease.ts';
import {
  dropOtherParts,
  findArchive,
  insertArchivePart,
  placeArchive,
  readArchivePart,
  type ArchiveRow,
} from '../../../db/query/session-archive.ts';
import type { Clock } from '../../clock.ts';
import type { KeyPlace, KeySeal } from '../engine-keys.ts';
import { ArchiveBroken } from './broken.ts';
import { packEntries, unpackEntries, type Entry } from './entries.ts';
import { frameSize, newArchiveKey, openFrames, sealFrames } from './frames.ts';

export interface StoredParts {
  db: Database;
  clock: Clock;
  seal: KeySeal;
  organisationId: number;
  /** Bytes, unpacked; also about the most that is written. */
  largest: number;
}

/** Where the key of an archive lives, for the house's seal. */
export function archivePlace(inboxId: number, generation: number, organisationId: number): KeyPlace {
  return { table: 'session_archive', row: `${inboxId}/${generation}`, organisationId };
}
const contextOf = (inboxId: number, generation: number): string => `session_archive|${inboxId}|${generation}`;

/**
 * Puts a copy in the place of the one before it, as the last step and only under the Lease: until then, and when it fails,
 * the one before stays. Rejects with `ArchiveBroken`, `LeaseLost`.
 */
export async function storeArchive(
  { db, clock, seal, organisationId, largest }: StoredParts,
  lease: Lease,
  engine: string,
  entries: AsyncIterable<Entry>,
): Promise<{ bytes: number }> {
  const { inboxId } = lease;
  const before = await findArchive(db, inboxId);
  await dropOtherParts(db, inboxId, before?.generation ?? 0);
  const generation = Math.max(clock.now(), (before?.generation ?? 0) + 1);
  const key = newArchiveKey();
  let parts = 0;
  let bytes = 0;
  try {
    for await (const frame of sealFrames(packEntries(entries), key, contextOf(inboxId, generation))) {
      bytes += frame.length;
      if (bytes > largest + frameSize)
        throw new ArchiveBroken('archive-too-large', `more than ${largest / 1_000_000} MB`);
      await insertArchivePart(db, { inboxId, generation, part: parts++, bytes: frame });
    }
    const sealed = seal.seal(key.toString('base64'), archivePlace(inboxId, generation, organisationId));
    await placeArchive(db, lease, { generation, engine, sealed, parts, bytes, at: clock.now() });
  } catch (error) {
    await dropOtherParts(db, inboxId, before?.generation ?? 0).catch(() => {});
    throw error;
  }
  return { bytes };
}

/** What is in it. Throws {@link ArchiveBroken}, perhaps after some entries. */
export async function* readArchive(
  { db, seal, organisationId, largest }: StoredParts,
  row: ArchiveRow,
): AsyncGenerator<Entry> {
  const { inbox_id: inboxId, generation } = row;
  const key = openKey(seal, row, organisationId);
  yield* unpackEntries(openFrames(partsOf(db, row), key, contextOf(inboxId, generation)), largest);
}

function openKey(seal: KeySeal, row: ArchiveRow, organisationId: number): Buffer {
  try {
    return Buffer.from(
      seal.open(row.sealed, archivePlace(row.inbox_id, row.generation, organisationId)),
      'base64',
    );
  } catch (error) {
    throw new ArchiveBroken('archive-wrong-key', 'the key it was sealed with is not here', { cause: error });
  }
}

async function* partsOf(db: Database, row: ArchiveRow): AsyncGenerator<Uint8Array> {
  const { inbox_id: inboxId, generation } = row;
  for (let part = 0; part < row.parts; part++) {
    const bytes = await readArchivePart(db, { inboxId, generation, part });
    if (!bytes) throw new ArchiveBroken('archive-truncated', `part ${part} is missing`);
    yield bytes;
  }
}
