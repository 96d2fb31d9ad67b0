import type { Database } from '../../db/database.ts';
import {
  claimMedia,
  dueMedia,
  inboxesWithDueMedia,
  nextDueMedia,
  settleGone,
  settleLater,
  settleStored,
} from '../../db/query/media-fetch.ts';
import { listInboxIds } from '../../db/query/inbox.ts';
import type { MediaRow } from '../../db/query/media-facts.ts';
import type { TouchMessages } from '../chat/touch.ts';
import type { Clock } from '../clock.ts';
import type { MessageHandle } from '../contract/content.ts';
import type { MediaAnswer, MediaRequest } from '../engine/engine.ts';
import { newSecret } from '../ids.ts';
import type { Log } from '../log.ts';
import { pictureSize } from './picture-size.ts';
import { sniff } from './sniff.ts';
import { TooLarge, type Measured, type Spool } from './spool.ts';
import { StoreUnavailable, type Store } from './store.ts';

/** Asks whoever can have it for a Message's file. Should not throw; if it does, that is `later`. */
export type FetchMedia = (inboxId: number, request: MediaRequest) => Promise<MediaAnswer>;

export interface MediaFetcherOptions {
  db: Database;
  store: Store;
  spool: Spool;
  touch: TouchMessages;
  clock: Clock;
  log: Log;
  fetchMedia: FetchMedia;
  /** Whether this process can fetch for the Inbox now; the rows of the others wait without being touched. */
  isReady: (inboxId: number) => boolean;
  /** How the Message is named towards the engine; undefined when it is not there, or taken back. */
  handleOf: (message: number) => Promise<MessageHandle | undefined>;
  /** Bytes. */
  largest: number;
  /** How long one try may take, ms; default 5 minutes. */
  timeoutMs?: number;
}

export interface MediaFetcher extends AsyncDisposable {
  /** Looks for due files now: after a merge, a retry, and when a Session starts working. */
  wake(): void;
}

const mostAtOnce = 4;
const mostPerInbox = 2;
/** Without being told: notices on the Bus may be lost. */
const sweepMs = 5_000;
/** After the time a try may take, another may begin. */
const graceMs = 60_000;
const mostAttempts = 8;
const firstWaitMs = 5_000;
const longestWaitMs = 3_600_000;
/** How long closing waits for what is under way. */
const closingMs = 5_000;

/** 5 s, 20 s, 80 s … one hour. */
export function waitAfter(attempt: number): number {
  return Math.min(longestWaitMs, firstWaitMs * 4 ** Math.max(0, attempt - 1));
}

export function createMediaFetcher(options: MediaFetcherOptions): MediaFetcher {
  return new FetchLoop(options);
}

/**
 * Brings files after the merge, beside it. Each try holds a lease: of a process that is killed the rows fall due again
 * when it is over, and what a late try says of them is not taken, unless it has the file.
 */
class FetchLoop implements MediaFetcher {
  readonly #options: MediaFetcherOptions & { timeoutMs: number };
  readonly #ending = new AbortController();
  /** Row → its try. */
  readonly #busy = new Map<number, { inboxId: number; done: Promise<void> }>();
  #poke = new AbortController();
  #isPoked = false;
  readonly #running: Promise<void>;

  constructor(options: MediaFetcherOptions) {
    this.#options = { timeoutMs: 300_000, ...options };
    this.#running = this.#run();
  }

  wake(): void {
    this.#isPoked = true;
    this.#poke.abort();
  }

  async #run(): Promise<void> {
    const { clock, log, db } = this.#options;
    while (!this.#ending.signal.aborted) {
      this.#isPoked = false;
      this.#poke = new AbortController();
      let wait = sweepMs;
      try {
        const ready = (await listInboxIds(db)).filter((inboxId) => this.#options.isReady(inboxId));
        await this.#look(ready);
        const next = await nextDueMedia(db, ready, clock.now());
        if (next !== undefined) wait = Math.min(wait, Math.max(1, next - clock.now()));
      } catch (error) {
        log.warn({ err: error }, 'cannot look for files to fetch');
      }
      if (!this.#isPoked) {
        await clock.delay(wait, AbortSignal.any([this.#poke.signal, this.#ending.signal]));
      }
    }
  }

  /** Starts what may be started now. */
  async #look(ready: readonly number[]): Promise<void> {
    const { db, clock } = this.#options;
    if (this.#busy.size >= mostAtOnce) return;
    for (const inboxId of await inboxesWithDueMedia(db, ready, clock.now())) {
      if (this.#ending.signal.aborted) return;
      const mine = [...this.#busy.values()].filter((one) => one.inboxId === inboxId).length;
      const free = Math.min(mostPerInbox - mine, mostAtOnce - this.#busy.size);
      if (free <= 0) continue;
      const due = await dueMedia(db, inboxId, clock.now(), free + this.#busy.size);
      for (const row of due.filter((one) => !this.#busy.has(one.id)).slice(0, free)) await this.#start(row);
    }
  }

  async #start(row: MediaRow): Promise<void> {
    const { db, clock, timeoutMs } = this.#options;
    const lease = newSecret();
    if (!(await claimMedia(db, row, { lease, until: clock.now() + timeoutMs + graceMs }))) return;
    const attempts = row.attempts + 1;
    const done = this.#fetch({ ...row, attempts }, lease).finally(() => {
      this.#busy.delete(row.id);
      this.wake();
    });
    this.#busy.set(row.id, { inboxId: row.inbox_id, done });
  }

  /** One try, until what became of it is written down. Never rejects. */
  async #fetch(row: MediaRow, lease: string): Promise<void> {
    const { log } = this.#options;
    const about = { mediaId: row.id, inboxId: row.inbox_id, attempt: row.attempts };
    try {
      if (row.attempts > mostAttempts) {
        // Its tries have ended with their processes, one after the other.
        await this.#giveUp(row, lease, row.reason ?? 'too-many-tries');
        return;
      }
      const result = await this.#try(row);
      if (result.kind === 'fetched') await this.#keep(row, result.file, result.mime, result.fileName ?? '');
      else if (result.kind === 'gone') await this.#giveUp(row, lease, result.reason);
      else await this.#putOff(row, lease, result);
      log.debug({ ...about, outcome: result.kind }, 'a file was asked for');
    } catch (error) {
      // Its lease runs out, and it is due again.
      log.error({ ...about, err: error }, 'what became of a file could not be written down');
    }
  }

  async #try(row: MediaRow): Promise<Result> {
    const { clock, timeoutMs, fetchMedia, handleOf, largest, spool, store, log } = this.#options;
    const message = await handleOf(row.message);
    if (!message) return { kind: 'gone', reason: 'no-message' };
    const late = new AbortController();
    const ended = new AbortController();
    const signal = AbortSignal.any([late.signal, this.#ending.signal]);
    const file = spool.newPath();
    const giveUp = clock
      .delay(timeoutMs, AbortSignal.any([ended.signal, this.#ending.signal]))
      .then((): MediaAnswer => {
        if (!ended.signal.aborted) late.abort();
        return { kind: 'later', reason: this.#ending.signal.aborted ? 'stopped' : 'timeout' };
      });
    try {
      const asked = fetchMedia(row.inbox_id, {
        message,
        ...(row.reference !== null && { reference: row.reference }),
        file,
        largest,
        signal,
      }).catch((error: unknown): MediaAnswer => {
        log.warn({ mediaId: row.id, err: error }, 'an engine has thrown');
        return { kind: 'later', reason: 'engine-error' };
      });
      const answer = await Promise.race([asked, giveUp]);
      if (answer.kind !== 'fetched') {
        // Who writes on after the end of the wait has the file taken away when done.
        void asked.finally(() => spool.drop(file));
        return answer;
      }
      const measured = await spool.measure(file, { largest, signal });
      const wrong = checkFile(row, measured);
      if (wrong) {
        await spool.drop(file);
        return { kind: 'later', reason: wrong };
      }
      await store.put(measured, signal);
      return { kind: 'fetched', file: measured, mime: answer.mime, fileName: answer.fileName };
    } catch (error) {
      if (error instanceof TooLarge) return { kind: 'gone', reason: 'too-large' };
      if (this.#ending.signal.aborted) return { kind: 'later', reason: 'stopped' };
      if (late.signal.aborted) return { kind: 'later', reason: 'timeout' };
      log.warn({ mediaId: row.id, err: error }, 'a file could not be kept');
      const isStore = error instanceof StoreUnavailable || isNoSpace(error);
      return { kind: 'later', reason: isStore ? 'store-unavailable' : 'engine-error', free: isStore };
    } finally {
      ended.abort();
      await spool.drop(file);
    }
  }

  async #keep(row: MediaRow, file: Measured, mime: string, fileName: string): Promise<void> {
    const sniffed = sniff(file.head);
    const picture = sniffed.startsWith('image/') ? pictureSize(file.head) : undefined;
    await this.#options.touch(row.inbox_id, async (tx, seq) => {
      const message = await settleStored(tx, row.id, {
        sniffed,
        size: file.size,
        digest: file.digest,
        mime,
        fileName,
        width: picture?.width ?? null,
        height: picture?.height ?? null,
        seq,
      });
      return message === undefined ? [] : [message];
    });
  }

  async #giveUp(row: MediaRow, lease: string, reason: string): Promise<void> {
    await this.#options.touch(row.inbox_id, async (tx, seq) => {
      const message = await settleGone(tx, row.id, lease, reason, seq);
      return message === undefined ? [] : [message];
    });
  }

  async #putOff(row: MediaRow, lease: string, later: Later): Promise<void> {
    // What is nobody's fault counts for nothing: the number is not connected, we stop, the store is away.
    const isStopped = this.#ending.signal.aborted;
    const isFree = later.free || isStopped || later.reason === 'not-connected';
    if (!isFree && row.attempts >= mostAttempts) return this.#giveUp(row, lease, later.reason);
    const { db, clock } = this.#options;
    const wait = isStopped ? 0 : waitAfter(row.attempts);
    await settleLater(db, row.id, lease, {
      reason: later.reason,
      dueAt: clock.now() + wait,
      attempts: isFree ? row.attempts - 1 : row.attempts,
    });
  }

  /** Begins nothing more; what is under way is stopped and falls due again. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    const all = [...this.#busy.values()].map(({ done }) => done);
    await Promise.race([Promise.allSettled([...all, this.#running]), this.#options.clock.delay(closingMs)]);
  }
}

interface Later {
  kind: 'later';
  reason: string;
  /** The try does not count. */
  free?: boolean;
}

type Result =
  | { kind: 'fetched'; file: Measured; mime: string; fileName: string | undefined }
  | { kind: 'gone'; reason: string }
  | Later;

/** What is wrong with the bytes; undefined when nothing is. */
function checkFile(row: MediaRow, file: Measured): string | undefined {
  if (file.size === 0) return 'empty';
  if (row.claimed_digest !== null && row.claimed_digest !== file.digest) return 'other-bytes';
  return undefined;
}

function isNoSpace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}
