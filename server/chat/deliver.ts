import { isUnavailable } from '../../db/portable.ts';
import {
  inboxesWithPending,
  readDeliveries,
  readPending,
  type DeliveryRow,
} from '../../db/query/delivery.ts';
import { readMessages } from '../../db/query/message.ts';
import type { Clock } from '../clock.ts';
import type { Outcome } from '../contract/outcome.ts';
import type { EngineSession, OutgoingMedia, SendRequest } from '../engine/engine.ts';
import type { Log } from '../log.ts';
import type { ChatRoom, Deliverer, LiveSession } from './chat-room.ts';
import { claim, recover } from './claim.ts';
import type { Context } from './context.ts';
import { contextOf } from './contexts.ts';
import { giveUpWithoutEngine } from './give-up.ts';
import { readRequest } from './delivery-request.ts';
import { chooseNext } from './next-delivery.ts';
import { chatAddress } from './read.ts';
import { settle, type Attempt } from './settle.ts';

export interface DelivererOptions {
  chat: ChatRoom;
  clock: Clock;
  log: Log;
  live: LiveSession;
  /** Names this run of this process; never used by another. */
  owner: string;
  /** Least time between two sends of one Session, ms; default 250. */
  paceMs?: number;
  /** How long an engine may take for one send, ms; default 60,000. */
  timeoutMs?: number;
  /** The file of a Message (by its row) as one that the engine can read; undefined when it is not here any more. */
  openFile?: (message: number, as: OutgoingMedia['as']) => Promise<OutgoingMedia | undefined>;
}

function isFileType(type: string): type is OutgoingMedia['as'] {
  return ['image', 'video', 'voice', 'audio', 'document', 'sticker'].includes(type);
}

/** How often Deliveries are looked for without being told: notices on the Bus may be lost. */
const sweepMs = 5_000;
/** Sends under way at once in one Session, each in another Chat. */
const mostInFlight = 4;
/** How long closing waits for what is under way. */
const closingMs = 5_000;

export function createDeliverer(options: DelivererOptions): Deliverer {
  return new DeliveryLoop(options);
}

class DeliveryLoop implements Deliverer {
  #options: Required<Omit<DelivererOptions, 'chat' | 'openFile'>> & Pick<DelivererOptions, 'openFile'>;
  #context: Context;
  #ending = new AbortController();
  #runs = new Map<number, { done: Promise<void>; again: boolean; poke: AbortController }>();
  /** Message → its send, until the Outcome is written down. */
  #inFlight = new Map<number, { inboxId: number; done: Promise<void> }>();
  #lastStart = new Map<number, number>();
  #sweeping: Promise<void>;

  constructor(options: DelivererOptions) {
    const { chat, ...rest } = options;
    this.#options = { paceMs: 250, timeoutMs: 60_000, ...rest };
    this.#context = contextOf(chat);
    this.#sweeping = this.#sweep();
  }

  wake(inboxId: number): void {
    if (this.#ending.signal.aborted) return;
    const run = this.#runs.get(inboxId);
    if (run) {
      run.again = true;
      run.poke.abort();
      return;
    }
    const fresh = { again: false, poke: new AbortController(), done: Promise.resolve() };
    this.#runs.set(inboxId, fresh);
    fresh.done = this.#run(inboxId, fresh).finally(() => {
      this.#runs.delete(inboxId);
      if (fresh.again) this.wake(inboxId);
    });
  }

  async #sweep(): Promise<void> {
    const { clock, log } = this.#options;
    while (!this.#ending.signal.aborted) {
      try {
        for (const inboxId of await inboxesWithPending(this.#context.db)) this.wake(inboxId);
      } catch (error) {
        log.warn({ error }, 'cannot look for deliveries');
      }
      await clock.delay(sweepMs, this.#ending.signal);
    }
  }

  /** Works until nothing of the Inbox is due; sleeps where something will be soon. */
  async #run(inboxId: number, run: { again: boolean; poke: AbortController }): Promise<void> {
    const { clock, log, live, owner } = this.#options;
    while (!this.#ending.signal.aborted) {
      run.again = false;
      run.poke = new AbortController();
      try {
        const session = live(inboxId);
        const pending = await readPending(this.#context.db, inboxId, 500);
        if (pending.length === 0) return;
        if (!session && (await giveUpWithoutEngine(this.#context, inboxId, pending))) continue;
        const own = { owner: session ? owner : undefined, inFlight: new Set(this.#inFlight.keys()) };
        if (await recover(this.#context, inboxId, pending, own)) continue;
        const busy = [...this.#inFlight.values()].filter((send) => send.inboxId === inboxId).length;
        const next = chooseNext(pending, clock.now());
        if (session && next.delivery && busy < mostInFlight) {
          const wait = (this.#lastStart.get(inboxId) ?? -Infinity) + this.#options.paceMs - clock.now();
          if (wait > 0) await clock.delay(wait, this.#ending.signal);
          else await this.#start(session, next.delivery);
          continue;
        }
        // A send that ends wakes us; so does a new Delivery; what comes with time is slept for.
        if (run.again) continue;
        const at = session ? Math.min(next.queuedAt, next.expiresAt) : next.expiresAt;
        if (at === Infinity || (session && next.delivery)) return;
        await clock.delay(
          Math.max(1, at - clock.now()),
          AbortSignal.any([run.poke.signal, this.#ending.signal]),
        );
      } catch (error) {
        log.warn({ inboxId, error }, 'deliveries of an inbox have to wait');
        await clock.delay(1_000, this.#ending.signal);
      }
    }
  }

  async #start(session: EngineSession, delivery: DeliveryRow): Promise<void> {
    const { inbox_id: inboxId, message } = delivery;
    let finish = (): void => undefined;
    const done = new Promise<void>((resolve) => (finish = resolve));
    this.#inFlight.set(message, { inboxId, done });
    const end = (): void => {
      this.#inFlight.delete(message);
      finish();
      this.wake(inboxId);
    };
    try {
      const { owner, timeoutMs, clock } = this.#options;
      const leaseUntil = clock.now() + timeoutMs + 30_000;
      const attempt = await claim(this.#context, delivery, { owner, leaseUntil });
      if (attempt === undefined) return end();
      this.#lastStart.set(inboxId, clock.now());
      void this.#carry(session, { inboxId, message, attempt }).finally(end);
    } catch (error) {
      end();
      throw error;
    }
  }

  /** One send, until its Outcome is written down. Never rejects. */
  async #carry(session: EngineSession, attempt: Attempt): Promise<void> {
    const { log } = this.#options;
    try {
      const request = await this.#prepare(attempt).catch((): Outcome => {
        // Nothing has left yet: certain.
        return { kind: 'not-sent', reason: 'engine-error', retryAfterMs: 2_000 };
      });
      const outcome = 'kind' in request ? request : await this.#send(session, request, attempt);
      await this.#settle(attempt, outcome);
    } catch (error) {
      // Still `sending`: the next look finds it without a send under way and treats it as unconfirmed.
      log.error({ ...attempt, error }, 'the outcome of a send could not be written down');
    }
  }

  async #prepare(attempt: Attempt): Promise<Omit<SendRequest, 'signal'> | Outcome> {
    const { db } = this.#context;
    const [row] = await readMessages(db, [attempt.message]);
    const chat = row && (await chatAddress(db, attempt.inboxId, row.chat_id));
    if (!row || !chat) return { kind: 'refused', reason: 'engine-error' };
    const quoted = row.quoted_message_id;
    const [delivery] = await readDeliveries(db, [attempt.message]);
    const { forward, mentions, poll, link } = readRequest(delivery?.request ?? null);
    const request: Omit<SendRequest, 'signal'> = {
      chat,
      body: row.body,
      clientId: row.client_id ?? '',
      ...(quoted !== null && { quotedMessageId: quoted }),
      ...(forward && { forward }),
      ...(mentions && { mentions }),
      ...(poll && { poll }),
      ...(link && { link }),
    };
    if (forward || !isFileType(row.type)) return request;
    const media = await this.#options.openFile?.(row.id, row.type);
    return media ? { ...request, media } : { kind: 'refused', reason: 'file-missing' };
  }

  async #send(
    session: EngineSession,
    request: Omit<SendRequest, 'signal'>,
    attempt: Attempt,
  ): Promise<Outcome> {
    const { clock, timeoutMs, log } = this.#options;
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, this.#ending.signal]);
    const sending = session.send({ ...request, signal }).catch((error: unknown): Outcome => {
      log.error({ ...attempt, error }, 'an engine has thrown');
      return { kind: 'uncertain', reason: 'engine-error' };
    });
    const stopped = new AbortController();
    const giveUp = clock
      .delay(timeoutMs, AbortSignal.any([stopped.signal, this.#ending.signal]))
      .then((): Outcome => {
        ended.abort();
        return { kind: 'uncertain', reason: this.#ending.signal.aborted ? 'engine-stopped' : 'timeout' };
      });
    let late = false;
    void sending.then((outcome) => {
      // Too late for the wait, not for the truth.
      if (late && outcome.kind !== 'uncertain') void this.#settle(attempt, outcome).catch(() => undefined);
    });
    const outcome = await Promise.race([sending, giveUp.then((given) => ((late = true), given))]);
    stopped.abort();
    return outcome;
  }

  async #settle(attempt: Attempt, outcome: Outcome): Promise<void> {
    const { clock, log } = this.#options;
    for (let turn = 0; ; turn++) {
      try {
        await settle(this.#context, attempt, outcome);
        if (outcome.kind !== 'accepted') log.warn({ ...attempt, outcome }, 'a send did not go through');
        return;
      } catch (error) {
        if (!isUnavailable(error) || (this.#ending.signal.aborted && turn > 2)) throw error;
        await clock.delay(Math.min(10_000, 250 * 2 ** turn), this.#ending.signal);
      }
    }
  }

  /** Takes no more; what is under way is told to stop waiting and written down as uncertain. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    const ends = [...this.#runs.values(), ...this.#inFlight.values()].map(({ done }) => done);
    await Promise.race([Promise.allSettled([...ends, this.#sweeping]), this.#options.clock.delay(closingMs)]);
  }
}
