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

/** What is asked of the Session. */
interface Wish {
  /** The same wish while it is being asked is no second one. */
  key: string;
  ask: () => Promise<unknown>;
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
  #asked: Wish | undefined;
  #next: Wish | undefined;

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

  /**
   * Asks for a QR code, or for an eight-letter code for `phone`. While another answer is awaited it is asked after that:
   * codes are pushed, so the next may be wanted before the last was answered.
   */
  async link(phone?: string): Promise<void> {
    if (phone) this.expected.value = phone.replace(/\D/g, '');
    await this.#ask({
      key: phone ?? 'qr',
      ask: () => this.#api.linkSession(this.#inboxId, phone ? { method: 'code', phone } : { method: 'qr' }),
    });
  }

  /** Ends what runs and begins it afresh; how it goes is seen at the Session. */
  async restart(): Promise<void> {
    await this.#ask({ key: 'restart', ask: () => this.#api.restartSession(this.#inboxId) });
  }

  /** The last wish counts, whatever was wanted while another was asked. */
  async #ask(wish: Wish): Promise<void> {
    this.trouble.value = null;
    this.#next = wish.key === this.#asked?.key ? undefined : wish;
    if (this.#asked) return;
    this.isAsking.value = true;
    while (this.#next) {
      this.#asked = this.#next;
      this.#next = undefined;
      this.trouble.value = await this.#asked.ask().then(() => null, troubleOf);
    }
    this.#asked = undefined;
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
