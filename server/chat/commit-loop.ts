import { isDatabaseTrouble, isUnavailable } from '../../db/portable.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { Problem } from '../contract/problem.ts';
import { applyEvents } from './apply.ts';
import { inTurn, type Context } from './context.ts';
import { aheadOf } from './read-ahead.ts';
import { LearntPair } from './same-person.ts';

/** Most events of one transaction. */
const largestBatch = 100;
/** Of which so many places are kept for history while live events wait, and the other way round. */
const keptForHistory = 20;
/** Most events that wait for one Inbox; more is refused with `unavailable`. */
export const longestQueue = 20_000;

type Lane = 'live' | 'history';

interface Request {
  left: number;
  resolve: () => void;
  reject: (reason: unknown) => void;
}

interface Item {
  event: EngineEvent;
  request: Request;
}

/**
 * Group commit of one Inbox: no timer; whatever waits when the transaction before is done goes into the next one. An
 * idle Inbox commits at once, a busy one in large batches.
 */
export class CommitLoop {
  #context: Context;
  #inboxId: number;
  #lanes: Record<Lane, Item[]> = { live: [], history: [] };
  #running: Promise<void> | undefined;

  constructor(context: Context, inboxId: number) {
    this.#context = context;
    this.#inboxId = inboxId;
  }

  get waiting(): number {
    return this.#lanes.live.length + this.#lanes.history.length;
  }

  get idle(): Promise<void> | undefined {
    return this.#running;
  }

  /** Resolves when all these events are committed. Problems: `unavailable`, `not-found`. */
  add(events: readonly EngineEvent[], lane: Lane): Promise<void> {
    if (events.length === 0) return Promise.resolve();
    if (this.waiting + events.length > longestQueue) {
      return Promise.reject(new Problem('unavailable', undefined, { retryAfter: 2 }));
    }
    return new Promise((resolve, reject) => {
      const request = { left: events.length, resolve, reject };
      this.#lanes[lane].push(...events.map((event) => ({ event, request })));
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    try {
      while (this.waiting > 0) {
        // Whatever the sockets hold is read first and shares the transaction. SQLite answers without ever letting the
        // event loop turn: without this, a busy Inbox would commit its events one by one.
        await new Promise((resolve) => setImmediate(resolve));
        const { live, history } = this.#lanes;
        const room = Math.min(live.length, largestBatch - Math.min(keptForHistory, history.length));
        const batch = live.splice(0, room);
        batch.push(...history.splice(0, largestBatch - batch.length));
        await this.#commit(batch);
      }
    } finally {
      this.#running = undefined;
    }
  }

  async #commit(batch: Item[]): Promise<void> {
    try {
      await this.#store(batch.map((item) => item.event));
    } catch (error) {
      await this.#failed(batch, error);
      return;
    }
    for (const { request } of batch) if (--request.left === 0) request.resolve();
  }

  async #failed(batch: Item[], error: unknown): Promise<void> {
    const { log } = this.#context;
    if (error instanceof Problem || isUnavailable(error)) {
      const problem =
        error instanceof Problem ? error : new Problem('unavailable', undefined, { retryAfter: 2 });
      if (!(error instanceof Problem)) log.error({ inboxId: this.#inboxId, error }, 'cannot store events');
      for (const request of new Set(batch.map((item) => item.request))) request.reject(problem);
      return;
    }
    const [only] = batch;
    if (batch.length === 1 && only && isDatabaseTrouble(error)) {
      // Nothing says that the event is at fault: its source keeps it and comes again.
      log.error({ inboxId: this.#inboxId, error }, 'the database refuses an event');
      only.request.reject(new Problem('unavailable', undefined, { retryAfter: 2 }));
      return;
    }
    if (batch.length === 1 && only) {
      // Its neighbours are stored without it; given back to its source it would come again for ever.
      const { event } = only;
      const messageId = 'messageId' in event ? event.messageId : undefined;
      log.error({ inboxId: this.#inboxId, kind: event.kind, messageId, error }, 'an event cannot be stored');
      if (--only.request.left === 0) only.request.resolve();
      return;
    }
    const half = Math.ceil(batch.length / 2);
    await this.#commit(batch.slice(0, half));
    await this.#commit(batch.slice(half));
  }

  async #store(events: readonly EngineEvent[]): Promise<void> {
    let batch = events;
    for (let again = 0; ; again++) {
      try {
        const { value } = await inTurn(
          this.#context,
          this.#inboxId,
          (turn) => applyEvents(turn, batch),
          aheadOf(batch, this.#context.rules),
        );
        for (const oddity of value) {
          this.#context.log.warn({ inboxId: this.#inboxId, ...oddity }, 'a message id of two senders');
        }
        return;
      } catch (error) {
        if (!(error instanceof LearntPair) || again > events.length) throw error;
        batch = [error.pair, ...batch];
      }
    }
  }
}
