import { createHash } from 'node:crypto';
import type { Database, Tx } from '../../../db/database.ts';
import { readSeq } from '../../../db/query/inbox.ts';
import { readMediaOf } from '../../../db/query/media.ts';
import type { MessageRow } from '../../../db/query/message.ts';
import type { NoteRow } from '../../../db/query/note.ts';
import {
  forgetTexts,
  inboxesToIndex,
  insertTexts,
  messagesAfter,
  moveOn,
  notesChangedAfter,
  readSearchProgress,
  readTexts,
  removeTexts,
  takenDocs,
  type TextOf,
  type TextRow,
} from '../../../db/query/search.ts';
import { channels, type Bus } from '../../bus/bus.ts';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { mayHaveFile } from '../wire-rows.ts';
import { partsOf, wordsOfParts } from './parts.ts';
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
/** With more commits than this while gathering, facts stream in: they have the database to themselves. */
const fewCommits = 4;
/** So long at most; who streams on after that shares with the index, see {@link shareOfStream}. */
const longestStreamMs = 5_000;
/** While facts stream in, the index rests so many times as long as it took: it has a tenth of the database. */
const shareOfStream = 9;
/** Without being told: notices on the Bus may be lost. */
const sweepMs = 5_000;
const batch = 100;

export function createIndexer(options: IndexerOptions): Indexer {
  const { db, bus, clock, log } = options;
  const ending = new AbortController();
  let poke = new AbortController();
  let isPoked = true;
  let commits = 0;
  const wake = (): void => {
    commits += 1;
    if (isPoked) return;
    isPoked = true;
    // With a reason of its own: the usual one would be built, stack and all, for nobody.
    poke.abort('woken');
  };
  const unsubscribe = bus.subscribe(channels.push, wake);

  /** Waits a little. True: many commits came meanwhile. */
  async function isStreaming(ms: number): Promise<boolean> {
    const before = commits;
    await clock.delay(ms, ending.signal);
    return commits - before > (fewCommits * ms) / gatherMs;
  }

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      if (!isPoked) await clock.delay(sweepMs, AbortSignal.any([poke.signal, ending.signal]));
      const latest = clock.now() + longestStreamMs;
      while ((await isStreaming(gatherMs)) && clock.now() < latest && !ending.signal.aborted);
      if (ending.signal.aborted) return;
      isPoked = false;
      poke = new AbortController();
      try {
        await indexAll(db, ending.signal, async (took) => {
          if (await isStreaming(took)) await clock.delay(took * (shareOfStream - 1), ending.signal);
        });
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
  const place = from ?? { inbox_id: inboxId, seq: 0, message: 0, note_seq: 0, note: 0 };
  const messages = await messagesAfter(db, place, head, batch);
  const notes = await notesChangedAfter(db, place, head, batch);
  const last = messages.length === batch ? messages.at(-1) : undefined;
  const lastNote = notes.length === batch ? notes.at(-1) : undefined;
  const to = {
    inbox_id: inboxId,
    seq: last?.seq ?? head,
    message: last?.id ?? Number.MAX_SAFE_INTEGER,
    note_seq: lastNote?.seq ?? head,
    note: lastNote?.id ?? Number.MAX_SAFE_INTEGER,
  };
  if (from && progressKeys.every((key) => to[key] === from[key])) return false;
  const files = await readMediaOf(
    db,
    messages.filter(mayHaveFile).map((row) => row.id),
  );
  const ofMessages = messages.map((row) =>
    wantedText(row, wordsOfParts(partsOf(row, files.get(row.id)?.file_name))),
  );
  const ofNotes = notes.map((row) => wantedText(row, row.deleted_at === null ? wordsOf(row.body) : []));
  await moveOn(db, from, to, async (tx) => {
    await write(tx, 'message', messages, ofMessages);
    await write(tx, 'note', notes, ofNotes);
  });
  return last !== undefined || lastNote !== undefined;
}

const progressKeys = ['seq', 'message', 'note_seq', 'note'] as const;

type WantedText = Omit<TextRow, 'doc'> & { at: number };
type Indexed = Pick<MessageRow | NoteRow, 'id' | 'inbox_id' | 'chat_id' | 'at'>;

/** What the index shall know; undefined: nothing, as of what was taken back or folded into another. */
function wantedText(row: Indexed, words: string[]): WantedText | undefined {
  if (words.length === 0) return undefined;
  const seconds = secondsOf(row.at);
  const digest = createHash('sha256')
    .update(JSON.stringify([row.inbox_id, row.chat_id, seconds, words]))
    .digest('base64url')
    .slice(0, 24);
  return { item: row.id, inbox_id: row.inbox_id, chat_id: row.chat_id, digest, words, at: seconds };
}

async function write(
  tx: Tx,
  of: TextOf,
  rows: readonly Indexed[],
  wanted: readonly (WantedText | undefined)[],
): Promise<void> {
  const known = new Map(
    (
      await readTexts(
        tx,
        of,
        rows.map((row) => row.id),
      )
    ).map((row) => [row.item, row]),
  );
  const gone = [];
  const fresh: WantedText[] = [];
  for (const [n, row] of rows.entries()) {
    const [old, text] = [known.get(row.id), wanted[n]];
    if (old && old.digest === text?.digest) continue;
    if (old) gone.push(old);
    if (text) fresh.push(text);
  }
  await removeTexts(tx, of, gone);
  const docs = await placesFor(tx, of, fresh);
  await insertTexts(
    tx,
    of,
    fresh.map(({ at: _, ...row }, n) => ({ ...row, doc: docs[n]! })),
  );
}

const perSecond = 2 ** 21;
const lastSecond = 2 ** 32 - 1;

function secondsOf(at: number): number {
  return Math.min(lastSecond, Math.max(0, Math.floor(at / 1_000)));
}

/** Places in the order of time, none twice: two million fit into a second. */
async function placesFor(tx: Tx, of: TextOf, texts: readonly WantedText[]): Promise<number[]> {
  const first = texts.map(({ at, item }) => at * perSecond + (item % perSecond));
  const taken = await takenDocs(tx, of, first);
  const places: number[] = [];
  for (let place of first) {
    while (taken.has(place)) {
      place += place % perSecond === perSecond - 1 ? 1 - perSecond : 1;
      if (!taken.has(place) && (await takenDocs(tx, of, [place])).size > 0) taken.add(place);
    }
    taken.add(place);
    places.push(place);
  }
  return places;
}
