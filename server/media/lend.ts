import { stat } from 'node:fs/promises';
import type { Database } from '../../db/database.ts';
import { readMediaOf } from '../../db/query/media.ts';
import type { Clock } from '../clock.ts';
import type { OutgoingMedia } from '../engine/engine.ts';
import { safeFileName } from './file-name.ts';
import type { Spool } from './spool.ts';
import type { Store } from './store.ts';

export interface LenderOptions {
  db: Database;
  store: Store;
  spool: Spool;
  clock: Clock;
  /** Bytes. */
  largest: number;
}

/** How long a copy of a distant file is kept for an engine: a send takes a minute at most. */
const keepMs = 10 * 60_000;

/** Files for engines, which read them from this machine's disk. Of a distant store a copy is made, for ten minutes. */
export class Lender implements AsyncDisposable {
  readonly #options: LenderOptions;
  readonly #ending = new AbortController();
  readonly #copies = new Map<string, Promise<string | undefined>>();

  constructor(options: LenderOptions) {
    this.#options = options;
  }

  /** The file of a Message (by its row); undefined when it is not here. Throws `StoreUnavailable`. */
  async openFile(message: number, as: OutgoingMedia['as']): Promise<OutgoingMedia | undefined> {
    const row = (await readMediaOf(this.#options.db, [message])).get(message);
    if (!row || row.state !== 'stored' || row.digest === null || row.size === null) return undefined;
    const file = await this.#fileOf(row.digest, row.size);
    if (file === undefined) return undefined;
    return { file, mime: row.mime, size: row.size, fileName: safeFileName(row.file_name), as };
  }

  async #fileOf(digest: string, size: number): Promise<string | undefined> {
    const local = this.#options.store.localPath?.(digest);
    if (local !== undefined) {
      const found = await stat(local).catch(() => undefined);
      return found?.isFile() && found.size === size ? local : undefined;
    }
    const known = this.#copies.get(digest);
    if (known) return known;
    const copy = this.#copy(digest);
    this.#copies.set(digest, copy);
    copy.then(
      (file) => void this.#forget(digest, file),
      () => this.#copies.delete(digest),
    );
    return copy;
  }

  async #copy(digest: string): Promise<string | undefined> {
    const { store, spool, largest } = this.#options;
    const opened = await store.open(digest, undefined, this.#ending.signal);
    if (!opened) return undefined;
    const measured = await spool.receive(opened.body as AsyncIterable<Uint8Array>, {
      largest,
      signal: this.#ending.signal,
    });
    if (measured.digest === digest) return measured.file;
    await spool.drop(measured.file);
    return undefined;
  }

  async #forget(digest: string, file: string | undefined): Promise<void> {
    if (file !== undefined) await this.#options.clock.delay(keepMs, this.#ending.signal);
    this.#copies.delete(digest);
    if (file !== undefined) await this.#options.spool.drop(file);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const copies = [...this.#copies.values()];
    this.#ending.abort();
    for (const copy of await Promise.allSettled(copies)) {
      if (copy.status === 'fulfilled' && copy.value !== undefined) await this.#options.spool.drop(copy.value);
    }
  }
}
