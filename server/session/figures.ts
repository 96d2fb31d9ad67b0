import type { SessionCode } from '../contract/session-state.ts';

/** What has been counted of one Session since the process began. */
export interface Figures {
  connects: number;
  disconnects: number;
  /** Starts again that were tried. */
  reconnects: number;
  /** … that did not get as far as working. */
  failedReconnects: number;
  breakerOpened: number;
  qrCodes: number;
  pairingCodes: number;
  sent: number;
  received: number;
  errors: number;
  lastError: { at: number; code: SessionCode | 'send-failed'; message: string } | undefined;
}

export function noFigures(): Figures {
  return {
    connects: 0,
    disconnects: 0,
    reconnects: 0,
    failedReconnects: 0,
    breakerOpened: 0,
    qrCodes: 0,
    pairingCodes: 0,
    sent: 0,
    received: 0,
    errors: 0,
    lastError: undefined,
  };
}

export function sumFigures(all: Iterable<Figures>): Figures {
  const sum = noFigures();
  for (const one of all) {
    sum.connects += one.connects;
    sum.disconnects += one.disconnects;
    sum.reconnects += one.reconnects;
    sum.failedReconnects += one.failedReconnects;
    sum.breakerOpened += one.breakerOpened;
    sum.qrCodes += one.qrCodes;
    sum.pairingCodes += one.pairingCodes;
    sum.sent += one.sent;
    sum.received += one.received;
    sum.errors += one.errors;
    if (one.lastError && one.lastError.at >= (sum.lastError?.at ?? 0)) sum.lastError = one.lastError;
  }
  return sum;
}
