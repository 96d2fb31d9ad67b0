import type { Clock } from '../clock.ts';
import type { SessionReport } from '../contract/session-state.ts';
import type { Log } from '../log.ts';
import { soundAfterMs } from './state.ts';
import { afterReport, atStart, careful, type Care, type Next } from './supervision.ts';

export interface RecoveryOptions {
  inboxId: number;
  clock: Clock;
  log: Log;
  random: () => number;
  /** Says what the host itself knows. */
  tell(report: SessionReport): void;
  /** Starts it again, after the pause. */
  startAgain(): void;
}

/** The care of one Session from life to life: its pauses, its breaker, and what is told of them. */
export class Recovery {
  #options: RecoveryOptions;
  #care: Care = careful;
  /** Ends a planned restart. */
  #pause = new AbortController();

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  get care(): Care {
    return this.#care;
  }

  /** Its last life was sound: nothing of before counts. */
  forgive(): void {
    this.#care = careful;
  }

  /** What is to follow a report. */
  after(report: SessionReport, wasLinked: boolean): Next {
    const { care, next } = afterReport(this.#care, report, { wasLinked, random: this.#options.random() });
    this.#care = care;
    return next;
  }

  /** There is nothing to start again any more. */
  cancel(): void {
    this.#pause.abort();
  }

  /** A start begins. */
  begin(): void {
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
    const { clock, log, inboxId, tell, startAgain } = this.#options;
    const { failures, restarts } = this.#care;
    this.#pause.abort();
    const pause = new AbortController();
    this.#pause = pause;
    const { ms } = next;
    if (next.do === 'cool-down') {
      const retryAt = clock.now() + ms;
      const until = new Date(retryAt).toISOString();
      const detail = `${failures} failures in a row, the last: ${report.code}. Next try ${until}`;
      const { state } = report;
      tell({ state, code: 'too-many-failures', action: 'wait', event: 'breaker-opened', retryAt, detail });
    }
    log.info({ inboxId, ms, restarts }, 'the Session starts again after a pause');
    void clock.delay(ms, pause.signal).then(() => {
      if (!pause.signal.aborted) startAgain();
    });
  }

  /**
   * It works again. The breaker is closed for whoever looks when the one try has worked for a minute, not only at the next
   * trouble. `report`: how it is then; undefined: not so that it could send.
   */
  works(ends: AbortSignal, report: () => SessionReport | undefined): void {
    if (this.#care.breaker !== 'half-open') return;
    void this.#options.clock.delay(soundAfterMs, ends).then(() => {
      const now = ends.aborted ? undefined : report();
      if (!now || this.#care.breaker !== 'half-open') return;
      this.#care = careful;
      this.#options.tell({ ...now, event: 'breaker-closed' });
    });
  }
}
