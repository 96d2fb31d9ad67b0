import type { Database } from '../../db/database.ts';
import { releaseLease, renewLease, type Lease } from '../../db/query/lease.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';

/** How long a Lease is good for without being renewed: what a dead process's Sessions wait for. */
export const leaseMs = 45_000;
const renewMs = 5_000;
/** A Session takes up to 20 s to be taken down: it must be gone before another process may begin. */
const takeDownMs = 25_000;

export interface LeaseKeeperOptions {
  db: Database;
  clock: Clock;
  log: Log;
  lease: Lease;
  /** When it was taken. */
  takenAt: number;
  /** There is no other process that could take it: a database that is away ends nothing. */
  alone: boolean;
  /** The right to run the Session is gone, or about to go. Called once at most. */
  onLost(): void;
}

/** Renews a Lease until it ends or is lost. */
export class LeaseKeeper implements AsyncDisposable {
  #options: LeaseKeeperOptions;
  #end = new AbortController();

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    void this.#keep();
  }

  async #keep(): Promise<void> {
    const { clock, lease, log, takenAt, alone, onLost } = this.#options;
    const { signal } = this.#end;
    const { inboxId } = lease;
    let heldUntil = takenAt + leaseMs;
    for (;;) {
      await clock.delay(renewMs, signal);
      if (signal.aborted) return;
      try {
        const until = clock.now() + leaseMs;
        if (!(await this.#renew(until))) {
          if (signal.aborted) return;
          log.warn({ inboxId }, 'the lease is another’s');
          return onLost();
        }
        heldUntil = until;
      } catch (error) {
        if (signal.aborted) return;
        if (alone || clock.now() + takeDownMs < heldUntil) continue;
        log.error({ err: error, inboxId }, 'the lease could not be renewed in time');
        return onLost();
      }
    }
  }

  /** Rejects when the database does not answer in time: to be answered too late is to be refused. */
  async #renew(until: number): Promise<boolean> {
    const { db, clock, lease } = this.#options;
    const answered = new AbortController();
    const late = clock.delay(renewMs, AbortSignal.any([answered.signal, this.#end.signal])).then(() => {
      if (!answered.signal.aborted) throw new Error('the database does not answer');
      return false;
    });
    const renewed = renewLease(db, lease, until).finally(() => answered.abort());
    renewed.catch(() => undefined);
    late.catch(() => undefined);
    return Promise.race([renewed, late.then(() => renewed)]);
  }

  /** Gives the Lease back; where that fails it runs out by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#end.signal.aborted) return;
    this.#end.abort();
    const { db, lease, log } = this.#options;
    await releaseLease(db, lease).catch((error: unknown) =>
      log.warn({ err: error, inboxId: lease.inboxId }, 'the lease could not be given back'),
    );
  }
}
