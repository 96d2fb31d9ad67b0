import type { SessionReport } from '../../contract/session-state.ts';
import { firstLine, trouble } from '../../engine-child/trouble.ts';
import type { Client } from './client.ts';
import { PairingCodes } from './codes.ts';
import { refreshQr } from './page-calls.ts';
import { within } from './time-limit.ts';

/** The page's own clock for renewing pairing codes is of no use to us: {@link PairingCodes} decides. */
const neverMs = 24 * 3_600_000;

/** Shows codes, keeps them fresh, and gives up when nobody uses them. */
export class Linking {
  readonly #codes = new PairingCodes();
  #client: Client;
  #report: (report: SessionReport) => void;
  /** The number a pairing code is wanted for; QR codes are not shown meanwhile. */
  #pairWith: string | undefined;
  #asking = false;

  constructor(client: Client, pairWith: string | undefined, report: (report: SessionReport) => void) {
    this.#client = client;
    this.#pairWith = pairWith;
    this.#report = report;
  }

  isShown(value: string): boolean {
    return this.#codes.current?.value === value;
  }

  /** The page has a QR code. */
  qr(value: string): void {
    if (this.#pairWith === undefined) return this.#show('qr', value);
    if (this.#codes.current?.kind !== 'code') this.askCode(this.#pairWith).catch(() => {});
  }
  /** The page has a pairing code. */
  code(value: string): void {
    this.#show('code', value);
  }
  #show(kind: 'qr' | 'code', value: string): void {
    this.#codes.show(kind, value, Date.now());
    const pairing = this.#codes.current;
    if (pairing) this.#report({ state: 'pairing', code: 'none', action: 'open-phone', pairing });
  }

  /** Rejects, and goes back to QR codes, when WhatsApp gives no code for this number. */
  async askCode(digits: string): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    this.#pairWith = digits;
    try {
      const asked = this.#client.requestPairingCode(digits, true, neverMs);
      await within(30_000, 'asking for a pairing code', asked);
    } catch (error) {
      this.#pairWith = undefined;
      const current = this.#codes.current;
      const qr = current?.kind === 'qr' ? { pairing: current } : {};
      this.#report({ ...trouble('pairing', 'pairing-code-refused', 'retry', firstLine(error)), ...qr });
      this.#refreshQr();
      throw error;
    } finally {
      this.#asking = false;
    }
  }

  /** False when it is time to give up. `idle`: the page makes no codes any more by itself. */
  keepFresh(idle: boolean): boolean {
    switch (this.#codes.due(Date.now(), idle)) {
      case 'give-up':
        return false;
      case 'refresh':
        this.#refreshQr();
        if (this.#pairWith !== undefined) this.askCode(this.#pairWith).catch(() => {});
        return true;
      default:
        return true;
    }
  }

  #refreshQr(): void {
    this.#client.pupPage?.evaluate(refreshQr).catch(() => {});
  }
}
