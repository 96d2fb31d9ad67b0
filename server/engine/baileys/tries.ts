const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** After each try, ms: a file that cannot be fetched now may be there when the network, or WhatsApp, is well again. */
const pauses = [2 * minute, 10 * minute, hour, 6 * hour, 12 * hour];
/** Several lives may try within minutes, so the number alone says little. */
const longEnoughMs = 2 * day;

/** What was opened and has not come out yet: when it came (ms), how often it was handed on, and when last in this life. */
export interface Tried {
  at: number;
  tries: number;
  triedAt: number | undefined;
}

/** What to do with it at `now`. It never waits for ever: after six tries and two days it is put down. */
export function nextTry({ at, tries, triedAt }: Tried, now: number): 'wait' | 'again' | 'give-up' {
  const pause = pauses[Math.min(tries, pauses.length) - 1] ?? 0;
  if (triedAt !== undefined && now - triedAt < pause) return 'wait';
  return tries > pauses.length && now - at >= longEnoughMs ? 'give-up' : 'again';
}
