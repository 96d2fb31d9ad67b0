import { transact, type Database } from '../../db/database.ts';
import {
  endpointsInState,
  findEndpoint,
  noteBadAnswer,
  noteGoodAnswer,
  updateEndpoint,
  type EndpointRow,
} from '../../db/query/endpoint.ts';
import {
  claimDelivery,
  dueDeliveries,
  insertAttempt,
  nextDueDelivery,
  settleDelivery,
  type EndpointDeliveryRow,
} from '../../db/query/endpoint-delivery.ts';
import { readEndpointEvent } from '../../db/query/endpoint-event.ts';
import type { Clock } from '../clock.ts';
import type { OutgoingEvent } from '../contract/outgoing.ts';
import { newSecret } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Lookup } from '../webhook/remote-request.ts';
import { patienceMs, post, type Posted } from './post.ts';
import { requestOf, type Open } from './request.ts';
import { failingAfterMs, failuresToPause, pauseAfter, retryWaits, waitAfterFailure } from './schedule.ts';

export interface DispatchOptions {
  db: Database;
  clock: Clock;
  log: Log;
  open: Open;
  /** Origins the operator vouches for: they may stand in a private network. */
  trusted: readonly string[];
  lookup?: Lookup | undefined;
  random?: () => number;
}

const mostPerEndpoint = 4;
const mostAtOnce = 32;
/** Without being told: another process may have queued something. */
const sweepMs = 5_000;
/** Tries that ended without a word, with their process, count too. */
const mostTries = 2 * retryWaits.length;
/** After the time a try may take, somebody else may try. */
const leaseMs = 2 * patienceMs + 30_000;

/**
 * Posts what is queued. Every try holds a lease: of a process that is killed the rows fall due again when it is over, and
 * go out under the same name. A slow or broken receiver has its own places and delays nobody else.
 */
export class Dispatcher implements AsyncDisposable {
  readonly #options: DispatchOptions & { random: () => number };
  readonly #ending = new AbortController();
  /** Delivery → its try. */
  readonly #busy = new Map<number, { endpointId: number; done: Promise<void> }>();
  #poke = new AbortController();
  #isPoked = false;
  readonly #running: Promise<void>;

  constructor(options: DispatchOptions) {
    this.#options = { random: Math.random, ...options };
    this.#running = this.#run();
  }

  wake(): void {
    this.#isPoked = true;
    this.#poke.abort('woken');
  }

  /** Resolves when one of the tries under way has ended; undefined: there is none. */
  underWay(): Promise<void> | undefined {
    if (this.#busy.size === 0) return undefined;
    return Promise.race([...this.#busy.values()].map(({ done }) => done));
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    while (!this.#ending.signal.aborted) {
      this.#isPoked = false;
      this.#poke = new AbortController();
      let wait = sweepMs;
      try {
        wait = await this.#look();
      } catch (error) {
        log.warn({ err: error }, 'cannot look for events to post');
      }
      if (!this.#isPoked) await clock.delay(wait, AbortSignal.any([this.#poke.signal, this.#ending.signal]));
    }
  }

  /** Starts what may be started now; how long there is nothing else to do, ms. */
  async #look(): Promise<number> {
    const { db, clock } = this.#options;
    const now = clock.now();
    const endpoints = await endpointsInState(db, ['on']);
    const ready = endpoints.filter((row) => row.paused_until <= now);
    for (const endpoint of ready) {
      const mine = [...this.#busy.values()].filter((one) => one.endpointId === endpoint.id).length;
      // One that has failed is tried by one delivery at a time.
      const most = endpoint.failures >= failuresToPause ? 1 : mostPerEndpoint;
      const free = Math.min(most - mine, mostAtOnce - this.#busy.size);
      if (free <= 0) continue;
      const due = await dueDeliveries(db, endpoint.id, now, free);
      for (const row of due.filter(({ id }) => !this.#busy.has(id))) {
        if (this.#ending.signal.aborted) return sweepMs;
        await this.#start(endpoint, row);
      }
    }
    const next = await nextDueDelivery(
      db,
      ready.map(({ id }) => id),
      now,
    );
    const times = endpoints.map((row) => row.paused_until).concat(next ?? []);
    const soonest = Math.min(...times.filter((time) => time > now), now + sweepMs);
    return Math.max(1, soonest - now);
  }

  async #start(endpoint: EndpointRow, row: EndpointDeliveryRow): Promise<void> {
    const { db, clock } = this.#options;
    const lease = newSecret();
    if (!(await claimDelivery(db, row, { lease, until: clock.now() + leaseMs }))) return;
    if (row.attempt >= mostTries) {
      // What came of none of them could be written down: it would go out for ever.
      await settleDelivery(db, row.id, lease, { state: 'dead', dueAt: row.due_at, at: clock.now() });
      return;
    }
    const done = this.#try(endpoint, { ...row, attempt: row.attempt + 1 }, lease).finally(() => {
      this.#busy.delete(row.id);
      this.wake();
    });
    this.#busy.set(row.id, { endpointId: endpoint.id, done });
  }

  /** One try, until what became of it is written down. Never rejects. */
  async #try(endpoint: EndpointRow, row: EndpointDeliveryRow, lease: string): Promise<void> {
    const { db, clock, log, open, trusted, lookup } = this.#options;
    try {
      const told = await readEndpointEvent(db, row.event);
      if (!told) return;
      const request = requestOf(endpoint, told, open, clock.now());
      const posted = await post({
        url: endpoint.url,
        ...request,
        trusted,
        clock,
        signal: this.#ending.signal,
        lookup,
      });
      // Broken off by our own end: whether it arrived nobody knows, so it goes out again under the same name.
      if (this.#ending.signal.aborted && posted.status === null) {
        await settleDelivery(db, row.id, lease, { state: 'queued', dueAt: row.due_at, at: clock.now() });
        return;
      }
      await this.#settle(endpoint, row, lease, posted);
    } catch (error) {
      log.error({ err: error, endpointId: endpoint.id, delivery: row.id }, 'an event could not be posted');
    }
  }

  async #settle(
    endpoint: EndpointRow,
    row: EndpointDeliveryRow,
    lease: string,
    posted: Posted,
  ): Promise<void> {
    const { db, clock, log, random } = this.#options;
    const now = clock.now();
    const isGood = posted.error === undefined;
    const wait =
      isGood || posted.error === 'gone'
        ? undefined
        : waitAfterFailure(row.attempt, random(), posted.retryAfter);
    const state = isGood ? 'delivered' : wait === undefined ? 'dead' : 'queued';
    await transact(db, async (tx) => {
      await settleDelivery(tx, row.id, lease, { state, dueAt: now + (wait ?? 0), at: now });
      await insertAttempt(tx, {
        delivery: row.id,
        at: now - posted.ms,
        ms: posted.ms,
        status: posted.status,
        error: posted.error ?? null,
        excerpt: posted.excerpt,
      });
      if (isGood) return noteGoodAnswer(tx, endpoint.id, now);
      const standing = await noteBadAnswer(tx, endpoint.id, now);
      if (standing?.state !== 'on') return;
      if (posted.error === 'gone') return updateEndpoint(tx, endpoint.id, { state: 'gone' });
      const isHopeless = now - standing.failing_since >= failingAfterMs;
      const pause = pauseAfter(standing.failures, random());
      await updateEndpoint(tx, endpoint.id, {
        ...(isHopeless && { state: 'failing' as const }),
        ...(pause > 0 && { paused_until: now + pause }),
      });
    });
    if (isGood) return;
    const { status, error } = posted;
    const text = state === 'dead' ? 'an event was given up' : 'an event will be posted again';
    log[state === 'dead' ? 'warn' : 'info'](
      { endpointId: endpoint.id, organisationId: endpoint.organisation_id, delivery: row.id, status, error },
      text,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#running;
    await Promise.all([...this.#busy.values()].map(({ done }) => done));
  }

  /** For the test button: one try, of which nothing is kept. Undefined: there is no such Endpoint. */
  async test(organisationId: number, endpointId: number): Promise<Posted | undefined> {
    const { db, clock, open, trusted, lookup } = this.#options;
    const endpoint = await findEndpoint(db, organisationId, endpointId);
    if (!endpoint) return undefined;
    const now = clock.now();
    const event: OutgoingEvent = {
      type: 'endpoint.test',
      timestamp: new Date(now).toISOString(),
      data: { endpoint: { id: endpoint.id } },
    };
    const name = `evt_t${newSecret().slice(0, 24)}`;
    const request = requestOf(endpoint, { name, body: JSON.stringify(event) }, open, now);
    return post({ url: endpoint.url, ...request, trusted, clock, signal: this.#ending.signal, lookup });
  }
}
