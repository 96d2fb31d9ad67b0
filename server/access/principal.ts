import type { ApiScope } from '../contract/access.ts';
import type { Role } from '../contract/wire.ts';

/** Who is signed in: what every edge (HTTP, sockets) knows of a caller. */
export interface Principal {
  /** 0: an API key. */
  readonly agentId: number;
  /** SHA-256 of the session token: names the sign-in and opens nothing. `key:<id>` for an API key. */
  readonly agentSessionId: string;
  readonly organisationId: number;
  /** An API key has no role of its own: routes let it in by its scopes alone. */
  readonly role: Role;
  readonly mode: 'cookie' | 'bearer' | 'key';
  /** SHA-256 of the anti-forgery token (cookie mode), else ''. */
  readonly csrf: string;
  /** Whether an Inbox of the Organisation is among those the caller may see. */
  readonly sees: (inboxId: number) => boolean;
  /** Of an API key; empty for people. */
  readonly scopes: readonly ApiScope[];
}

/** Payload of the bus channel `signed-out`: an Agent's sign-ins, or one of them, have ended. */
export type SignedOut = { agentId: number } | { agentSessionId: string };

const everything = (): boolean => true;

/** All but the Inboxes listed. */
export function seesAllBut(hidden: readonly number[]): (inboxId: number) => boolean {
  if (hidden.length === 0) return everything;
  const ids = new Set(hidden);
  return (inboxId) => !ids.has(inboxId);
}

/** The Inboxes listed and no others; null: all. */
export function seesOnly(list: readonly number[] | null): (inboxId: number) => boolean {
  if (list === null) return everything;
  const ids = new Set(list);
  return (inboxId) => ids.has(inboxId);
}
