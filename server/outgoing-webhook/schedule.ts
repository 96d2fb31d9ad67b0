const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** Waits after the first, second … failure: about three days in all. */
export const retryWaits: readonly number[] = [
  5 * seconds,
  5 * minutes,
  30 * minutes,
  2 * hours,
  5 * hours,
  10 * hours,
  14 * hours,
  20 * hours,
  24 * hours,
];

/** The longest that a receiver may ask us to wait. */
const longestAsked = 24 * hours;

/**
 * How long to wait after failure number `attempt` (1, 2, …), ms; undefined: it is given up. A tenth more or less, so that
 * what failed together does not return together (`random` is 0…1). `asked`: what the receiver has asked for, ms.
 */
export function waitAfterFailure(attempt: number, random: number, asked = 0): number | undefined {
  const wait = retryWaits[attempt - 1];
  if (wait === undefined) return undefined;
  return Math.max(Math.round(wait * (0.9 + 0.2 * random)), Math.min(asked, longestAsked));
}

/** Failures in a row after which an Endpoint is left alone for a while. */
export const failuresToPause = 5;
/** After so long without one good answer it is switched to `failing`. */
export const failingAfterMs = 5 * 24 * hours;

/** How long it is left alone then, ms: 30 s, doubling to 30 min. */
export function pauseAfter(failures: number, random: number): number {
  if (failures < failuresToPause) return 0;
  const pause = Math.min(30 * minutes, 30 * seconds * 2 ** Math.min(failures - failuresToPause, 10));
  return Math.round(pause * (0.9 + 0.2 * random));
}
