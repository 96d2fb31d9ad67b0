import type { Generated } from 'kysely';
import type { Role } from '../../server/contract/wire.ts';

/** An Agent who may see a restricted Inbox. */
export interface InboxAgentTable {
  inbox_id: number;
  agent_id: number;
}

/** A key of another backend. Only its SHA-256 is stored. */
export interface ApiKeyTable {
  id: Generated<number>;
  organisation_id: number;
  name: string;
  /** `cdk_ab12…wxyz`: enough for a person to tell two keys apart. */
  masked: string;
  digest: string;
  /** By blanks. */
  scopes: string;
  /** JSON list of ids; null: every Inbox, also those made later. */
  inboxes: string | null;
  created_by: number;
  created_at: number;
  last_used_at: Generated<number>;
  /** 0: never. */
  expires_at: Generated<number>;
  revoked_at: Generated<number>;
}

/** What "connect" has made for an Organisation: asking again finds it here. */
export interface ConnectionTable {
  organisation_id: number;
  name: string;
  /** `client_…` */
  session: string;
  inbox_id: number;
  api_key_id: number;
  created_at: number;
}

/** Lets the phone's owner scan without an account. The key is the SHA-256 of the token. */
export interface ConnectLinkTable {
  id: string;
  organisation_id: number;
  inbox_id: number;
  created_by: number;
  created_at: number;
  expires_at: number;
  /** SHA-256 of the first browser's secret; '': nobody has opened it. */
  browser: Generated<string>;
  ended_at: Generated<number>;
  ended_by: Generated<'' | 'connected' | 'revoked'>;
}

/** The key is the SHA-256 of the token in the one-time link. */
export interface InvitationTable {
  id: string;
  organisation_id: number;
  email: string;
  name: string;
  role: Role;
  /** JSON list of ids of restricted Inboxes the new Agent may see. */
  inboxes: string;
  created_by: number;
  created_at: number;
  expires_at: number;
  used_at: Generated<number>;
  revoked_at: Generated<number>;
}

/** An Agent's second factor. Counts once it was confirmed. */
export interface AgentTotpTable {
  agent_id: number;
  /** Sealed, base32. */
  sealed: string;
  confirmed_at: Generated<number>;
  /** The newest time step whose code was used: none before it, nor itself, works again. */
  last_step: Generated<number>;
}

export interface AgentRecoveryTable {
  agent_id: number;
  digest: string;
}

/** Wrong tries of signing in, counted over all processes. The key is a digest: no e-mail, no address stands here. */
export interface SignInTryTable {
  id: string;
  tries: number;
  ends_at: number;
}

/** The newest entry of an Organisation's audit log; its row lock makes writers take turns. */
export interface AuditHeadTable {
  organisation_id: number;
  number: number;
  hash: string;
}

/** An act that has begun and is not in the log yet; what a crash leaves here is written down afterwards. */
export interface AuditIntentTable {
  id: string;
  at: number;
  /** JSON. */
  act: string;
}

/** Append-only: each row holds the hash of the one before. */
export interface AuditTable {
  organisation_id: number;
  number: number;
  at: number;
  /** `agent:1`, `key:2`, `link`, `operator`, `nobody`. */
  actor: string;
  act: string;
  subject: string;
  detail: string;
  ip: string;
  previous: string;
  hash: string;
}
