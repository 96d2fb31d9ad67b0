import { effect, signal } from '@preact/signals';
import type { ProblemCode } from '../../../server/contract/problem.ts';
import type { Session } from '../../../server/contract/wire.ts';
import type { Api } from '../link/api.ts';
import type { PairingCode } from '../link/decode.ts';
import { ServerProblem } from '../link/http.ts';

/** What went wrong with an action, for the view to put into words: a code, or that nobody answered. */
export type Trouble = ProblemCode | 'no-connection';

export function troubleOf(error: unknown): Trouble {
  return error instanceof ServerProblem ? error.code : 'no-connection';
}

/** Linking a number: the code that is to be shown now, and the two ways of asking for one. */
export class PairingRoom {
  /** The last code fetched. It stays (blurred) after it has expired. */
  readonly code = signal<PairingCode | null>(null);
  readonly isAsking = signal(false);
  readonly trouble = signal<Trouble | null>(null);
  /** Digits of the number that should be linked, where one is known: the last one, or the one a code was asked for. */
  readonly expected = signal<string | null>(null);
  #api: Api;
  #inboxId: number;
  #session: () => Session | undefined;
  #stop: () => void;

  /** Follows the Session's hint: whenever it names another code, that code is fetched. */
  constructor(api: Api, inboxId: number, session: () => Session | undefined) {
    this.#api = api;
    this.#inboxId = inboxId;
    this.#session = session;
    this.#stop = effect(() => {
      const now = session();
      if (now?.me && now.state !== 'working' && now.state !== 'degraded') this.expected.value = now.me.phone;
      const hint = now?.pairing;
      // Whoever was refused one code is refused all.
      if (hint && this.trouble.peek() !== 'not-allowed' && !isSame(this.code.peek(), hint))
        void this.#fetch();
    });
  }

  /** Asks for a QR code, or for an eight-letter code for `phone`. */
  async link(phone?: string): Promise<void> {
    this.isAsking.value = true;
    this.trouble.value = null;
    if (phone) this.expected.value = phone.replace(/\D/g, '');
    try {
      await this.#api.linkSession(this.#inboxId, phone ? { method: 'code', phone } : { method: 'qr' });
    } catch (error) {
      this.trouble.value = troubleOf(error);
    }
    this.isAsking.value = false;
  }

  /** Ends what runs and begins it afresh; how it goes is seen at the Session. */
  async restart(): Promise<void> {
    this.isAsking.value = true;
    this.trouble.value = null;
    try {
      await this.#api.restartSession(this.#inboxId);
    } catch (error) {
      this.trouble.value = troubleOf(error);
    }
    this.isAsking.value = false;
  }

  async unlink(): Promise<void> {
    this.trouble.value = null;
    const before = this.code.peek();
    try {
      await this.#api.unlinkSession(this.#inboxId);
      // Who has heard of it sooner than it was answered may have asked for the next code already.
      if (this.code.peek() === before) this.code.value = null;
    } catch (error) {
      this.trouble.value = troubleOf(error);
    }
  }

  close(): void {
    this.#stop();
    this.code.value = null;
  }

  async #fetch(): Promise<void> {
    try {
      const code = await this.#api.pairing(this.#inboxId);
      if (code && this.#session()?.pairing) this.code.value = code;
    } catch (error) {
      this.trouble.value = troubleOf(error);
    }
  }
}

function isSame(code: PairingCode | null, hint: { kind: string; issuedAt: number; turn: number }): boolean {
  return (
    code !== null && code.kind === hint.kind && code.issuedAt === hint.issuedAt && code.turn === hint.turn
  );
}
