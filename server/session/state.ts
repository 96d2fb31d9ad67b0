import { ArchiveBroken } from './archive/broken.ts';
import type { SessionCode, SessionReport, SessionState } from '../contract/session-state.ts';

/** What the host does after a report. */
export type Step =
  /** Nothing: the engine goes on by itself. */
  | 'go-on'
  /** Start afresh after a pause. */
  | 'restart'
  /** End; the next process may try again, for its operator has mended something. */
  | 'rest'
  /** End, and wait for a person. */
  | 'end';

/** Trouble that a new start may mend. */
const passing: ReadonlySet<SessionCode> = new Set([
  'no-internet',
  'browser-crashed',
  'page-crashed',
  'not-responding',
  'start-timeout',
  'engine-error',
  'phone-offline',
]);

/** Trouble that the operator mends, with a restart of the process. */
const operators: ReadonlySet<SessionCode> = new Set(['no-browser', 'outdated', 'credentials-unreadable']);

/**
 * Pure. A Session that has been linked starts again by itself after passing trouble; one that was never linked waits
 * for the person who is looking at it. Nothing restarts after a log-out, a take-over or a restriction.
 */
export function stepAfter(report: SessionReport, wasLinked: boolean): Step {
  switch (report.state) {
    case 'lost':
    case 'failed':
      if (!wasLinked) return 'end';
      if (passing.has(report.code)) return 'restart';
      return operators.has(report.code) ? 'rest' : 'end';
    case 'logged-out':
    case 'stopped':
      return 'end';
    default:
      return 'go-on';
  }
}

/** Why a start has come to nothing before the engine could say anything. */
export function couldNotStart(error: unknown): SessionReport {
  return error instanceof ArchiveBroken
    ? { state: 'failed', code: 'credentials-unreadable', action: 'ask-operator', detail: error.message }
    : { state: 'failed', code: 'engine-error', action: 'retry', detail: 'could not be started' };
}

/** Pause before restart number `attempt` (1, 2, …), ms: 1 s doubling to 60 s, with jitter; `random` is 0…1. */
export function restartPause(attempt: number, random: number): number {
  const full = Math.min(60_000, 1_000 * 2 ** Math.min(attempt - 1, 10));
  return Math.round(full / 2 + (full / 2) * random);
}

/** How long a Session has to work for earlier restarts to be forgotten, ms. */
export const soundAfterMs = 60_000;

/** The device is linked and its engine runs. */
export function isLinked(state: SessionState): boolean {
  return state === 'working' || state === 'degraded' || state === 'syncing';
}
