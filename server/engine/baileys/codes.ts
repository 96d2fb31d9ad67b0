import type { Pairing, SessionReport } from '../../contract/session-state.ts';
import { firstLine, trouble } from '../../engine-child/trouble.ts';
import type { WASocket } from './socket.ts';
import { within } from './time-limit.ts';

/** QR codes live 60 s, then 20 s each; six of them. */
const firstCodeMs = 60_000;
const nextCodeMs = 20_000;
const pairingCodeMs = 160_000;

export interface CodesOptions {
  /** A pairing code for this number in place of QR codes. */
  pairWith: string | undefined;
  /** Undefined where nothing can be linked. */
  socket(): Pick<WASocket, 'requestPairingCode'> | undefined;
  report(report: SessionReport): void;
}

/** The codes by which a phone is linked: one QR code after the other, or a pairing code where somebody wants that. */
export class Codes {
  #options: CodesOptions;
  #pairing: Pairing | undefined;
  #pairWith: string | undefined;
  #isAsking = false;

  constructor(options: CodesOptions) {
    this.#options = options;
    this.#pairWith = options.pairWith;
  }

  linked(): void {
    this.#pairWith = undefined;
  }
  /** WhatsApp has a new QR code. */
  show(value: string): void {
    if (this.#pairing?.kind === 'code' || this.#isAsking) return;
    if (this.#pairWith !== undefined) return void this.pair(this.#pairWith).catch(() => {});
    const turn = this.#pairing ? this.#pairing.turn + 1 : 1;
    this.#show({ kind: 'qr', value, ...times(turn === 1 ? firstCodeMs : nextCodeMs), turn });
  }
  #show(pairing: Pairing): void {
    this.#pairing = pairing;
    this.#options.report({ state: 'pairing', code: 'none', action: 'open-phone', pairing });
  }
  /** A pairing code in place of QR codes. Rejects, and goes back to QR codes, when there is none to be had. */
  async pair(digits: string): Promise<void> {
    const socket = this.#options.socket();
    if (this.#isAsking || !socket) return;
    this.#isAsking = true;
    try {
      const asked = socket.requestPairingCode(digits);
      const value = await within(20_000, 'asking for a pairing code', asked);
      const turn = this.#pairing?.kind === 'code' ? this.#pairing.turn + 1 : 1;
      this.#show({ kind: 'code', value, ...times(pairingCodeMs), turn });
    } catch (error) {
      this.#pairWith = undefined;
      const qr = this.#pairing?.kind === 'qr' ? { pairing: this.#pairing } : {};
      this.#options.report({
        ...trouble('pairing', 'pairing-code-refused', 'retry', firstLine(error)),
        ...qr,
      });
      throw error;
    } finally {
      this.#isAsking = false;
    }
  }
}

function times(livesMs: number): { issuedAt: number; expiresAt: number } {
  const now = Date.now();
  return { issuedAt: now, expiresAt: now + livesMs };
}
