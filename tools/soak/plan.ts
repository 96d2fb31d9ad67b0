/** What goes wrong, when, and for how long: drawn from a seed before anything starts, so that a run can be had again. */

export type Trouble =
  /** The socket is torn. */
  | 'cut'
  /** Nobody answers for `forMs`. */
  | 'away'
  /** WhatsApp ends the connection with this number. */
  | '515'
  | '428'
  | '503'
  /** SIGKILL of the engine's child process. */
  | 'kill-child'
  /** SIGSTOP of it: it hangs until somebody ends it. */
  | 'freeze-child'
  /** Every event comes twice for `forMs`. */
  | 'twice'
  /** The phone has no network for `forMs`: what is written meanwhile comes late, all at once. */
  | 'late'
  /** Ticks come before their message, and lower ones after higher ones, for `forMs`. */
  | 'odd-ticks'
  /** WhatsApp takes what is sent for `forMs`, and never says so. */
  | 'no-answer'
  /** The phones forget their Signal sessions: messages have to be asked for again. */
  | 'forget-keys'
  /** SIGKILL of the server, and a new one. */
  | 'kill-server'
  /** SIGKILL of the database, away for `forMs`. */
  | 'kill-database';

export interface Fault {
  /** After the start, ms. */
  at: number;
  trouble: Trouble;
  /** Number of the Session it hits; −1: everything. */
  session: number;
  /** How long it lasts; 0: it is done at once. */
  forMs: number;
}

export interface PlanOptions {
  seed: number;
  minutes: number;
  sessions: number;
  /** The database is a server that can be killed. */
  killsDatabase: boolean;
}

/** Weight and longest duration of what hits one Session. */
const ofOne: [Trouble, number, number][] = [
  ['cut', 5, 0],
  ['away', 3, 20_000],
  ['515', 2, 0],
  ['428', 2, 0],
  ['503', 2, 0],
  ['kill-child', 3, 0],
  ['freeze-child', 1, 0],
  ['twice', 3, 8_000],
  ['late', 3, 8_000],
  ['odd-ticks', 2, 8_000],
  ['no-answer', 1, 2_000],
  ['forget-keys', 1, 0],
];
/** Each Session has a fault about so often, ms; the whole house one. */
const everyMsOfOne = 90_000;
const everyMsOfAll = 75_000;

/** Faults in the order of their time; none in the first 5 s and in the last tenth. */
export function planOf({ seed, minutes, sessions, killsDatabase }: PlanOptions): Fault[] {
  const random = randomOf(seed);
  const until = minutes * 54_000;
  const plan: Fault[] = [];
  const weights = ofOne.reduce((sum, [, weight]) => sum + weight, 0);
  for (let session = 0; session < sessions; session++) {
    for (let at = 5_000 + random() * everyMsOfOne; at < until; at += (0.4 + random() * 1.2) * everyMsOfOne) {
      let left = random() * weights;
      const [trouble, , most] = ofOne.find(([, weight]) => (left -= weight) < 0) ?? ofOne[0]!;
      plan.push({ at: Math.round(at), trouble, session, forMs: Math.round((0.2 + 0.8 * random()) * most) });
    }
  }
  for (let at = 0.5 * everyMsOfAll; at < until; at += (0.7 + random() * 0.6) * everyMsOfAll) {
    const isDatabase = killsDatabase && random() < 0.5;
    plan.push({
      at: Math.round(at),
      trouble: isDatabase ? 'kill-database' : 'kill-server',
      session: -1,
      forMs: isDatabase ? Math.round(1_000 + random() * 5_000) : 0,
    });
  }
  return plan.toSorted((a, b) => a.at - b.at);
}

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
