import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../db/database.ts';
import {
  releaseLease,
  renewLease,
  setCaughtUp,
  setWanted,
  takeLease,
  type Lease,
} from '../../db/query/lease.ts';
import type { Clock } from '../clock.ts';
import type { Address } from '../contract/address.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { canSend, type SessionReport, type SessionState } from '../contract/session-state.ts';
import type { Engine, EngineSession, Upstream } from '../engine/engine.ts';
import type { Log } from '../log.ts';
import { backfill, catchUp } from './catch-up.ts';
import { EventPump, type Receive } from './event-pump.ts';
import { isLinked, restartPause, soundAfterMs, stepAfter } from './state.ts';

export interface RunOptions {
  inboxId: number;
  engine: Engine;
  upstream: Upstream;
  browser: string | undefined;
  dataFolder: string;
  db: Database;
  receive: Receive;
  clock: Clock;
  log: Log;
  owner: string;
  alone: boolean;
  wasLinked: boolean;
  random: () => number;
  onWorking(inboxId: number): void;
}

const leaseMs = 15_000;
const renewMs = 5_000;

/**
 * One Session in this process: its lease, its engine, its restarts. `start`, `stop` and `unlink` follow one another,
 * never overlap.
 */
export class SessionRun {
  #options: RunOptions;
  #turn: Promise<unknown> = Promise.resolve();
  #session: EngineSession | undefined;
  #lease: Lease | undefined;
  /** Ends with the live link: pump, catch-up, lease renewal. */
  #life = new AbortController();
  /** Ends a planned restart. */
  #pause = new AbortController();
  #pump: EventPump | undefined;
  #state: SessionState = 'stopped';
  #pairingKind: 'qr' | 'code' | undefined;
  #wantedCode: string | undefined;
  #isLinked: boolean;
  /** While the engine is taken down on purpose its reports are no news. */
  #isClosing = false;
  #restarts = 0;
  #workingSince = 0;
  #pulling = new Set<Address>();

  constructor(options: RunOptions) {
    this.#options = options;
    this.#isLinked = options.wasLinked;
  }

  get state(): SessionState {
    return this.#state;
  }
  get pairingKind(): 'qr' | 'code' | undefined {
    return this.#pairingKind;
  }
  /** The live link when it can send. */
  get live(): EngineSession | undefined {
    return this.#session && canSend(this.#state) ? this.#session : undefined;
  }

  /** A folder of the Session's own; made when it is first needed. */
  get directory(): string {
    return join(this.#options.dataFolder, 'sessions', String(this.#options.inboxId));
  }

  /** Starts unless it runs. `code`: ask for a pairing code for this number as soon as the engine shows a QR code. */
  start(code?: string): Promise<void> {
    this.#pause.abort();
    return this.#inTurn(async () => {
      this.#wantedCode = code;
      if (this.#session && code !== undefined && this.#state === 'pairing') {
        await this.#askForCode();
        return;
      }
      if (this.#session) return;
      await this.#open();
    });
  }

  /** Ends the live link. */
  stop(): Promise<void> {
    this.#pause.abort();
    return this.#inTurn(() => this.#close());
  }

  /** Stops, then starts: when what is there is of no use any more. */
  async restart(code?: string): Promise<void> {
    void this.stop();
    await this.start(code);
  }

  unlink(): Promise<void> {
    this.#pause.abort();
    return this.#inTurn(async () => {
      const session = this.#session;
      if (session?.unlink && isLinked(this.#state)) {
        await session
          .unlink()
          .catch((error: unknown) => this.#options.log.warn({ err: error }, 'WhatsApp was not told'));
      }
      await this.#close();
      await rm(this.directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
      this.#isLinked = false;
      await this.#report({ state: 'logged-out', code: 'unlinked-by-agent', action: 'pair-again' });
    });
  }

  /** Beside the caller. False while one is under way for the Chat, or nothing can be asked now. */
  backfill(chat: Address, before: number | undefined): boolean {
    const session = this.live;
    if (!session?.history || this.#pulling.has(chat)) return false;
    this.#pulling.add(chat);
    const { inboxId, receive, log } = this.#options;
    void backfill(session, { inboxId, chat, before, receive, log, signal: this.#life.signal }).finally(() =>
      this.#pulling.delete(chat),
    );
    return true;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #open(): Promise<void> {
    const { inboxId, engine, upstream, db, clock, log, owner, alone, browser } = this.#options;
    const now = clock.now();
    this.#lease = await takeLease(db, { inboxId, owner, now, until: now + leaseMs, alone });
    if (!this.#lease) {
      log.info({ inboxId }, 'another process runs this Session');
      return;
    }
    mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const life = new AbortController();
    this.#life = life;
    this.#pump = new EventPump({ inboxId, receive: this.#options.receive, clock, log, signal: life.signal });
    this.#state = 'starting';
    this.#pairingKind = undefined;
    this.#session = engine.createSession({
      inboxId,
      directory: this.directory,
      upstream,
      log: log.child({ inboxId }),
      emit: (events) => !life.signal.aborted && this.#hear(events),
      ...(browser === undefined ? {} : { browser }),
    });
    this.#session.connect();
    void this.#keepLease(this.#lease, life.signal);
  }

  async #close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#state = 'stopped';
    this.#pairingKind = undefined;
    this.#isClosing = true;
    await session?.[Symbol.asyncDispose]();
    await this.#pump?.idle();
    this.#life.abort();
    this.#isClosing = false;
    if (this.#lease) {
      await releaseLease(this.#options.db, this.#lease).catch((error: unknown) =>
        this.#options.log.warn({ err: error }, 'the lease could not be given back'),
      );
    }
    this.#lease = undefined;
  }

  async #keepLease(lease: Lease, signal: AbortSignal): Promise<void> {
    const { clock, db, log, inboxId } = this.#options;
    let heldUntil = clock.now() + leaseMs;
    while (!signal.aborted) {
      await clock.delay(renewMs, signal);
      if (signal.aborted) return;
      const until = clock.now() + leaseMs;
      try {
        if (await renewLease(db, lease, until)) {
          heldUntil = until;
          continue;
        }
        log.warn({ inboxId }, 'the lease is another’s: stopping');
      } catch (error) {
        // The database is away. Alone, nobody else can have taken the lease; otherwise it counts until it runs out.
        if (this.#options.alone || clock.now() < heldUntil) continue;
        log.error({ err: error, inboxId }, 'the lease could not be renewed in time: stopping');
      }
      void this.stop();
      return;
    }
  }

  #hear(all: EngineEvent[]): void {
    const events = this.#isClosing ? all.filter((event) => event.kind !== 'session-state') : all;
    this.#pump?.push(events);
    for (const event of events) if (event.kind === 'session-state') this.#follow(event.report);
  }

  #follow(report: SessionReport): void {
    const { clock, inboxId, log } = this.#options;
    const before = this.#state;
    this.#state = report.state;
    this.#pairingKind = report.state === 'pairing' ? (report.pairing?.kind ?? this.#pairingKind) : undefined;
    if (report.state !== before)
      log.info({ inboxId, state: report.state, code: report.code }, 'session state');
    if (report.state === 'pairing' && this.#wantedCode !== undefined)
      void this.#inTurn(() => this.#askForCode());
    if (report.state === 'working' && before !== 'working') {
      this.#isLinked = true;
      this.#workingSince = clock.now();
      this.#wantedCode = undefined;
      this.#options.onWorking(inboxId);
      void this.#catchUp();
    }
    if (report.state === 'logged-out') this.#isLinked = false;
    const step = stepAfter(report, this.#isLinked);
    if (step === 'go-on') return;
    if (before === 'working' && clock.now() - this.#workingSince >= soundAfterMs) this.#restarts = 0;
    void this.#inTurn(async () => {
      await this.#close();
      this.#state = report.state;
      if (step === 'end') await setWanted(this.#options.db, inboxId, false).catch(() => undefined);
    });
    if (step === 'restart') void this.#restartLater();
  }

  async #restartLater(): Promise<void> {
    const { clock, random, log, inboxId } = this.#options;
    this.#pause.abort();
    const pause = new AbortController();
    this.#pause = pause;
    const ms = restartPause(++this.#restarts, random());
    log.info({ inboxId, ms, restarts: this.#restarts }, 'the Session starts again after a pause');
    await clock.delay(ms, pause.signal);
    if (!pause.signal.aborted)
      await this.start().catch((error: unknown) => log.error({ err: error, inboxId }, 'restart failed'));
  }

  async #askForCode(): Promise<void> {
    const digits = this.#wantedCode;
    this.#wantedCode = undefined;
    if (digits === undefined || !this.#session?.pair) return;
    try {
      await this.#session.pair(digits);
    } catch (error) {
      this.#options.log.warn({ err: error, inboxId: this.#options.inboxId }, 'no pairing code was given');
      await this.#report({ state: 'pairing', code: 'pairing-code-refused', action: 'retry' });
    }
  }

  async #catchUp(): Promise<void> {
    const session = this.#session;
    if (!session) return;
    const { inboxId, receive, log, db, clock } = this.#options;
    const began = clock.now();
    if (await catchUp(session, { inboxId, receive, log, signal: this.#life.signal })) {
      await setCaughtUp(db, inboxId, began).catch((error: unknown) => log.warn({ err: error }, 'not noted'));
    }
  }

  /** A state the host itself knows of. */
  async #report(report: SessionReport): Promise<void> {
    await this.#options.receive(this.#options.inboxId, [{ kind: 'session-state', report }], 'engine');
  }
}
