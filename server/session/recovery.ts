import type { Clock } from '../clock.ts';
import type { SessionReport } from '../contract/session-state.ts';
import type { Log } from '../log.ts';
import { soundAfterMs } from './state.ts';
import { afterReport, atStart, careFrom, careful, openMs, type Care, type Next } from './supervision.ts';

export interface RecoveryOptions {
  inboxId: number;
  clock: Clock;
  log: Log;
  random: () => number;
  /** What the process before knew. */
  kept: Pick<Care, 'failures' | 'restarts'>;
  /** For the process after this one. Rejects when the database is away. */
  keep(care: Pick<Care, 'failures' | 'restarts'>): Promise<void>;
  /** Says what the host itself knows. */
  tell(report: SessionReport): void;
  /** Starts it again, after the pause. */
  startAgain(): void;
}

/** The care of one Session from life to life: its pauses, its breaker, and what is told of them. */
export class Recovery {
  #options: RecoveryOptions;
  #care: Care;
  /** While the breaker is open. */
  #retryAt: number | undefined;
  #kept: Promise<void> = Promise.resolve();
  /** Ends a planned restart. */
  #pause = new AbortController();

  constructor(options: RecoveryOptions) {
    this.#options = options;
    this.#care = careFrom(options.kept);
  }

  get care(): Care {
    return this.#care;
  }

  /** Until when the breaker is open, ms. */
  get retryAt(): number | undefined {
    return this.#retryAt;
  }
  /** What is to be kept for the next process is, as far as the database takes it. */
  get settled(): Promise<void> {
    return this.#kept;
  }

  #set(care: Care): void {
    const { failures, restarts } = this.#care;
    this.#care = care;
    if (care.failures === failures && care.restarts === restarts) return;
    const { keep, log, inboxId } = this.#options;
    this.#kept = this.#kept
      .then(() => keep({ failures: care.failures, restarts: care.restarts }))
      .catch((error: unknown) => log.warn({ err: error, inboxId }, 'the failures in a row were not noted'));
  }

  /** Its last life was sound: nothing of before counts. */
  forgive(): void {
    this.#set(careful);
  }

  /** What is to follow a report. */
  after(report: SessionReport, wasLinked: boolean): Next {
    const { care, next } = afterReport(this.#care, report, { wasLinked, random: this.#options.random() });
    this.#set(care);
    return next;
  }

  /** There is nothing to start again any more. */
  cancel(): void {
    this.#pause.abort();
    this.#retryAt = undefined;
  }

  /** The process before has opened the breaker: its time is waited for. False: there is nothing to wait for. */
  waitOut(retryAt: number): boolean {
    const ms = retryAt - this.#options.clock.now();
    if (this.#care.breaker !== 'open' || ms <= 0) return false;
    this.#retryAt = retryAt;
    this.#again(Math.min(ms, openMs));
    return true;
  }

  /** A start begins. */
  begin(): void {
    this.#retryAt = undefined;
    if (this.#care.breaker !== 'open') return;
    this.#care = atStart(this.#care);
    const detail = 'one try; another failure opens the breaker again';
    this.#options.tell({
      state: 'starting',
      code: 'none',
      action: 'wait',
      event: 'breaker-half-open',
      detail,
    });
  }

  startLater(report: SessionReport, next: Next): void {
    if (next.do !== 'restart' && next.do !== 'cool-down') return;
    const { clock, tell } = this.#options;
    const { failures } = this.#care;
    const { ms } = next;
    if (next.do === 'cool-down') {
      const retryAt = clock.now() + ms;
      this.#retryAt = retryAt;
      const until = new Date(retryAt).toISOString();
      const detail = `${failures} failures in a row, the last: ${report.code}. Next try ${until}`;
      const { state } = report;
      tell({ state, code: 'too-many-failures', action: 'wait', event: 'breaker-opened', retryAt, detail });
    }
    this.#again(ms);
  }

  #again(ms: number): void {
    const { clock, log, inboxId, startAgain } = this.#options;
    const { restarts } = this.#care;
    this.#pause.abort();
    const pause = new AbortController();
    this.#pause = pause;
    log.info({ inboxId, ms, restarts }, 'the Session starts again after a pause');
    void clock.delay(ms, pause.signal).then(() => {
      if (!pause.signal.aborted) startAgain();
    });
  }

  /**
   * It works again. What was before is forgotten when it has worked for a minute, not only at the next trouble; so the
   * breaker is closed for whoever looks. `report`: how it is then; undefined: not so that it could send.
   */
  works(ends: AbortSignal, report: () => SessionReport | undefined): void {
    if (this.#care.failures === 0 && this.#care.restarts === 0) return;
    void this.#options.clock.delay(soundAfterMs, ends).then(() => {
      const now = ends.aborted ? undefined : report();
      if (!now) return;
      const wasTried = this.#care.breaker === 'half-open';
      this.#set(careful);
      if (wasTried) this.#options.tell({ ...now, event: 'breaker-closed' });
    });
  }
}
