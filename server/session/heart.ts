import type { Clock } from '../clock.ts';
import type { SessionReport } from '../contract/session-state.ts';
import type { EngineSession } from '../engine/engine.ts';
import type { Log } from '../log.ts';
import { afterBeat, calm, type Beat, type Pulse } from './supervision.ts';

/** How often and how long a live Session is looked at, ms; and how much memory its engine may take, bytes. */
export interface HeartRules {
  everyMs: number;
  limitMs: number;
  memoryLimit: number;
}
export const usualHeart: HeartRules = { everyMs: 60_000, limitMs: 10_000, memoryLimit: 1_500_000_000 };

/** After a look without an answer the next one comes soon. */
const againMs = 5_000;

export interface HeartOptions {
  inboxId: number;
  session: EngineSession;
  clock: Clock;
  log: Log;
  rules: HeartRules;
  /** Only a Session that can send is looked at: before that the engine's own limits hold. */
  isLive(): boolean;
  report(report: SessionReport): void;
  /** It answers again: what the engine says of itself holds. */
  recovered(): void;
  /** Its engine takes too much memory: wants a new life. */
  tooHeavy(bytes: number): void;
}

/** Asks a live engine again and again whether it is there, whatever it says of itself. */
export class Heart implements AsyncDisposable {
  #options: HeartOptions;
  #end = new AbortController();
  #pulse: Pulse = calm;
  /** Of the last answer, ms; undefined: there has been none. */
  roundTripMs: number | undefined;
  lookedAt: number | undefined;
  memoryBytes: number | undefined;

  constructor(options: HeartOptions) {
    this.#options = options;
    if (options.session.probe) void this.#go();
  }

  async #go(): Promise<void> {
    const { clock, rules, isLive } = this.#options;
    const { signal } = this.#end;
    for (;;) {
      await clock.delay(this.#pulse.silences > 0 ? againMs : rules.everyMs, signal);
      if (signal.aborted) return;
      if (!isLive()) {
        this.#pulse = calm;
        continue;
      }
      const beat = await this.#look();
      if (signal.aborted) return;
      this.#take(beat);
    }
  }

  async #look(): Promise<Beat> {
    const { session, clock, rules, log, inboxId } = this.#options;
    const asked = new AbortController();
    const begun = clock.now();
    const late = clock
      .delay(rules.limitMs, AbortSignal.any([asked.signal, this.#end.signal]))
      .then((): Beat => ({ kind: 'silent' }));
    const answer = (session.probe?.(asked.signal) ?? Promise.resolve({})).then(
      ({ memoryBytes }: { memoryBytes?: number }): Beat => ({
        kind: 'answered',
        ...(memoryBytes === undefined ? {} : { memoryBytes }),
      }),
      (error: unknown): Beat => {
        log.warn({ err: error, inboxId }, 'a look at the Session has failed');
        return { kind: 'silent' };
      },
    );
    const beat = await Promise.race([answer, late]);
    asked.abort();
    this.lookedAt = clock.now();
    if (beat.kind === 'answered') {
      this.roundTripMs = this.lookedAt - begun;
      this.memoryBytes = beat.memoryBytes;
    }
    return beat;
  }

  #take(beat: Beat): void {
    const { rules, report, recovered, tooHeavy, isLive } = this.#options;
    // What it was asked for has ended meanwhile, and somebody has said so.
    if (!isLive()) return;
    const { pulse, finding } = afterBeat(this.#pulse, beat, rules.memoryLimit);
    this.#pulse = pulse;
    const detail = 'no answer to a look';
    if (finding === 'degraded') report({ state: 'degraded', code: 'not-responding', action: 'wait', detail });
    if (finding === 'lost') report({ state: 'lost', code: 'not-responding', action: 'retry', detail });
    if (finding === 'recovered') recovered();
    if (finding === 'too-heavy') tooHeavy(this.memoryBytes ?? 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
  }
}
