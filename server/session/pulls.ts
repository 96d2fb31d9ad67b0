import type { Clock } from '../clock.ts';
import type { Address } from '../contract/address.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import type { EngineSession, HistoryRequest } from '../engine/engine.ts';
import type { Log } from '../log.ts';
import type { BackfillRunOptions } from './backfill.ts';
import { steadily, type Receive } from './steadily.ts';

/** How much is pulled at once. */
export const bounds = {
  /** After linking: the newest Chats, each with its newest messages. */
  newestChats: 40,
  messagesPerChat: 25,
  /** After a reconnect: the Chats in which something happened meanwhile. */
  changedChats: 500,
  /** Older messages of one Chat. */
  backfill: 50,
  backfillsAtOnce: 4,
} as const;

const largestPage = 100;
/** Between two catch-ups of one link: a line that comes and goes must not make it pull without end. */
const restMs = 60_000;
const pausesMs = [5_000, 30_000];
/** WhatsApp's clock and ours may differ, and messages may have been on their way. */
const overlapMs = 10 * 60_000;

type HistorySession = EngineSession & { history: NonNullable<EngineSession['history']> };
type Query = Omit<HistoryRequest, 'signal'>;

export interface PullsOptions {
  inboxId: number;
  session: EngineSession;
  receive: Receive;
  clock: Clock;
  log: Log;
  /** Up to when history has been pulled to the end, and since when the number is linked, ms; 0 = never. */
  known(): Promise<{ caughtUpAt: number; linkedAt: number }>;
  noteCaughtUp(at: number): Promise<void>;
  /** Carries out the backfill that is wanted, if any. */
  backfillInbox(pull: BackfillRunOptions['pull'], signal: AbortSignal): Promise<void>;
  /** How long after a catch-up the next one comes by itself, ms: it heals what was lost on the way here. */
  reconcileMs: number;
}

/** Everything that is pulled from one live link, beside the requests and behind the live traffic; ends with it. */
export class Pulls implements AsyncDisposable {
  #options: PullsOptions;
  #began: number;
  #receive: Receive;
  #end = new AbortController();
  #underWay = new Set<Promise<void>>();
  #chats = new Set<Address>();
  #isCatchingUp = false;
  #isBackfilling = false;
  /** Ends the wait for the next catch-up. */
  #poke = new AbortController();
  #isAskedAgain = false;

  constructor(options: PullsOptions) {
    this.#options = options;
    this.#began = options.clock.now();
    this.#receive = steadily(options.receive, options.clock, this.#end.signal);
  }

  /**
   * What the phone knows and we do not: after linking (`isNew`) the newest Chats, otherwise what happened since the
   * last time. Once at a time; asked again meanwhile, it is done once more afterwards.
   */
  catchUp(isNew: boolean): void {
    const { session } = this.#options;
    if (!hasHistory(session) || this.#end.signal.aborted) return;
    this.#isAskedAgain = true;
    this.#poke.abort();
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    this.#own(this.#keepCatchingUp(session, isNew).finally(() => (this.#isCatchingUp = false)));
  }

  async #keepCatchingUp(session: HistorySession, isNew: boolean): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#end;
    while (this.#isAskedAgain && !signal.aborted) {
      this.#isAskedAgain = false;
      await this.#catchUpWithRetries(session, isNew);
      isNew = false;
      this.#goOnWithBackfill(session);
      const { reconcileMs } = this.#options;
      await clock.delay(Math.min(restMs, reconcileMs), signal);
      if (this.#isAskedAgain || signal.aborted) continue;
      this.#poke = new AbortController();
      await clock.delay(Math.max(0, reconcileMs - restMs), AbortSignal.any([signal, this.#poke.signal]));
      // Nobody has asked; what was lost on its way here is found this way.
      this.#isAskedAgain = true;
    }
  }

  async #catchUpWithRetries(session: HistorySession, isNew: boolean): Promise<void> {
    const { inboxId, clock, log } = this.#options;
    const { signal } = this.#end;
    for (const pause of [...pausesMs, undefined]) {
      const began = clock.now();
      try {
        const facts = await this.#pullAll(session, isNew);
        if (signal.aborted) return;
        await this.#options.noteCaughtUp(began);
        return log.info({ inboxId, facts }, 'history caught up');
      } catch (error) {
        if (signal.aborted) return;
        log.warn(
          { err: error, inboxId, again: pause !== undefined },
          'history could not be pulled to the end',
        );
        if (pause === undefined) return;
        await clock.delay(pause, signal);
        if (signal.aborted) return;
      }
    }
  }

  async #pullAll(session: HistorySession, isNew: boolean): Promise<number> {
    const { caughtUpAt, linkedAt } = await this.#options.known();
    // An earlier life may have ended before it had caught up; what it was told live has no holes before its end.
    const last = caughtUpAt || (linkedAt < this.#began ? linkedAt : 0);
    const { newestChats, messagesPerChat, changedChats } = bounds;
    const queries: Query[] = [];
    if (isNew || caughtUpAt === 0) queries.push({ chats: newestChats, messagesPerChat });
    if (last > 0) queries.push({ chats: changedChats, messagesPerChat: 0, since: last - overlapMs });
    let facts = 0;
    for (const query of queries) facts += await this.#pull(session, query);
    return facts;
  }

  /** Pages into the door, cut so that live traffic gets its turn. Gives the number of facts. */
  async #pull(
    session: HistorySession,
    query: Query,
    see: (event: EngineEvent) => void = () => undefined,
  ): Promise<number> {
    const { signal } = this.#end;
    let facts = 0;
    for await (const page of session.history({ ...query, signal })) {
      for (let from = 0; from < page.length; from += largestPage) {
        if (signal.aborted) return facts;
        await this.#receive(this.#options.inboxId, page.slice(from, from + largestPage), 'history');
      }
      facts += page.length;
      page.forEach(see);
    }
    return facts;
  }

  /** Older messages of a Chat. False while some are under way for it, or too many for others. */
  backfill(chat: Address, before: number | undefined): boolean {
    const { session, inboxId, log } = this.#options;
    const isFull = this.#chats.size >= bounds.backfillsAtOnce;
    if (!hasHistory(session) || this.#end.signal.aborted || isFull || this.#chats.has(chat)) return false;
    this.#chats.add(chat);
    const query: Query = { chat, chats: 1, messagesPerChat: bounds.backfill };
    const pulled = this.#pull(session, before === undefined ? query : { ...query, before })
      .then((facts) => log.debug({ inboxId, facts }, 'older messages pulled'))
      .catch((error: unknown) => log.warn({ err: error, inboxId }, 'older messages could not be pulled'))
      .finally(() => this.#chats.delete(chat));
    this.#own(pulled);
    return true;
  }

  /** The history of the whole Inbox, where somebody wants it: what stands is gone on with. */
  wantBackfill(): void {
    const { session } = this.#options;
    if (hasHistory(session) && !this.#end.signal.aborted) this.#goOnWithBackfill(session);
  }

  #goOnWithBackfill(session: HistorySession): void {
    if (this.#isBackfilling) return;
    this.#isBackfilling = true;
    const { inboxId, log } = this.#options;
    const { signal } = this.#end;
    const work = this.#options
      .backfillInbox((query) => this.#pullTimes(session, query), signal)
      .catch((error: unknown) => {
        // The next catch-up goes on with it.
        if (!signal.aborted) log.warn({ err: error, inboxId }, 'the history of the inbox has to wait');
      })
      .finally(() => (this.#isBackfilling = false));
    this.#own(work);
  }

  async #pullTimes(session: HistorySession, query: Query): Promise<number[]> {
    const times: number[] = [];
    await this.#pull(session, query, (event) => {
      if (event.kind === 'message') times.push(event.at);
    });
    return times;
  }

  #own(work: Promise<void>): void {
    const owned: Promise<void> = work
      .catch((error: unknown) => this.#options.log.error({ err: error }, 'a pull failed'))
      .finally(() => this.#underWay.delete(owned));
    this.#underWay.add(owned);
  }

  /** Stops pulling; what has been received stays. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#underWay);
  }
}

function hasHistory(session: EngineSession): session is HistorySession {
  return session.history !== undefined;
}
