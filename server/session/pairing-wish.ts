import type { Pairing, SessionReport } from '../contract/session-state.ts';
import type { EngineSession } from '../engine/engine.ts';
import type { Log } from '../log.ts';

/** Which way of pairing a person wishes for, and how far the engine has got with it. */
export class PairingWish {
  #options: { inboxId: number; log: Log; refused(): void };
  #kind: 'qr' | 'code' | undefined;
  /** The number a pairing code is to be asked for as soon as the engine pairs. */
  #digits: string | undefined;
  /** A pairing code has been asked for and is not there yet. */
  #isAsked = false;
  #shown: Pairing | undefined;

  /** `refused`: WhatsApp gives no code for the number, and QR codes are shown again. */
  constructor(options: { inboxId: number; log: Log; refused(): void }) {
    this.#options = options;
  }

  /** Undefined: a QR code will do. */
  want(digits: string | undefined): void {
    this.#digits = digits;
  }
  /** A page that shows a pairing code, or is about to, shows no QR code any more. */
  get showsCode(): boolean {
    return this.#kind === 'code' || this.#isAsked;
  }
  /** The code that is shown, with its value, which is kept nowhere else. */
  get shown(): Pairing | undefined {
    return this.#shown;
  }
  /** The engine has ended, or pairs no more. */
  end(): void {
    this.pause();
    this.#isAsked = false;
  }
  /** It pairs no more for now. */
  pause(): void {
    this.#kind = undefined;
    this.#shown = undefined;
  }
  linked(): void {
    this.#digits = undefined;
    this.#isAsked = false;
  }

  /** The engine pairs. `isStill`: this engine, and in this state. */
  follow(report: SessionReport, session: EngineSession, isStill: () => boolean): void {
    this.#kind = report.pairing?.kind ?? this.#kind;
    this.#shown = report.pairing ?? this.#shown;
    if (report.code === 'pairing-code-refused' || report.pairing?.kind === 'code') this.#isAsked = false;
    if (this.#digits !== undefined) void this.ask(session, isStill);
  }

  /** Beside the turn: a page may take half a minute for it, and a stop need not wait. */
  async ask(session: EngineSession, isStill: () => boolean): Promise<void> {
    const digits = this.#digits;
    this.#digits = undefined;
    if (digits === undefined || !session.pair) return;
    this.#isAsked = true;
    try {
      await session.pair(digits);
    } catch (error) {
      const { log, inboxId, refused } = this.#options;
      log.warn({ err: error, inboxId }, 'no pairing code was given');
      if (!isStill()) return;
      this.#isAsked = false;
      refused();
    }
  }
}
