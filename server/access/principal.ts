import type { Role } from '../contract/wire.ts';

/** Who is signed in: what every edge (HTTP, sockets) knows of a caller. */
export interface Principal {
  readonly agentId: number;
  /** SHA-256 of the session token: names the sign-in and opens nothing. */
  readonly agentSessionId: string;
  readonly organisationId: number;
  readonly role: Role;
  readonly mode: 'cookie' | 'bearer';
  /** SHA-256 of the anti-forgery token (cookie mode), else ''. */
  readonly csrf: string;
}

/** Payload of the bus channel `signed-out`: an Agent's sign-ins, or one of them, have ended. */
export type SignedOut = { agentId: number } | { agentSessionId: string };
