import type { Database } from '../../db/database.ts';
import { addressesOfChat } from '../../db/query/address.ts';
import {
  countBackfilled,
  countChats,
  endBackfill,
  nextChatToBackfill,
  noteBackfilled,
  oldestOfChat,
  readBackfill,
  startBackfill,
  type BackfillRow,
} from '../../db/query/backfill.ts';
import type { Clock } from '../clock.ts';
import type { BackfillBounds, BackfillProgress } from '../contract/api.ts';
import { addressKind, type Address } from '../contract/address.ts';
import type { HistoryRequest } from '../engine/engine.ts';
import type { Log } from '../log.ts';

const day = 86_400_000;

const page = 100;
/** A second holds so many messages at most; WhatsApp's times are whole seconds. */
const second = 1_000;

/** Notes that the history of the whole Inbox is wanted. The Session that is live, or the next, carries it out. */
export async function wantBackfill(
  db: Database,
  inboxId: number,
  bounds: BackfillBounds,
  now: number,
): Promise<void> {
  const since = now - bounds.days * day;
  await startBackfill(db, { inbox_id: inboxId, since, per_chat: bounds.messagesPerChat, started_at: now });
}

export async function stopBackfill(db: Database, inboxId: number, now: number): Promise<void> {
  const row = await readBackfill(db, inboxId);
  if (row) await endBackfill(db, row, 'stopped', now);
}

export async function backfillProgress(db: Database, inboxId: number): Promise<BackfillProgress> {
  const row = await readBackfill(db, inboxId);
  if (!row) {
    return { state: 'none', chats: { done: 0, total: 0 }, messages: 0, startedAt: null, endedAt: null };
  }
  return {
    state: row.state,
    chats: await countChats(db, inboxId, row.started_at),
    messages: row.messages,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

export interface BackfillRunOptions {
  db: Database;
  inboxId: number;
  /** Pulls one bounded page into the door; gives the times of its Messages, ms. */
  pull(query: Omit<HistoryRequest, 'signal'>): Promise<number[]>;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/**
 * Carries out what is wanted, the newest Chat first, each backwards until its bounds or its beginning. Every Chat that
 * is done is noted, so a killed process goes on with the next one; a Chat begun twice is only told twice.
 */
export async function runBackfill(options: BackfillRunOptions): Promise<void> {
  const { db, inboxId, pull, clock, log, signal } = options;
  let job = await readBackfill(db, inboxId);
  if (job?.state !== 'running') return;
  // Chats that we have not heard of yet.
  await pull({ chats: 1_000, messagesPerChat: 0 });
  while (!signal.aborted) {
    job = await readBackfill(db, inboxId);
    if (job?.state !== 'running') return;
    const chat = await nextChatToBackfill(db, inboxId, job.started_at);
    if (!chat) {
      await endBackfill(db, job, 'done', clock.now());
      return log.info({ inboxId, messages: job.messages }, 'the history of the inbox has been pulled');
    }
    if (!(await pullChat(options, job, chat.id))) return;
    await noteBackfilled(db, chat.id, job.started_at);
  }
}

/** False when it was ended before the end. */
async function pullChat(options: BackfillRunOptions, job: BackfillRow, chatId: number): Promise<boolean> {
  const { db, inboxId, pull, signal } = options;
  const addresses = (await addressesOfChat(db, chatId)).map((row) => row.value as Address);
  const address = addresses.find((one) => addressKind(one) === 'phone') ?? addresses[0];
  if (!address) return true;
  for (;;) {
    if (signal.aborted) return false;
    const { at, count } = await oldestOfChat(db, chatId);
    if (count >= job.per_chat || (at !== undefined && at < job.since)) return true;
    // The second of the oldest is told once more: others of that second may be missing.
    const before = at === undefined ? {} : { before: at + second };
    const messagesPerChat = Math.min(page, job.per_chat - count + 1);
    const times = await pull({ chat: address, chats: 1, messagesPerChat, ...before });
    const stands = await oldestOfChat(db, chatId);
    const fresh = stands.count - count;
    if (fresh > 0) await countBackfilled(db, inboxId, fresh);
    // Nothing that was not here: its beginning, or all that the phone has.
    if (fresh <= 0 || times.length === 0) return true;
  }
}
