import type { Pairing } from '../../contract/session-state.ts';

const firstMs = 60_000;
const nextMs = 20_000;
const codeMs = 180_000;
/** A phone's owner who has not scanned by then has gone away; each code costs WhatsApp's servers a little. */
const qrTurns = 6;
const codeTurns = 3;
/** How late the page may be with a new QR before we ask for one ourselves. */
const lateMs = 5_000;

/** The codes of one attempt to link: which one is shown, when it is stale, when to give up. Pure. */
export class PairingCodes {
  #current: Pairing | undefined;
  #askedAt = 0;

  get current(): Pairing | undefined {
    return this.#current;
  }

  /** A code the page shows. `undefined` when it is the one already known, which the page tells several times. */
  show(kind: Pairing['kind'], value: string, now: number): Pairing | undefined {
    const before = this.#current;
    if (before?.value === value && before.kind === kind) return undefined;
    const turn = before?.kind === kind ? before.turn + 1 : 1;
    const lives = kind === 'code' ? codeMs : turn === 1 ? firstMs : nextMs;
    this.#current = { kind, value, issuedAt: now, expiresAt: now + lives, turn };
    return this.#current;
  }

  /** What is due. `idle`: the page has stopped making codes by itself. */
  due(now: number, idle: boolean): 'nothing' | 'refresh' | 'give-up' {
    const code = this.#current;
    if (!code) return 'nothing';
    const last = code.turn >= (code.kind === 'qr' ? qrTurns : codeTurns);
    if (last) return idle || now >= code.expiresAt ? 'give-up' : 'nothing';
    const late = now >= code.expiresAt + lateMs;
    if (!(idle || late) || now - this.#askedAt < lateMs) return 'nothing';
    this.#askedAt = now;
    return 'refresh';
  }
}
