import { findArchive, setHome } from '../../../db/query/session-archive.ts';
import type { Lease } from '../../../db/query/lease.ts';
import { findSessionRow } from '../../../db/query/inbox.ts';
import type { Log } from '../../log.ts';
import { ArchiveBroken } from './broken.ts';
import {
  ComingFolder,
  copyAside,
  entriesOf,
  hasKept,
  makeHome,
  readHome,
  removeFolder,
  type KeepsFile,
} from './folder.ts';
import { readArchive, storeArchive, type StoredParts } from './stored.ts';

/** How often a linked Session's folder is copied (ms), and what a copy may weigh (bytes). */
export interface ArchiveRules {
  everyMs: number;
  largest: number;
}
export const usualArchive: ArchiveRules = { everyMs: 60 * 60_000, largest: 256_000_000 };

/** After linking: a browser writes what it has got some seconds later. */
const soonMs = 60_000;

export interface ArchiveKeeperOptions extends StoredParts {
  log: Log;
  lease: Lease;
  engine: string;
  keeps: KeepsFile;
  directory: string;
  everyMs: number;
}

/**
 * Brings the link back from the archive where this machine's folder has none, or is not the one that ran the Session last.
 * Throws {@link ArchiveBroken}, and then the folder is as it was.
 */
export async function bringHome(
  options: Omit<ArchiveKeeperOptions, 'everyMs'>,
  isLinked: boolean,
): Promise<void> {
  const { db, lease, directory, keeps, engine, log } = options;
  const { inboxId } = lease;
  const row = await findSessionRow(db, inboxId);
  let home = await readHome(directory);
  const isOurs = (!row?.home || row.home === home) && (await hasKept(directory, keeps));
  const archive = isLinked && !isOurs ? await findArchive(db, inboxId) : undefined;
  const isBrought = archive !== undefined && archive.engine === engine;
  if (isBrought) {
    await using coming = await ComingFolder.make(`${directory}.coming`, keeps);
    for await (const { head, body } of readArchive(options, archive))
      if (head.kind === 'file') await coming.add(head.path, body);
    await coming.settle(directory);
    home = undefined;
    log.info({ inboxId, files: coming.files, at: archive.at }, 'the link was brought from the archive');
  }
  home ??= await makeHome(directory);
  if (row?.home !== home) await setHome(db, inboxId, home);
}

/** Copies the folder of a live Session into the database: soon after it works, from time to time, and at its end. */
export class ArchiveKeeper implements AsyncDisposable {
  readonly #options: ArchiveKeeperOptions;
  #end = new AbortController();
  #going: Promise<void> | undefined;
  #saved: Promise<boolean> = Promise.resolve(false);

  constructor(options: ArchiveKeeperOptions) {
    this.#options = options;
  }

  /** It works. `isNew`: it has been linked just now. */
  works(isNew: boolean): void {
    this.#going ??= this.#go(isNew);
  }

  async #go(isNew: boolean): Promise<void> {
    const { db, lease, clock, everyMs } = this.#options;
    const { signal } = this.#end;
    const has = await findArchive(db, lease.inboxId).catch(() => undefined);
    let pause = isNew || !has ? soonMs : Math.max(soonMs, has.at + everyMs - clock.now());
    for (;;) {
      await clock.delay(pause, signal);
      if (signal.aborted) return;
      await this.save(signal);
      pause = everyMs;
    }
  }

  /** False when there is no new copy: the one before stays. Never throws. */
  save(signal?: AbortSignal): Promise<boolean> {
    this.#saved = this.#saved.then(() => this.#save(signal));
    return this.#saved;
  }
  async #save(signal: AbortSignal | undefined): Promise<boolean> {
    const { lease, engine, directory, keeps, clock, largest, log } = this.#options;
    const { inboxId } = lease;
    const began = clock.now();
    try {
      const bounds = { clock, largest, ...(signal ? { signal } : {}) };
      const aside = await copyAside(directory, keeps, bounds);
      try {
        const { bytes } = await storeArchive(this.#options, lease, engine, entriesOf(aside));
        log.info({ inboxId, bytes, ms: clock.now() - began }, 'the link was archived');
      } finally {
        await removeFolder(aside);
      }
      return true;
    } catch (error) {
      const code = error instanceof ArchiveBroken ? error.code : undefined;
      if (!signal?.aborted) log.warn({ err: error, inboxId, code }, 'the link could not be archived');
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#going;
    await this.#saved;
  }
}
