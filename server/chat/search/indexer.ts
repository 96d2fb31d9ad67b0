import { createHash } from 'node:crypto';
import type { Database, Tx } from '../../../db/database.ts';
import { readSeq } from '../../../db/query/inbox.ts';
import type { MessageRow } from '../../../db/query/message.ts';
import {
  forgetTexts,
  inboxesToIndex,
  insertTexts,
  messagesAfter,
  moveOn,
  readSearchProgress,
  readTexts,
  removeTexts,
  takenDocs,
  type TextRow,
} from '../../../db/query/search.ts';
import { channels, type Bus } from '../../bus/bus.ts';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { wordsOf } from './words.ts';

export interface IndexerOptions {
  db: Database;
  bus: Bus;
  clock: Clock;
  log: Log;
}

/** Keeps the text index in step with the Messages, beside the merge. Any number of processes may run one. */
export interface Indexer extends AsyncDisposable {
  /** Looks now: as after a commit. */
  wake(): void;
  /** Forgets what is known of an Inbox and reads all of it again. */
  rebuild(inboxId: number): Promise<void>;
}

/** Changes that follow each other closely are indexed together; search is behind by this much. */
const gatherMs = 150;
/** Without being told: notices on the Bus may be lost. */
const sweepMs = 5_000;
const batch = 100;

export function createIndexer(options: IndexerOptions): Indexer {
  const { db, bus, clock, log } = options;
  const ending = new AbortController();
  let poke = new AbortController();
  let isPoked = true;
  const wake = (): void => {
    isPoked = true;
    poke.abort();
  };
  const unsubscribe = bus.subscribe(channels.push, wake);

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      if (!isPoked) await clock.delay(sweepMs, AbortSignal.any([poke.signal, ending.signal]));
      await clock.delay(gatherMs, ending.signal);
      if (ending.signal.aborted) return;
      isPoked = false;
      poke = new AbortController();
      try {
        await indexAll(db, ending.signal, (took) => clock.delay(took, ending.signal));
      } catch (error) {
        log.warn({ err: error }, 'the text index could not follow; it is tried again');
      }
    }
  }
  const running = run();
  return {
    wake,
    async rebuild(inboxId) {
      await forgetTexts(db, inboxId);
      wake();
    },
    async [Symbol.asyncDispose]() {
      unsubscribe();
      ending.abort();
      await running;
    },
  };
}

/**
 * Follows every Inbox to where it stands. Inboxes take turns, a batch each, so that a long history delays nobody; `rest`
 * lets others have the database after each, told how many ms it was ours.
 */
export async function indexAll(
  db: Database,
  signal?: AbortSignal,
  rest: (took: number) => Promise<void> = () => new Promise((resolve) => setImmediate(resolve)),
): Promise<void> {
  let behind = await inboxesToIndex(db);
  while (behind.length > 0) {
    const still: number[] = [];
    for (const inboxId of behind) {
      if (signal?.aborted) return;
      const start = performance.now();
      if (!(await indexBatch(db, inboxId))) continue;
      still.push(inboxId);
      await rest(performance.now() - start);
    }
    behind = still;
  }
}

/** One transaction: the next changes of an Inbox and the place behind them, or neither. True: there may be more. */
async function indexBatch(db: Database, inboxId: number): Promise<boolean> {
  // The head is read before the rows: all rows up to it are committed.
  const head = await readSeq(db, inboxId);
  if (head === undefined) return false;
  const from = await readSearchProgress(db, inboxId);
  const place = from ?? { inbox_id: inboxId, seq: 0, message: 0 };
  const rows = await messagesAfter(db, place, head, batch);
  const last = rows.length === batch ? rows.at(-1) : undefined;
  const to = { inbox_id: inboxId, seq: last?.seq ?? head, message: last?.id ?? Number.MAX_SAFE_INTEGER };
  if (from && to.seq === from.seq && to.message === from.message) return false;
  const wanted = rows.map(wantedText);
  await moveOn(db, from, to, (tx) => write(tx, rows, wanted));
  return last !== undefined;
}

type WantedText = Omit<TextRow, 'doc'> & { at: number };

/** What the index shall know of a Message; undefined: nothing, as of one that was taken back or folded into another. */
function wantedText(row: MessageRow): WantedText | undefined {
  if (row.revoked_at !== null || row.merged_into !== null || row.body === '') return undefined;
  const words = wordsOf(row.body);
  if (words.length === 0) return undefined;
  const seconds = secondsOf(row.at);
  const digest = createHash('sha256')
    .update(JSON.stringify([row.inbox_id, row.chat_id, seconds, words]))
    .digest('base64url')
    .slice(0, 24);
  return { message: row.id, inbox_id: row.inbox_id, chat_id: row.chat_id, digest, words, at: seconds };
}

async function write(
  tx: Tx,
  rows: readonly MessageRow[],
  wanted: readonly (WantedText | undefined)[],
): Promise<void> {
  const known = new Map(
    (
      await readTexts(
        tx,
        rows.map((row) => row.id),
      )
    ).map((row) => [row.message, row]),
  );
  const gone = [];
  const fresh: WantedText[] = [];
  for (const [n, row] of rows.entries()) {
    const [old, text] = [known.get(row.id), wanted[n]];
    if (old && old.digest === text?.digest) continue;
    if (old) gone.push(old);
    if (text) fresh.push(text);
  }
  await removeTexts(tx, gone);
  const docs = await placesFor(tx, fresh);
  await insertTexts(
    tx,
    fresh.map(({ at: _, ...row }, n) => ({ ...row, doc: docs[n]! })),
  );
}

const perSecond = 2 ** 21;
const lastSecond = 2 ** 32 - 1;

function secondsOf(at: number): number {
  return Math.min(lastSecond, Math.max(0, Math.floor(at / 1_000)));
}

/** Places in the order of time, none twice: two million Messages fit into a second. */
async function placesFor(tx: Tx, texts: readonly WantedText[]): Promise<number[]> {
  const first = texts.map(({ at, message }) => at * perSecond + (message % perSecond));
  const taken = await takenDocs(tx, first);
  const places: number[] = [];
  for (let place of first) {
    while (taken.has(place)) {
      place += place % perSecond === perSecond - 1 ? 1 - perSecond : 1;
      if (!taken.has(place) && (await takenDocs(tx, [place])).size > 0) taken.add(place);
    }
    taken.add(place);
    places.push(place);
  }
  return places;
}
