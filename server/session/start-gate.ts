/** So many Sessions start at once; the others wait in line. Starting is what costs a machine most. */
export class StartGate {
  #free: number;
  #line: (() => void)[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  get waiting(): number {
    return this.#line.length;
  }

  /** Gives the way to leave again (once is enough, twice does no harm); undefined when `signal` came first. */
  async enter(signal: AbortSignal): Promise<(() => void) | undefined> {
    if (signal.aborted) return undefined;
    if (this.#free > 0) this.#free--;
    else if (!(await this.#wait(signal))) return undefined;
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      const next = this.#line.shift();
      if (next) next();
      else this.#free++;
    };
  }

  #wait(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const go = (): void => {
        signal.removeEventListener('abort', leave);
        resolve(true);
      };
      const leave = (): void => {
        this.#line = this.#line.filter((other) => other !== go);
        resolve(false);
      };
      this.#line.push(go);
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}

/** One Session's place among those that start. */
export class StartPlace {
  #gate: StartGate;
  #waiting = new AbortController();
  #leave: (() => void) | undefined;

  constructor(gate: StartGate) {
    this.#gate = gate;
  }

  /** Waits for it and starts; it is kept until `leave` when `start` says so. Nothing is done when the line was left. */
  async take(start: () => Promise<boolean>): Promise<void> {
    this.#waiting = new AbortController();
    const leave = await this.#gate.enter(this.#waiting.signal);
    if (!leave) return;
    let isKept = false;
    try {
      isKept = await start();
    } finally {
      if (isKept) this.#leave = leave;
      else leave();
    }
  }
  leaveLine(): void {
    this.#waiting.abort();
  }
  leave(): void {
    this.#leave?.();
    this.#leave = undefined;
  }
}
