import type { SessionReport } from '../../contract/session-state.ts';
import { trouble } from '../../engine-child/trouble.ts';

/** WhatsApp's and the library's number for an end: of a Boom, as the library throws them. */
export function codeOf(error: unknown): number {
  const { output } = (error ?? {}) as { output?: { statusCode?: unknown } };
  return typeof output?.statusCode === 'number' ? output.statusCode : 500;
}

/** WhatsApp's number for a question it will not answer; 500 for everything else. */
export function refusalOf(error: unknown): number {
  const { data } = (error ?? {}) as { data?: unknown };
  return typeof data === 'number' && Number.isFinite(data) ? data : codeOf(error);
}

/** Linked, and the socket is to be opened again at once: nothing has ended. */
export const isRestart = (code: number): boolean => code === 515;

export type Phase = 'connecting' | 'pairing' | 'syncing' | 'working';

/** What an end means, by its number (`facts`: 401, 403, 405, 408, 411, 428, 440, 500, 503). */
export function endOf(code: number, phase: Phase, detail: string): SessionReport {
  const said = `${code} ${detail}`;
  switch (code) {
    case 401:
      return trouble('logged-out', 'logged-out-on-phone', 'pair-again', said);
    case 403:
      return trouble('failed', 'restricted', 'open-phone', said);
    case 405:
      return trouble('failed', 'outdated', 'update', said);
    case 411:
      return trouble('failed', 'extra-step-on-phone', 'extra-step-on-phone', said);
    case 408:
      // The codes are used up and nobody came; otherwise the network kept us waiting.
      return phase === 'pairing'
        ? trouble('failed', 'qr-expired', 'retry', said)
        : trouble('lost', 'no-internet', 'retry', said);
    case 428:
      return trouble('lost', 'no-internet', 'retry', said);
    case 440:
      return trouble('lost', 'taken-over', 'retry', said);
    case 503:
      return trouble('lost', 'not-responding', 'retry', said);
    default:
      return trouble('lost', 'engine-error', 'retry', said);
  }
}
