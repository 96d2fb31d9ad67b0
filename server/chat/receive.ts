import { channels } from '../bus/bus.ts';
import { findSessionRow } from '../../db/query/inbox.ts';
import { isUnavailable } from '../../db/portable.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { Problem } from '../contract/problem.ts';
import { admit } from './admit.ts';
import { CommitLoop } from './commit-loop.ts';
import type { Context } from './context.ts';
import { factsOfReport } from './session-report.ts';

export type Source = 'engine' | 'webhook' | 'history';

/** The one door in: see `ChatRoom.receive`. */
export class Receiver implements AsyncDisposable {
  #context: Context;
  #loops = new Map<number, CommitLoop>();
  #closed = false;

  constructor(context: Context) {
    this.#context = context;
  }

  async receive(inboxId: number, events: readonly EngineEvent[], source: Source): Promise<void> {
    if (this.#closed) throw new Problem('unavailable', undefined, { retryAfter: 2 });
    const live: EngineEvent[] = [];
    const history: EngineEvent[] = [];
    const takesReports = source === 'engine' || !events.some((event) => event.kind === 'session-state');
    const reportsCount = takesReports || (source === 'webhook' && (await this.#isWithoutEngine(inboxId)));
    for (const event of events) {
      const admitted = admit(event, this.#context.clock.now(), this.#context.shows);
      if (!admitted) continue;
      if (admitted.kind === 'presence') {
        const { kind: _kind, ...what } = admitted;
        this.#context.bus.publish(channels.presence, { inboxId, ...what });
      } else if (admitted.kind === 'picture') {
        this.#context.bus.publish(channels.picture, { inboxId, of: admitted.of });
      } else if (admitted.kind === 'session-state') {
        if (reportsCount) live.push(...factsOfReport(admitted.report), admitted);
      } else if (admitted.kind === 'message' && source === 'history') {
        history.push({ ...admitted, origin: 'history' });
      } else {
        const past = source === 'history' || (admitted.kind === 'message' && admitted.origin === 'history');
        (past ? history : live).push(admitted);
      }
    }
    const loop = this.#loopOf(inboxId);
    const done = await Promise.allSettled([loop.add(live, 'live'), loop.add(history, 'history')]);
    // An idle loop is let go; another that came to it meanwhile would have made it busy.
    if (loop.idle === undefined && this.#loops.get(inboxId) === loop) this.#loops.delete(inboxId);
    for (const part of done) if (part.status === 'rejected') throw part.reason;
  }

  async #isWithoutEngine(inboxId: number): Promise<boolean> {
    try {
      return (await findSessionRow(this.#context.db, inboxId))?.engine === 'none';
    } catch (error) {
      if (isUnavailable(error)) throw new Problem('unavailable', undefined, { retryAfter: 2 });
      throw error;
    }
  }

  #loopOf(inboxId: number): CommitLoop {
    let loop = this.#loops.get(inboxId);
    if (!loop) this.#loops.set(inboxId, (loop = new CommitLoop(this.#context, inboxId)));
    return loop;
  }

  /** Takes no more and waits for what was taken. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#loops.values()].map((loop) => loop.idle));
  }
}
