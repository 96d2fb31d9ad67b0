import type { Database } from '../../db/database.ts';
import type { Lease } from '../../db/query/lease.ts';
import {
  clearSessionKeys,
  pruneSessionKeys,
  readSessionKeys,
  writeSessionKeys,
} from '../../db/query/session-key.ts';
import type { Clock } from '../clock.ts';
import type { EngineKeys } from '../engine/engine.ts';

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

export interface EngineKeysOptions {
  db: Database;
  clock: Clock;
  seal: KeySeal;
  lease: Lease;
  organisationId: number;
}

/** An engine's secrets as sealed rows of its Session. Who has lost the Lease can write no more. */
export function createEngineKeys({ db, clock, seal, lease, organisationId }: EngineKeysOptions): EngineKeys {
  const { inboxId } = lease;
  const placeOf = (kind: string, id: string): KeyPlace => ({
    table: 'session_key',
    row: `${inboxId}/${kind}/${id}`,
    organisationId,
  });
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
