import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Principal } from './gate.ts';

export interface SignInWatchOptions {
  clock: Clock;
  log: Log;
  /** From one round to the next, in ms. */
  everyMs: number;
  /** Whose sockets are open. */
  users(): Iterable<Principal>;
  /** Counts as use of the sign-in; false when it has ended. */
  touch(agentSessionId: string): Promise<boolean>;
  /** Closes the sockets of a sign-in. */
  end(agentSessionId: string): void;
}

/**
 * Asks about once a minute whether the sign-ins behind open sockets still hold. They may have ended without a notice:
 * by age, or because the bus lost it. To ask also counts as use, so nobody is signed out while listening.
 */
export class SignInWatch implements AsyncDisposable {
  #options: SignInWatchOptions;
  #end = new AbortController();

  constructor(options: SignInWatchOptions) {
    this.#options = options;
    void this.#watch();
  }

  async #watch(): Promise<void> {
    const { clock, everyMs } = this.#options;
    const { signal } = this.#end;
    for (;;) {
      await clock.delay(everyMs, signal);
      if (signal.aborted) return;
      await this.#round(signal);
    }
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { users, touch, end, log } = this.#options;
    const signIns = new Set([...users()].map(({ agentSessionId }) => agentSessionId));
    for (const signIn of signIns) {
      try {
        const isSignedIn = await touch(signIn);
        if (signal.aborted) return;
        if (!isSignedIn) end(signIn);
      } catch (error) {
        // Without an answer nobody is thrown out; the next round asks again.
        log.warn({ err: error }, 'sign-ins of open sockets could not be checked');
        return;
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
  }
}
