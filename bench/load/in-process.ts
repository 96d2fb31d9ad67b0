import { openDatabase } from '../../db/database.ts';
import { migrate } from '../../db/migrate.ts';
import { insertInbox } from '../../db/query/inbox.ts';
import { MemoryBus } from '../../server/bus/memory.ts';
import { createChatRoom } from '../../server/chat/index.ts';
import { systemClock } from '../../server/clock.ts';
import { noCapabilities } from '../../server/contract/capability.ts';
import type { MessageEvent } from '../../server/contract/engine-event.ts';
import { createLog } from '../../server/log.ts';
import { answer } from '../part.ts';
import { historyPage, largestPage, liveEvent, shareOf } from './facts.ts';

/** The heart of the product in this process, and whoever hands it facts. No HTTP. */
export type CoreQuestion =
  /**
   * `hands` callers for each of so many Inboxes, with one message each, so that the commit loops make the batches. 1: a
   * transaction per message.
   */
  | { kind: 'live'; run: number; messages: number; inboxes: number; hands: number }
  /** Pages one after another, as a Session pulls them. */
  | { kind: 'history'; run: number; from: number; messages: number };

export interface CoreAnswer {
  seconds: number;
  messages: number;
}

const db = openDatabase(process.argv[2] ?? '');
await migrate(db);
const room = createChatRoom({
  db,
  bus: new MemoryBus(),
  clock: systemClock,
  log: createLog('warn'),
  capabilitiesOf: () => noCapabilities,
});
const newInbox = (): Promise<number> =>
  insertInbox(db, { organisationId: 1, name: 'Bench', engine: 'none', upstream: '', at: Date.now() });
const live = [await newInbox(), await newInbox(), await newInbox(), await newInbox()];
const past = await newInbox();

async function measure(question: CoreQuestion): Promise<CoreAnswer> {
  return question.kind === 'live' ? takeLive(question) : takeHistory(question);
}

async function takeLive(question: CoreQuestion & { kind: 'live' }): Promise<CoreAnswer> {
  const { run, messages, inboxes, hands } = question;
  const events = Array.from({ length: messages }, (_, n) => liveEvent(run, n));
  const shares = live
    .slice(0, inboxes)
    .map((inboxId, lane) => ({ inboxId, events: shareOf(events, lane, inboxes) }));
  const before = await Promise.all(shares.map(({ inboxId }) => count(inboxId)));
  const start = performance.now();
  await Promise.all(
    shares.flatMap((share) => {
      const waiting = share.events.values();
      return Array.from({ length: hands }, async () => {
        for (const event of waiting) await room.receive(share.inboxId, [event], 'webhook');
      });
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  for (const [n, share] of shares.entries()) await checked(share.inboxId, before[n]! + share.events.length);
  return { seconds, messages };
}

async function takeHistory(question: CoreQuestion & { kind: 'history' }): Promise<CoreAnswer> {
  const { run, from, messages } = question;
  const pages: MessageEvent[][] = [];
  for (let n = from; n < from + messages; n += largestPage) pages.push(historyPage(run, n / largestPage));
  const start = performance.now();
  for (const page of pages) await room.receive(past, page, 'history');
  const seconds = (performance.now() - start) / 1000;
  await checked(past, from + messages);
  return { seconds, messages };
}

/** A harness that loses messages measures nothing. */
async function checked(inboxId: number, expected: number): Promise<void> {
  const stored = await count(inboxId);
  if (stored < expected) throw new Error(`${stored} messages are stored, not ${expected}`);
}

async function count(inboxId: number): Promise<number> {
  const row = await db
    .selectFrom('message')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('inbox_id', '=', inboxId)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

answer<CoreQuestion>({}, measure);
