import type { Session } from '../../../server/contract/wire.ts';
import type { Desk } from './desk.ts';

/** Whether an outgoing Message can leave now. Said again here because the contract's module brings zod along. */
export function canSend(session: Session | undefined): boolean {
  return session?.state === 'working' || session?.state === 'degraded';
}

/** No phone is linked and one could be: history can still be read, but nothing comes or goes. */
export function needsLinking(desk: Desk | undefined): boolean {
  const session = desk?.session.peek();
  if (!session || !session.capabilities.pairing.length) return false;
  return (
    session.state === 'pairing' ||
    session.state === 'logged-out' ||
    ((session.state === 'stopped' || session.state === 'starting' || session.state === 'failed') &&
      !session.me)
  );
}
