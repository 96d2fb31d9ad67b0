import type { Database } from '../../db/database.ts';
import { inboxesWithOldLog, pruneSessionLog } from '../../db/query/session-log.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';

export interface LogKeeperOptions {
  db: Database;
  clock: Clock;
  log: Log;
  /** How long entries are kept, ms. */
  keepMs: number;
  /** How many go with one statement. */
  batch?: number;
}

const everyMs = 6 * 3_600_000;

/** Forgets old entries of the Sessions' logs: at its start and every six hours, a batch at a time. Several may run. */
export class SessionLogKeeper implements AsyncDisposable {
  readonly #options: LogKeeperOptions;
  #end = new AbortController();
  #going: Promise<void>;

  constructor(options: LogKeeperOptions) {
    this.#options = options;
    this.#going = this.#go();
  }

  async #go(): Promise<void> {
    const { clock, log } = this.#options;
    const { signal } = this.#end;
    while (!signal.aborted) {
      try {
        const forgotten = await this.#prune(signal);
        if (forgotten > 0) log.info({ forgotten }, 'old entries of the Sessions’ logs were forgotten');
      } catch (error) {
        log.warn({ err: error }, 'old entries of the Sessions’ logs stay until the next time');
      }
      await clock.delay(everyMs, signal);
    }
  }

  async #prune(signal: AbortSignal): Promise<number> {
    const { db, clock, keepMs, batch = 500 } = this.#options;
    const before = clock.now() - keepMs;
    let forgotten = 0;
    for (const inboxId of await inboxesWithOldLog(db, before))
      for (let gone = batch; gone === batch && !signal.aborted; forgotten += gone)
        gone = await pruneSessionLog(db, inboxId, before, batch);
    return forgotten;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#going;
  }
}
