import type { Generated } from 'kysely';

/** A key with which a host page vouches for its Agents. */
export interface EmbedKeyTable {
  id: Generated<number>;
  organisation_id: number;
  /** Goes into the token's header; random, unique over the installation. */
  kid: string;
  name: string;
  /** The only algorithm this key may be used with. */
  algorithm: 'HS256' | 'RS256';
  /** HS256: the secret, sealed (table `embed_key`, row `kid`). RS256: the public key as PEM. */
  material: string;
  /** What `iss` has to say. */
  issuer: string;
  /** 1: an Agent nobody knows yet is made, with the role `agent`. */
  makes_agents: Generated<number>;
  created_at: number;
  last_used_at: Generated<number>;
  /** 0 = until revoked; after a rotation the day the old key ends; in the past = revoked. */
  ends_at: Generated<number>;
}

/** A token that has been exchanged: SHA-256 of key and `jti`, until it would have expired anyway. */
export interface EmbedTokenUsedTable {
  id: string;
  expires_at: number;
}
