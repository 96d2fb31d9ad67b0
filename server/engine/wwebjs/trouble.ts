import type { SessionReport } from '../../contract/session-state.ts';
import { firstLine, trouble } from '../../engine-child/trouble.ts';

/** The page went elsewhere under the call: whether it took effect is not known, and the next call may work. */
export const isNavigation = (error: unknown): boolean =>
  /context was destroyed|cannot find context|detached frame|frame (was|got) detached|navigat/i.test(
    firstLine(error),
  );

export const isNetwork = (error: unknown): boolean => /net::ERR_/.test(firstLine(error));
export const isNotOnWhatsApp = (error: unknown): boolean =>
  /No LID for user|wid error|invalid wid/i.test(firstLine(error));

/** What a failed start means. */
export function startTrouble(error: unknown): SessionReport {
  const detail = firstLine(error);
  if (isNetwork(error)) return trouble('lost', 'no-internet', 'retry', detail);
  if (/auth timeout|ready timeout|Timed out after|TimeoutError/i.test(detail))
    return trouble('failed', 'start-timeout', 'retry', detail);
  if (/Failed to launch|spawn |ENOENT|EACCES|not found at/i.test(detail))
    return trouble('failed', 'no-browser', 'ask-operator', detail);
  if (/Target closed|Session closed|Connection closed|disconnected/i.test(detail))
    return trouble('lost', 'browser-crashed', 'retry', detail);
  return trouble('failed', 'engine-error', 'retry', detail);
}

/** What WhatsApp's socket state means once linked. `undefined`: all is well, or it will be without us. */
export function socketTrouble(state: string): { report: SessionReport; ends: boolean } | undefined {
  switch (state) {
    case 'OPENING':
    case 'TIMEOUT':
    case 'PAIRING':
      return { report: trouble('degraded', 'no-internet', 'wait', state), ends: false };
    case 'CONFLICT':
      return { report: trouble('lost', 'taken-over', 'retry', state), ends: true };
    case 'DEPRECATED_VERSION':
      return { report: trouble('failed', 'outdated', 'update', state), ends: true };
    case 'TOS_BLOCK':
    case 'SMB_TOS_BLOCK':
      return { report: trouble('failed', 'restricted', 'open-phone', state), ends: true };
    case 'PROXYBLOCK':
      return { report: trouble('failed', 'no-internet', 'ask-operator', state), ends: true };
    case 'UNPAIRED':
    case 'UNPAIRED_IDLE':
      // Not yet a log-out: a fresh start either restores the link or shows a code.
      return { report: trouble('lost', 'engine-error', 'retry', state), ends: true };
    default:
      return undefined;
  }
}
