import type { Database } from '../../db/database.ts';
import type { Lease } from '../../db/query/lease.ts';
import {
  anySessionKey,
  clearSessionKeys,
  pruneSessionKeys,
  readSessionKeys,
  writeSessionKeys,
} from '../../db/query/session-key.ts';
import type { Clock } from '../clock.ts';
import type { EngineKeys } from '../engine/engine.ts';
import { ArchiveBroken } from './archive/broken.ts';

/** The part of the house's seal that is needed here; each row is bound to its place. */
export interface KeySeal {
  seal(text: string, place: KeyPlace): string;
  open(sealed: string, place: KeyPlace): string;
}
export interface KeyPlace {
  table: string;
  row: string;
  organisationId: number;
}

/** Where a row lives, for the house's seal. */
export function rowPlace(inboxId: number, kind: string, id: string, organisationId: number): KeyPlace {
  return { table: 'session_key', row: `${inboxId}/${kind}/${id}`, organisationId };
}

export interface EngineKeysOptions {
  db: Database;
  clock: Clock;
  seal: KeySeal;
  lease: Lease;
  organisationId: number;
}

/** Throws `ArchiveBroken` when the rows of the Session are sealed with a key that is not here. */
export async function requireReadable({ db, seal, lease, organisationId }: EngineKeysOptions): Promise<void> {
  const { inboxId } = lease;
  const row = await anySessionKey(db, inboxId);
  if (!row) return;
  try {
    seal.open(row.sealed, rowPlace(inboxId, row.kind, row.id, organisationId));
  } catch (error) {
    throw new ArchiveBroken('archive-wrong-key', 'the rows are sealed with another key', { cause: error });
  }
}

/** An engine's secrets as sealed rows of its Session. Who has lost the Lease can write no more. */
export function createEngineKeys({ db, clock, seal, lease, organisationId }: EngineKeysOptions): EngineKeys {
  const { inboxId } = lease;
  const placeOf = (kind: string, id: string): KeyPlace => rowPlace(inboxId, kind, id, organisationId);
  return {
    async read(kind, ids) {
      const rows = await readSessionKeys(db, inboxId, kind, ids);
      return new Map(rows.map(({ id, sealed }) => [id, seal.open(sealed, placeOf(kind, id))]));
    },
    async write(changes) {
      const sealed = changes.map(({ kind, id, value }) => ({
        kind,
        id,
        sealed: value === null ? null : seal.seal(value, placeOf(kind, id)),
      }));
      await writeSessionKeys(db, lease, sealed, clock.now());
    },
    prune: (kind, ageMs) => pruneSessionKeys(db, inboxId, kind, clock.now() - ageMs),
    clear: () => clearSessionKeys(db, inboxId),
  };
}
