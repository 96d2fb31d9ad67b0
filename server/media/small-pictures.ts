import type { Database } from '../../db/database.ts';
import { claimSmall, dueSmall, putOffSmall, settleSmall } from '../../db/query/media-small.ts';
import type { MediaRow } from '../../db/query/media-facts.ts';
import type { TouchMessages } from '../chat/touch.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { Shrinker, Unreadable } from './shrinker.ts';
import type { Spool } from './spool.ts';
import type { Store } from './store.ts';

export interface SmallPicturesOptions {
  db: Database;
  store: Store;
  spool: Spool;
  touch: TouchMessages;
  clock: Clock;
  log: Log;
  /** Bytes of a picture that is still looked at. */
  largest: number;
  shrinker?: Shrinker;
}

/** Without being told. */
const sweepMs = 20_000;
/** How long one try may take before another process may begin. */
const leaseMs = 120_000;
const waitMs = 60_000;
const mostTries = 3;
const mostBytes = 64 * 1024 * 1024;

/**
 * Makes a small picture of each stored one, one after the other, beside everything else. A picture that takes its
 * process down is tried three times in all and then left as it is.
 */
export class SmallPictures implements AsyncDisposable {
  readonly #options: SmallPicturesOptions;
  readonly #shrinker: Shrinker;
  readonly #ending = new AbortController();
  readonly #running: Promise<void>;
  #poke = new AbortController();
  #isPoked = false;

  constructor(options: SmallPicturesOptions) {
    this.#options = options;
    this.#shrinker = options.shrinker ?? new Shrinker();
    this.#running = this.#run();
  }

  /** Something may have been stored. */
  wake(): void {
    this.#isPoked = true;
    this.#poke.abort();
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    while (!this.#ending.signal.aborted) {
      this.#isPoked = false;
      this.#poke = new AbortController();
      let didAny = false;
      try {
        didAny = await this.#next();
      } catch (error) {
        log.warn({ err: error }, 'cannot look for pictures to make small');
      }
      if (!didAny && !this.#isPoked) {
        await clock.delay(sweepMs, AbortSignal.any([this.#poke.signal, this.#ending.signal]));
      }
    }
  }

  async #next(): Promise<boolean> {
    const { db, clock } = this.#options;
    for (const row of await dueSmall(db, clock.now(), 5)) {
      if (this.#ending.signal.aborted) return false;
      if (!(await claimSmall(db, row, clock.now() + leaseMs))) continue;
      await this.#make({ ...row, small_tries: row.small_tries + 1 });
      return true;
    }
    return false;
  }

  async #make(row: MediaRow): Promise<void> {
    const { db, touch, clock, log } = this.#options;
    const about = { mediaId: row.id, inboxId: row.inbox_id };
    if (row.small_tries > mostTries || (row.size ?? 0) > mostBytes) return putOffSmall(db, row.id, null);
    try {
      const made = await this.#shrunk(row);
      if (!made) return await putOffSmall(db, row.id, null);
      await touch(row.inbox_id, async (tx, seq) => {
        const message = await settleSmall(tx, row, made, seq);
        return message === undefined ? [] : [message];
      });
    } catch (error) {
      if (this.#ending.signal.aborted) return await putOffSmall(db, row.id, 0).catch(() => undefined);
      const isHopeless = error instanceof Unreadable || row.small_tries >= mostTries;
      log.warn({ ...about, err: error, isHopeless }, 'no small picture could be made');
      await putOffSmall(db, row.id, isHopeless ? null : clock.now() + waitMs);
    }
  }

  /** Undefined: the store has lost it, which whoever opens it will find out. */
  async #shrunk(row: MediaRow): Promise<Parameters<typeof settleSmall>[2] | undefined> {
    const { store, spool, largest } = this.#options;
    const { signal } = this.#ending;
    const opened = await store.open(row.digest!, undefined, signal);
    if (!opened) return undefined;
    // A copy, also of what stands on this disk: the child knows no path of the store.
    const copy = await spool.receive(opened.body as AsyncIterable<Uint8Array>, { largest, signal });
    const target = spool.newPath();
    try {
      const { width, height, isMade } = await this.#shrinker.shrink(copy.file, target);
      if (!isMade) return { width, height, small: null };
      const small = await spool.measure(target, { largest, signal });
      await store.put(small, signal);
      return { width, height, small: { digest: small.digest, size: small.size } };
    } finally {
      await spool.drop(copy.file);
      await spool.drop(target);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#shrinker[Symbol.asyncDispose]();
    await this.#running;
  }
}
