import type { SessionReport } from '../contract/session-state.ts';
import { restartPause, stepAfter } from './state.ts';

/** How a Session has been doing, from life to life. */
export interface Care {
  /** In a row, of those that count: WhatsApp or the engine ended it. */
  failures: number;
  /** In a row, of both kinds: what the pause grows with. */
  restarts: number;
  /** `half-open`: one try is under way; another failure opens it again. */
  breaker: 'closed' | 'open' | 'half-open';
}
export const careful: Care = { failures: 0, restarts: 0, breaker: 'closed' };

/** Pure. As the process before left it: a restart of ours is no way round the breaker. */
export function careFrom(kept: Pick<Care, 'failures' | 'restarts'>): Care {
  const { failures, restarts } = kept;
  return { failures, restarts, breaker: failures >= failuresToOpen ? 'open' : 'closed' };
}

/** How many failures in a row open the breaker, and for how long (ms). */
export const failuresToOpen = 5;
export const openMs = 5 * 60_000;

export type Next =
  | { do: 'go-on' }
  /** After a pause of `ms`. */
  | { do: 'restart'; ms: number }
  /** The breaker is open; one try after `ms`. */
  | { do: 'cool-down'; ms: number }
  | { do: 'rest' }
  | { do: 'end' };

/**
 * Pure. What follows a report. Without a network nothing of ours has reached WhatsApp: such restarts grow their pauses
 * to a minute, but never open the breaker, so that a number is back within a minute of the network. Of the one try of a
 * half-open breaker any failure opens it again.
 */
export function afterReport(
  care: Care,
  report: Pick<SessionReport, 'state' | 'code' | 'action'>,
  it: { wasLinked: boolean; random: number },
): { care: Care; next: Next } {
  const step = stepAfter(report, it.wasLinked);
  if (step === 'go-on') return { care, next: { do: 'go-on' } };
  // A person, or the operator, has to do something: what they do begins afresh.
  if (step !== 'restart') return { care: careful, next: { do: step } };
  const restarts = care.restarts + 1;
  if (report.code === 'no-internet')
    return {
      care: { ...care, restarts },
      next: { do: 'restart', ms: restartPause(restarts, it.random) },
    };
  const failures = care.failures + 1;
  if (care.breaker === 'half-open' || failures >= failuresToOpen)
    return { care: { failures, restarts, breaker: 'open' }, next: { do: 'cool-down', ms: openMs } };
  return {
    care: { failures, restarts, breaker: 'closed' },
    next: { do: 'restart', ms: restartPause(restarts, it.random) },
  };
}

/** Pure. A start begins: of an open breaker it is the one try. */
export function atStart(care: Care): Care {
  return care.breaker === 'open' ? { ...care, breaker: 'half-open' } : care;
}

/** What a look at a live Session has found. */
export type Beat = { kind: 'answered'; memoryBytes?: number } | { kind: 'silent' };
export interface Pulse {
  /** Looks in a row without an answer. */
  silences: number;
  /** Looks in a row that found too much memory taken. */
  heavy: number;
}
export const calm: Pulse = { silences: 0, heavy: 0 };

export type Finding = 'well' | 'degraded' | 'recovered' | 'lost' | 'too-heavy';

/**
 * Pure. One look without an answer is trouble, a second in a row the end of this life; two in a row that find more than
 * `memoryLimit` bytes want a new one.
 */
export function afterBeat(pulse: Pulse, beat: Beat, memoryLimit: number): { pulse: Pulse; finding: Finding } {
  if (beat.kind === 'silent') {
    const silences = pulse.silences + 1;
    return { pulse: { ...pulse, silences }, finding: silences > 1 ? 'lost' : 'degraded' };
  }
  const heavy = (beat.memoryBytes ?? 0) > memoryLimit ? pulse.heavy + 1 : 0;
  const finding = heavy > 1 ? 'too-heavy' : pulse.silences > 0 ? 'recovered' : 'well';
  return { pulse: { silences: 0, heavy }, finding };
}
