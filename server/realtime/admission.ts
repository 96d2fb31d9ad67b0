import type { Access, Principal as SignedIn } from '../access/index.ts';
import type { Principal } from './gate.ts';

/** Tickets of the product's own sign-ins: which Inboxes one may hear is asked of the sign-in as it stands then. */
export function redeemWith(
  access: Pick<Access, 'redeemTicket' | 'current'>,
  inboxesOf: (principal: SignedIn) => Promise<readonly { id: number }[]>,
): (ticket: string) => Promise<Principal | undefined> {
  return async (ticket) => {
    const principal = await access.redeemTicket(ticket);
    if (!principal) return undefined;
    return {
      ...principal,
      inboxIds: async () => {
        const now = await access.current(principal.agentSessionId);
        return now ? (await inboxesOf(now)).map(({ id }) => id) : [];
      },
    };
  };
}
