/** Time of a world: real for demos, by hand in tests. */
export interface WorldClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `act` once after `ms`, unless the returned function is called first. */
  after(ms: number, act: () => void): () => void;
}

export const systemWorldClock: WorldClock = {
  now: () => Date.now(),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};
