import type { Generated } from 'kysely';
import type { Role } from '../../server/contract/wire.ts';

/** The tenant. */
export interface OrganisationTable {
  id: Generated<number>;
  name: string;
  created_at: number;
}

/** A person using the CRM. `email` is unique over the whole installation, stored lower case. */
export interface AgentTable {
  id: Generated<number>;
  organisation_id: number;
  email: string;
  name: string;
  role: Role;
  /** argon2id in PHC form. */
  password_hash: string;
  locale: string;
  /** 0 = may sign in. */
  disabled_at: number;
  created_at: number;
}

/** One sign-in of an Agent. The key is the SHA-256 of the token; the token itself is stored nowhere. */
export interface AgentSessionTable {
  id: string;
  agent_id: number;
  mode: 'cookie' | 'bearer';
  /** SHA-256 of the anti-forgery token (cookie mode), else ''. */
  csrf: string;
  /** The page origin it was made from; '' for our own. */
  origin: string;
  user_agent: string;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  /** The key of the host page that vouched for the Agent; 0: signed in by password. */
  embed_key_id: Generated<number>;
}

/** One-time door opener of a socket. The key is the SHA-256 of the ticket. */
export interface TicketTable {
  id: string;
  agent_session_id: string;
  expires_at: number;
}

/** A page origin the Organisation allows to embed the widget: `https://crm.example`. */
export interface AllowedOriginTable {
  organisation_id: number;
  origin: string;
}

/** Settings of an Organisation by name; secrets are sealed (see server/access/seal.ts). */
export interface SettingTable {
  organisation_id: number;
  name: string;
  value: string;
}
