import type { SessionState } from '../contract/session-state.ts';
import type { Heart } from './heart.ts';
import type { SessionHealth } from './sessions.ts';
import type { Care } from './supervision.ts';
import type { Trace } from './trace.ts';

export function healthOf(
  state: SessionState,
  care: Care,
  retryAt: number | undefined,
  trace: Trace,
  heart: Heart | undefined,
): SessionHealth {
  return {
    state,
    breaker: care.breaker,
    failures: care.failures,
    retryAt,
    engineVersion: trace.engineVersion,
    connectedAt: trace.connectedAt,
    lastAction: trace.lastAction,
    lookedAt: heart?.lookedAt,
    roundTripMs: heart?.roundTripMs,
    memoryBytes: heart?.memoryBytes,
  };
}
