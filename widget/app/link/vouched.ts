import { isSignedIn, record } from './decode.ts';
import { ServerProblem } from './http.ts';
import type { SignedIn } from '../../../server/contract/api.ts';

/** What vouching needs of the server's link. */
interface Asked {
  token: string | null;
  again: (() => Promise<boolean>) | undefined;
  postOnce(path: string, body: object): Promise<unknown>;
}

export interface VouchOptions {
  /** The host page's token was not to be had, or not accepted. */
  onTrouble(code: string, hint: string): void;
}

/** A new token when this part of its life is over. */
const renewAt = 0.6;
const retryMs = 20_000;

/**
 * The host page vouches for its user: its short-lived tokens are exchanged for a sign-in that lives in memory, and
 * renewed before it runs out. When the page stops vouching, the sign-in ends by itself.
 */
export class Vouched {
  #getToken: (() => Promise<string>) | undefined;
  #http: Asked;
  #options: VouchOptions | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueAt = 0;
  #exchanging: Promise<SignedIn | undefined> | undefined;

  constructor(http: Asked, options?: VouchOptions) {
    this.#http = http;
    this.#options = options;
  }

  /** Whom to ask; undefined: nobody vouches any more. */
  use(getToken: (() => Promise<string>) | undefined): void {
    clearTimeout(this.#timer);
    this.#dueAt = 0;
    this.#getToken = getToken;
    this.#http.again = getToken && (async () => (await this.exchange()) !== undefined);
  }

  /** A new sign-in; undefined when there is none to be had. Rejects when the server cannot be reached. */
  exchange(): Promise<SignedIn | undefined> {
    return (this.#exchanging ??= this.#exchange().finally(() => (this.#exchanging = undefined)));
  }

  /** The page was asleep: what has come due meanwhile is done now. */
  wake(): void {
    if (this.#dueAt && Date.now() >= this.#dueAt) void this.#renew();
  }

  close(): void {
    this.use(undefined);
  }

  async #exchange(): Promise<SignedIn | undefined> {
    const token = await this.#ask();
    if (token === undefined) return undefined;
    try {
      const answer = await this.#http.postOnce('/auth/embed', { token });
      if (!isSignedIn(answer)) throw new ServerProblem(200, 'fault');
      this.#http.token = answer.token;
      this.#plan(answer);
      return answer;
    } catch (error) {
      if (!(error instanceof ServerProblem)) throw error;
      this.#options?.onTrouble(error.code, error.detail ?? 'The server does not accept the token');
      return undefined;
    }
  }

  async #renew(): Promise<void> {
    this.#later(retryMs);
    const token = await this.#ask();
    if (token === undefined || !this.#http.token) return;
    try {
      this.#plan(await this.#http.postOnce('/auth/embed/renew', { token }));
    } catch (error) {
      if (!(error instanceof ServerProblem)) return;
      if (error.code === 'not-signed-in') return void (await this.exchange().catch(() => undefined));
      this.#options?.onTrouble(error.code, error.detail ?? 'The server does not accept the token');
    }
  }

  #plan(answer: unknown): void {
    const { expiresAt } = record(answer);
    // By the length of its life, not by the clock: this machine's may be wrong.
    const life = typeof expiresAt === 'number' ? Math.min(expiresAt - Date.now(), 15 * 60_000) : 0;
    this.#later(Math.max(life > 60_000 ? life * renewAt : 9 * 60_000, 1_000));
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#dueAt = Date.now() + ms;
    this.#timer = setTimeout(() => void this.#renew(), ms);
  }

  async #ask(): Promise<string | undefined> {
    try {
      const token = await this.#getToken?.();
      if (typeof token === 'string' && token) return token;
      if (this.#getToken) this.#options?.onTrouble('no-token', 'The page gave no token');
    } catch (error) {
      this.#options?.onTrouble('no-token', `The page gave no token: ${String(error).slice(0, 200)}`);
    }
    return undefined;
  }
}
