import { updateSessionRow } from '../../db/query/inbox.ts';
import { setWanted } from '../../db/query/lease.ts';
import { clearArchive } from '../../db/query/session-archive.ts';
import type { Address } from '../contract/address.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { backfillBounds } from '../contract/api.ts';
import { Problem } from '../contract/problem.ts';
import { canSend, type Pairing, type SessionReport, type SessionState } from '../contract/session-state.ts';
import type { EngineSession } from '../engine/engine.ts';
import { wantBackfill } from './backfill.ts';
import { EventPump } from './event-pump.ts';
import { beginLife, type Life } from './life.ts';
import { PairingWish } from './pairing-wish.ts';
import { Recovery } from './recovery.ts';
import type { RunOptions } from './run-options.ts';
import type { SessionHealth, Unlinked } from './sessions.ts';
import { StartPlace } from './start-gate.ts';
import { healthOf } from './health.ts';
import { couldNotStart, isLinked, soundAfterMs } from './state.ts';
import { Trace } from './trace.ts';
import { folderOf, wipeLink } from './wipe-link.ts';
import { within } from './within.ts';

/** How long an answer waits for its report to be stored, and an end for the last facts. */
const settleMs = 5_000;

/**
 * One Session in this process, from life to life. `start`, `stop` and `unlink` follow one another, never overlap; the
 * latest of them says whether it is to run. Facts of all lives go through one pump, in their order.
 */
export class SessionRun implements AsyncDisposable {
  #options: RunOptions;
  #pump: EventPump;
  #ended = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();
  #goal: 'run' | 'rest' = 'rest';
  #life: Life | undefined;
  #state: SessionState = 'stopped';
  #isLinked: boolean;
  /** The number has been linked in this Life. */
  #isNew = false;
  #restarting: Promise<void> | undefined;
  #pairing: PairingWish;
  #recovery: Recovery;
  #place: StartPlace;
  #lastReport: SessionReport | undefined;
  readonly trace: Trace;
  #workingSince = 0;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#isLinked = options.wasLinked;
    const { inboxId, receive, clock, log } = options;
    this.#place = new StartPlace(options.gate);
    this.trace = new Trace({ ...options, engine: options.engine.name });
    this.#recovery = new Recovery({
      ...options,
      keep: (care) => updateSessionRow(options.db, inboxId, care),
      tell: (report) => this.#tell(report),
      startAgain: () => {
        this.trace.restarts();
        void this.resume();
      },
    });
    this.#pump = new EventPump({ inboxId, receive, clock, log, signal: this.#ended.signal });
    const refused = { state: 'pairing', code: 'pairing-code-refused', action: 'retry' } as const;
    this.#pairing = new PairingWish({
      inboxId,
      log,
      refused: () => this.#pump.push([reported(this.trace.tell(refused))]),
    });
  }

  get state(): SessionState {
    return this.#state;
  }
  /** The code to pair with. */
  get shown(): Pairing | undefined {
    return this.#pairing.shown;
  }
  /** The live link when it can send. */
  get live(): EngineSession | undefined {
    const life = this.#life;
    return life && !life.isQuiet && canSend(this.#state) ? life.watched : undefined;
  }
  /** The same for the deliverer: not while its minute is full; it is woken when one more fits. */
  get sender(): EngineSession | undefined {
    const { live } = this;
    const { guard, onWorking, inboxId } = this.#options;
    if (!live || !this.#life) return undefined;
    return guard.hasRoom(this.#life.ends, () => onWorking(inboxId)) ? live : undefined;
  }
  /** How it is at this moment, for people who look after it. */
  get health(): SessionHealth {
    const { care, retryAt } = this.#recovery;
    return healthOf(this.#state, care, retryAt, this.trace, this.#life?.heart);
  }

  /** Of its own. */
  get directory(): string {
    return folderOf(this.#options.dataFolder, this.#options.inboxId);
  }

  /** A person wants it linked: by QR code, or by a pairing code for this number. Starts it unless it runs. */
  start(code?: string): Promise<void> {
    return this.#begin(async () => {
      await setWanted(this.#options.db, this.#options.inboxId, true);
      await this.#run(code, true);
    });
  }

  /** Starts it as it was when the last process ended: at once, or when its breaker lets it (`retryAt`, ms). */
  async wake(retryAt: number): Promise<void> {
    if (this.#ended.signal.aborted || !this.#recovery.waitOut(retryAt)) return this.resume();
    this.#goal = 'run';
    this.#state = 'lost';
  }

  resume(): Promise<void> {
    return this.#begin(() => this.#run());
  }

  /**
   * A person wants it begun afresh, whatever it is doing: ends the life there is, in order, and starts another, in one turn.
   * Asked again meanwhile it is the same restart; a stop or unlink that comes after it has the last word.
   */
  restart(): Promise<void> {
    if (this.#restarting && this.#goal === 'run') return this.#restarting;
    const restarting = this.#begin(async () => {
      await setWanted(this.#options.db, this.#options.inboxId, true);
      await this.#afresh('asked for', true);
    }).finally(() => {
      if (this.#restarting === restarting) this.#restarting = undefined;
    });
    this.#restarting = restarting;
    return restarting;
  }

  #begin(work: () => Promise<void>): Promise<void> {
    if (this.#ended.signal.aborted) return Promise.reject(new Problem('unavailable'));
    this.#goal = 'run';
    this.#recovery.cancel();
    return this.#inTurn(async () => {
      if (this.#goal === 'rest') return;
      try {
        await work();
      } catch (error) {
        this.#couldNotStart(error);
      }
    });
  }

  /** A person wants it to rest. Keeps the credentials. A log-out that stands (`isLoggedOut`) stays what is told. */
  async stop(isLoggedOut: boolean): Promise<void> {
    this.#rest();
    await this.#inTurn(async () => {
      const ran = this.#life !== undefined;
      await this.#close('in order');
      if (ran || !isLoggedOut) this.#tell({ state: 'stopped', code: 'none', action: 'retry' });
      await setWanted(this.#options.db, this.#options.inboxId, false);
    });
    await this.#settled();
  }

  /** Ends the link, on WhatsApp's side too where the engine can reach it, and forgets the credentials. */
  async unlink(): Promise<Unlinked> {
    const { db, inboxId, log, dataFolder } = this.#options;
    this.#rest();
    let told: Unlinked = 'not-linked';
    await this.#inTurn(async () => {
      const life = this.#life;
      life?.hush();
      if (this.#isLinked) told = 'not-told';
      if (life && isLinked(this.#state)) {
        try {
          await life.session.unlink?.();
          if (life.session.unlink) told = 'told';
        } catch (error) {
          log.warn({ err: error, inboxId }, 'WhatsApp was not told');
        }
      }
      await this.#close();
      await setWanted(db, inboxId, false);
      await wipeLink(db, dataFolder, inboxId);
      this.#isLinked = false;
      this.#tell({ state: 'logged-out', code: 'unlinked-by-agent', action: 'pair-again' });
    });
    await this.#settled();
    return told;
  }

  /** A number that has just been linked brings its history along. */
  #catchUp(life: Life, isNew: boolean): void {
    const { db, inboxId, clock, log } = this.#options;
    if (!isNew) return life.catchUp(false);
    void wantBackfill(db, inboxId, backfillBounds.parse({}), clock.now())
      .catch((error: unknown) => log.warn({ err: error, inboxId }, 'the backfill could not be noted'))
      .finally(() => life.catchUp(true));
  }

  /** Goes on with the backfill that is wanted, when the Session works. */
  goOnWithBackfill(): void {
    if (this.live !== undefined) this.#life?.wantBackfill();
  }

  /** Beside the caller. False while one is under way for the Chat, or nothing can be asked now. */
  backfill(chat: Address, before: number | undefined): boolean {
    return this.live !== undefined && this.#life !== undefined && this.#life.backfill(chat, before);
  }

  /** What is to come after this process stays as it was: it starts again with the next. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#rest();
    const closed = this.#inTurn(() => this.#close('in order'));
    this.#ended.abort();
    await closed;
    await this.#pump.idle();
    await this.#recovery.settled;
  }

  #rest(): void {
    this.#goal = 'rest';
    this.#recovery.cancel();
    this.#place.leaveLine();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Waits until what has been told is stored, unless the database is away. */
  async #settled(): Promise<void> {
    await within(this.#options.clock, settleMs, this.#pump.idle());
  }

  async #run(code?: string, isAsked = false): Promise<void> {
    this.#pairing.want(code);
    const life = this.#life;
    if (life && this.#state === 'pairing') {
      if (code !== undefined) return void this.#pairing.ask(life.session, () => this.#pairs(life));
      if (this.#pairing.showsCode) await this.#close();
    }
    if (this.#life) return;
    this.#recovery.begin();
    if (this.#goal === 'rest') return;
    await this.#place.take(async () => {
      await this.#enter(isAsked);
      return this.#life !== undefined;
    });
  }

  async #enter(isAsked: boolean): Promise<void> {
    const begun = await beginLife({
      ...this.#options,
      wasLinked: this.#isLinked,
      isAsked,
      directory: this.directory,
      watched: (session) => this.trace.watched(session, (chat) => this.#options.guard.check(chat)),
      isLive: (life) => this.#life === life && canSend(this.#state),
      tooHeavy: (life, bytes) => this.#softRestart(life, bytes),
      hear: (from, events) => this.#hear(from, events),
      stored: () => this.#pump.stored(),
      fenced: (from) => this.#fenced(from),
    });
    if (!begun) {
      this.#options.log.info({ inboxId: this.#options.inboxId }, 'another process runs this Session');
      return;
    }
    this.#life = begun;
    // Planned while this start was waiting for its turn: there is nothing to restart any more.
    this.#recovery.cancel();
    this.#isNew = false;
    this.#state = 'starting';
    begun.connect();
  }

  async #close(how?: 'in order'): Promise<void> {
    const life = this.#life;
    if (how) life?.keepLink();
    this.#life = undefined;
    this.#place.leave();
    this.#state = 'stopped';
    this.#pairing.end();
    await life?.[Symbol.asyncDispose]();
  }

  #couldNotStart(error: unknown): void {
    const { log, inboxId } = this.#options;
    log.error({ err: error, inboxId }, 'the Session could not be started');
    if (this.#life) return;
    const report = couldNotStart(error);
    this.#tell(report);
    if (this.#isLinked) this.#recovery.startLater(report, this.#recovery.after(report, this.#isLinked));
  }

  /** On purpose, before the machine runs out of memory: no trouble, so nothing is counted and nobody waits. */
  #softRestart(life: Life, bytes: number): void {
    const { log, inboxId } = this.#options;
    log.warn({ inboxId, bytes }, 'the engine takes too much memory and starts afresh');
    void this.#inTurn(async () => {
      if (this.#life !== life || this.#goal !== 'run') return;
      try {
        await this.#afresh(`${Math.round(bytes / 1_000_000)} MB of memory`);
      } catch (error) {
        this.#couldNotStart(error);
      }
    });
  }

  async #afresh(detail: string, isAsked = false): Promise<void> {
    await this.#close('in order');
    this.#tell({ state: 'starting', code: 'none', action: 'wait', event: 'planned-restart', detail });
    await this.#run(undefined, isAsked);
  }

  #fenced(life: Life): void {
    void this.#inTurn(async () => {
      if (this.#life === life) await this.#close();
    });
  }

  #hear(life: Life, events: EngineEvent[]): void {
    const told = this.trace.hear(events);
    this.#pump.push(told);
    for (const event of told) {
      if (event.kind === 'session-state' && this.#life === life) this.#follow(life, event.report);
    }
  }

  #follow(life: Life, report: SessionReport): void {
    const { clock, inboxId, log, db } = this.#options;
    const before = this.#state;
    this.#state = report.state;
    this.#lastReport = report;
    if (report.state !== 'starting') this.#place.leave();
    if (report.state !== before)
      log.info({ inboxId, state: report.state, code: report.code }, 'session state');
    if (report.state === 'pairing') {
      this.#isNew = true;
      this.#pairing.follow(report, life.session, () => this.#pairs(life));
    } else this.#pairing.pause();
    if (isLinked(report.state)) {
      this.#isLinked = true;
      this.#pairing.linked();
    }
    if (report.state === 'working' && before !== 'working') {
      if (!canSend(before)) {
        this.#workingSince = clock.now();
        const isWell = (): boolean => this.#life === life && canSend(this.#state);
        this.#recovery.works(life.ends, () => (isWell() ? this.#lastReport : undefined));
      }
      this.#options.onWorking(inboxId);
      life.works(this.#isNew);
      this.#catchUp(life, this.#isNew);
      this.#isNew = false;
    }
    if (report.state === 'logged-out') this.#isLinked = false;
    if (canSend(before) && clock.now() - this.#workingSince >= soundAfterMs) this.#recovery.forgive();
    const next = this.#recovery.after(report, this.#isLinked);
    if (next.do === 'go-on') return;
    if (next.do !== 'restart' && next.do !== 'cool-down') this.#goal = 'rest';
    void this.#inTurn(async () => {
      // A stop, or a start afresh, was quicker.
      if (this.#life !== life) return;
      await this.#close();
      this.#state = report.state;
      if (report.state === 'logged-out') await clearArchive(db, inboxId);
      if (this.#goal === 'run') this.#recovery.startLater(report, next);
      if (next.do === 'end') await setWanted(db, inboxId, false);
    }).catch((error: unknown) =>
      log.warn({ err: error, inboxId }, 'it will be started with the next process'),
    );
  }

  #pairs(life: Life): boolean {
    return this.#life === life && this.#state === 'pairing';
  }

  /** A state the host itself knows of. */
  #tell(report: SessionReport): void {
    this.#state = report.state;
    this.#lastReport = report;
    this.#pump.push([reported(this.trace.tell(report))]);
  }
}

function reported(report: SessionReport): EngineEvent {
  return { kind: 'session-state', report };
}
