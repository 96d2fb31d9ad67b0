import type { Clock } from '../clock.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { Problem } from '../contract/problem.ts';

/** The one door in, as this room is given it. */
export type Receive = (inboxId: number, events: EngineEvent[], source: 'engine' | 'history') => Promise<void>;

/** `receive` that waits for a database that is away, until `signal` ends the waiting. Other errors pass. */
export function steadily(receive: Receive, clock: Clock, signal: AbortSignal): Receive {
  return async (inboxId, events, source) => {
    for (;;) {
      try {
        return await receive(inboxId, events, source);
      } catch (error) {
        if (signal.aborted || !(error instanceof Problem) || error.code !== 'unavailable') throw error;
        await clock.delay((error.retryAfter ?? 1) * 1_000, signal);
      }
    }
  };
}
