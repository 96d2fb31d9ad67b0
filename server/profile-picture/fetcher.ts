import { transact, type Database, type Tx } from '../../db/database.ts';
import {
  deletePictures,
  findPicture,
  insertPicture,
  subjectKey,
  writePictureCheck,
  type PictureSubject,
} from '../../db/query/profile-picture.ts';
import type { ShowPicture } from '../chat/show-picture.ts';
import type { Clock } from '../clock.ts';
import type { PictureAnswer, PictureRequest } from '../engine/engine.ts';
import type { Log } from '../log.ts';
import { Unreadable, type Shrinker } from '../media/shrinker.ts';
import { TooLarge, type Measured, type Spool } from '../media/spool.ts';
import type { Store } from '../media/store.ts';
import { sniff } from '../media/sniff.ts';
import { Pace } from './pace.ts';
import type { Wanted } from './wanted.ts';
import { findSubject } from './who.ts';

/** Asks WhatsApp through the Session of an Inbox; undefined: it has none that can be asked. */
export type FetchPicture = (inboxId: number, request: PictureRequest) => Promise<PictureAnswer> | undefined;

export interface PictureFetcherOptions {
  db: Database;
  store: Store;
  spool: Spool;
  shrinker: Pick<Shrinker, 'portrait'>;
  clock: Clock;
  log: Log;
  show: ShowPicture;
  wanted: Wanted;
  fetchPicture: FetchPicture;
  /** Whether the Session of an Inbox can be asked now. */
  isReady(inboxId: number): boolean;
  /** How long one question may take, ms; default a minute. */
  timeoutMs?: number;
}

const mostAtOnce = 3;
const largest = 4 * 1024 * 1024;
const hour = 3_600_000;
const day = 24 * hour;
/** Trouble of ours or of the network: looked at again, they are asked about again. */
const troubleMs = hour / 6;
const readable: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/webp']);

/** How long an answer holds, whatever it was: three to four days, not all at one moment. */
export function holdsMs({ id }: PictureSubject): number {
  return 3 * day + (id % 24) * hour;
}

/** Brings profile pictures, one at a time for each Session and at its pace, beside everything else. */
export class PictureFetcher implements AsyncDisposable {
  readonly #options: PictureFetcherOptions;
  readonly #pace = new Pace();
  readonly #ending = new AbortController();
  readonly #busy = new Map<number, Promise<void>>();
  #wake: () => void = () => {};
  readonly #running: Promise<void>;

  constructor(options: PictureFetcherOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  wake(): void {
    this.#wake();
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const { promise: woken, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const wait = this.#start();
      const late = new AbortController();
      // Nobody waits, or for a Session only: who changes that says so.
      await (wait === undefined ? woken : Promise.race([woken, clock.delay(wait, late.signal)]));
      late.abort();
    }
  }

  /** Starts what may be started now. Returns when the next may be, ms from now. */
  #start(): number | undefined {
    const { clock, wanted, isReady } = this.#options;
    let soonest: number | undefined;
    for (const inboxId of wanted.inboxes()) {
      if (this.#busy.size >= mostAtOnce) break;
      if (this.#busy.has(inboxId) || !isReady(inboxId)) continue;
      const wait = this.#pace.wait(inboxId, clock.now());
      if (wait > 0) {
        soonest = Math.min(soonest ?? wait, wait);
        continue;
      }
      const subject = wanted.take(inboxId);
      if (!subject) continue;
      // Who is looked at again meanwhile is not asked about twice.
      wanted.know(inboxId, subject, clock.now() + troubleMs);
      const done = this.#bring(inboxId, subject).finally(() => {
        this.#busy.delete(inboxId);
        this.wake();
      });
      this.#busy.set(inboxId, done);
    }
    return soonest;
  }

  /** One question, until what became of it is written down. Never rejects. */
  async #bring(inboxId: number, subject: PictureSubject): Promise<void> {
    const { db, clock, log, wanted, spool, fetchPicture, timeoutMs = 60_000 } = this.#options;
    const file = spool.newPath();
    const late = new AbortController();
    try {
      const found = await findSubject(db, inboxId, subject);
      if (!found) return;
      const signal = AbortSignal.any([late.signal, this.#ending.signal]);
      const asked = fetchPicture(inboxId, { of: found.of, file, largest, signal });
      if (!asked) return wanted.add(inboxId, subject);
      this.#pace.note(inboxId, clock.now());
      const ended = new AbortController();
      const answer = await Promise.race([
        asked.catch((): PictureAnswer => ({ kind: 'later', reason: 'engine-error' })),
        clock
          .delay(timeoutMs, AbortSignal.any([ended.signal, this.#ending.signal]))
          .then((): PictureAnswer => {
            if (!ended.signal.aborted) late.abort();
            return { kind: 'later', reason: 'engine-error' };
          }),
      ]);
      ended.abort();
      // Who writes on after the end of the wait has the file taken away when done.
      if (answer.kind !== 'fetched') void asked.catch(() => undefined).finally(() => spool.drop(file));
      if (this.#ending.signal.aborted) return;
      if (answer.kind === 'fetched') await this.#keep(inboxId, subject, found.shown, file);
      else if (answer.kind === 'none') await this.#keepNone(inboxId, subject, found.shown);
      else await this.#putOff(inboxId, subject, answer.reason);
    } catch (error) {
      log.warn({ inboxId, err: error }, 'a profile picture could not be kept');
      wanted.know(inboxId, subject, clock.now() + troubleMs);
    } finally {
      await spool.drop(file);
    }
  }

  async #keep(inboxId: number, subject: PictureSubject, shown: number | null, file: string): Promise<void> {
    const { db, store, spool, shrinker } = this.#options;
    const { signal } = this.#ending;
    let source: Measured;
    try {
      source = await spool.measure(file, { largest, signal });
    } catch (error) {
      if (error instanceof TooLarge) return this.#keepNone(inboxId, subject, shown);
      throw error;
    }
    if (!readable.has(sniff(source.head))) return this.#keepNone(inboxId, subject, shown);
    const before = shown === null ? undefined : await findPicture(db, shown);
    if (before?.source_digest === source.digest) return this.#check(inboxId, subject);
    const [face, portrait] = [spool.newPath(), spool.newPath()];
    try {
      await shrinker.portrait(file, portrait, face);
      const small = await spool.measure(face, { largest, signal });
      const large = await spool.measure(portrait, { largest, signal });
      await store.put(small, signal);
      await store.put(large, signal);
      await this.#replace(inboxId, subject, (tx) =>
        insertPicture(tx, {
          inbox_id: inboxId,
          small_digest: small.digest,
          small_size: small.size,
          large_digest: large.digest,
          large_size: large.size,
          source_digest: source.digest,
        }),
      );
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      await this.#keepNone(inboxId, subject, shown);
    } finally {
      await spool.drop(face);
      await spool.drop(portrait);
    }
  }

  /** There is none, or none for us: that is remembered like a picture. */
  #keepNone(inboxId: number, subject: PictureSubject, shown: number | null): Promise<void> {
    return shown === null
      ? this.#check(inboxId, subject)
      : this.#replace(inboxId, subject, () => Promise.resolve(null));
  }

  /** Another picture, or none, in the place of the one that is shown. */
  async #replace(
    inboxId: number,
    subject: PictureSubject,
    write: (tx: Tx) => Promise<number | null>,
  ): Promise<void> {
    const { clock, show, wanted } = this.#options;
    const until = clock.now() + holdsMs(subject);
    // Before it is seen: whoever takes it down again has the last word.
    wanted.know(inboxId, subject, until);
    await show(inboxId, [subject], async (tx, shown, standing) => {
      if (shown !== null) await deletePictures(tx, [shown], clock.now());
      await writePictureCheck(tx, inboxId, subjectKey(standing), until);
      return write(tx);
    });
  }

  /** Nothing has changed. */
  async #check(inboxId: number, subject: PictureSubject, ms = holdsMs(subject)): Promise<void> {
    const { db, clock, wanted } = this.#options;
    const until = clock.now() + ms;
    await transact(db, (tx) => writePictureCheck(tx, inboxId, subjectKey(subject), until));
    wanted.know(inboxId, subject, until);
  }

  async #putOff(
    inboxId: number,
    subject: PictureSubject,
    reason: Extract<PictureAnswer, { kind: 'later' }>['reason'],
  ): Promise<void> {
    const { clock, log, wanted } = this.#options;
    switch (reason) {
      case 'not-connected':
        return wanted.add(inboxId, subject);
      case 'too-many':
        this.#pace.rest(inboxId, clock.now());
        log.warn(
          { inboxId },
          'WhatsApp has been asked for too many profile pictures; it is left alone for hours',
        );
        return wanted.add(inboxId, subject);
      case 'unanswered':
        return this.#check(inboxId, subject, day);
      case 'engine-error':
        return wanted.know(inboxId, subject, clock.now() + troubleMs);
    }
  }

  /** Begins nothing more, and ends what is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    this.wake();
    await Promise.allSettled([...this.#busy.values(), this.#running]);
  }
}
