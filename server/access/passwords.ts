import { hash, verify } from '@node-rs/argon2';
import { Problem } from '../contract/problem.ts';
import { isCommonPassword } from './common-passwords.ts';

/**
 * argon2id (the library's default variant) with OWASP's smallest recommended cost: about 7 ms of one core. It runs in
 * the pool of threads that file and name look-ups share, so only two run at a time and few may wait.
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const atOnce = 2;
const mayWait = 20;
export const shortestPassword = 10;
const longestPassword = 1024;

/** Makes and checks password hashes, bounded: more work than it can queue is refused with `unavailable`. */
export class Passwords {
  #running = 0;
  #waiting: (() => void)[] = [];
  #decoy: Promise<string>;

  constructor() {
    this.#decoy = hash(Buffer.from(crypto.randomUUID()), cost);
  }

  /** PHC text. Every byte counts: no trimming, no truncation, no normalising. */
  async hash(password: string): Promise<string> {
    return this.#bounded(() => hash(Buffer.from(password, 'utf8'), cost));
  }

  /**
   * Whether the password fits. Without a hash (nobody by that e-mail) a decoy is checked all the same, so that the
   * answer takes as long.
   */
  async verify(hashed: string | undefined, password: string): Promise<boolean> {
    const against = hashed ?? (await this.#decoy);
    const fits = await this.#bounded(() => verify(against, Buffer.from(password, 'utf8')));
    return fits && hashed !== undefined;
  }

  async #bounded<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= atOnce) {
      if (this.#waiting.length >= mayWait) {
        throw new Problem('unavailable', 'Too many sign-ins at the same time', { retryAfter: 2 });
      }
      // Whoever ends hands its place over, so `#running` does not change here.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}

/** Throws Problem `weak-password` for one that is short, common, or made of what everybody knows about the Agent. */
export function requireGoodPassword(password: string, about: { email: string; name: string }): void {
  if ([...password].length < shortestPassword) {
    throw new Problem('weak-password', `At least ${shortestPassword} characters`);
  }
  if (password.length > longestPassword) {
    throw new Problem('weak-password', `At most ${longestPassword} characters`);
  }
  const known = [about.email, ...about.email.split(/[@.+_-]/), ...about.name.split(/\s+/)];
  if (isCommonPassword(password, known)) {
    throw new Problem('weak-password', 'This is one of the first passwords anyone would try');
  }
}
