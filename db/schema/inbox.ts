import type { Generated } from 'kysely';
import type {
  SessionAction,
  SessionCode,
  SessionEventKind,
  SessionState,
} from '../../server/contract/session-state.ts';

/** The durable stream of Chats of one WhatsApp number. `seq` is the counter every write to the Inbox's data takes. */
export interface InboxTable {
  id: Generated<number>;
  organisation_id: number;
  name: string;
  seq: number;
  /** Counts the turns that wrote anything, seen or not: whoever changes rows of the Inbox's data counts it on. */
  turns: Generated<number>;
  /** The history that `seq` counts in, see {@link InboxEraTable}. */
  era: Generated<string>;
  /** `seq` of the inbox row itself (name). */
  row_seq: number;
  created_at: number;
  /** 0: every Agent of the Organisation sees it; 1: those of `inbox_agent`, supervisors and admins. */
  restricted: Generated<number>;
}

/**
 * The histories an Inbox's counter has counted in, as this database knows them: each ended where the next began. A database
 * that was brought back knows nothing of those begun in what was lost.
 */
export interface InboxEraTable {
  inbox_id: number;
  /** 0, 1, … */
  n: number;
  /** Random; '0': all that was before eras were kept. */
  era: string;
  /** The last `seq` before it. */
  since: number;
}

/** The live link of an Inbox. One row an Inbox, made with it. */
export interface SessionTable {
  inbox_id: number;
  /** Engine folder name; 'none' for an Inbox that lives on webhooks alone. */
  engine: string;
  upstream: string;
  /** 1: should be running (started at boot, restarted when lost). */
  wanted: number;
  state: SessionState;
  code: SessionCode;
  action: SessionAction;
  since: number;
  me_address: string | null;
  me_name: string;
  progress: number | null;
  /** JSON of {@link Pairing} without its value, null when there is nothing to show. Erased on every other state. */
  pairing: string | null;
  lease_owner: string | null;
  lease_epoch: number;
  lease_until: number;
  /** History has been pulled on link: newest `at` seen, for catch-up. */
  caught_up_at: number;
  /** While the circuit breaker is open: until when, ms. 0: it is not. */
  retry_at: Generated<number>;
  /** Starts in a row that have failed: those that count for the breaker, and all of them. */
  failures: Generated<number>;
  restarts: Generated<number>;
  /** The folder that ran it last, by the name it carries; null: none so far. */
  home: Generated<string | null>;
  seq: number;
}

/** The log of a Session's life, for people who ask why it ended. */
export interface SessionEventTable {
  id: Generated<number>;
  inbox_id: number;
  at: number;
  state: SessionState;
  code: SessionCode;
  action: SessionAction;
  detail: string;
  /** How long the state before had lasted, ms. */
  lasted: number;
  event: Generated<SessionEventKind>;
  /** Our own; '' while it is not known. */
  number: Generated<string>;
  engine: Generated<string>;
  engine_version: Generated<string>;
  /** Since it last connected, ms. */
  connected_ms: Generated<number | null>;
  /** What was last asked of it or heard from it, and when. */
  last_action: Generated<string>;
  last_action_at: Generated<number | null>;
}

/** A foreign server's webhook that feeds an Inbox. `session` is that server's name for it. */
export interface WebhookTable {
  id: Generated<number>;
  inbox_id: number;
  dialect: string;
  session: string;
  /** Sealed; null only where an operator has allowed unsigned deliveries by name. */
  secret: string | null;
  /** During a rotation the secret before this one, until `previous_until`. */
  previous_secret: string | null;
  previous_until: number;
  created_at: number;
  last_at: number;
}

/** Pulling the history of a whole Inbox, newest Chats first. A Chat is done when its `backfilled_at` is `started_at`. */
export interface BackfillTable {
  inbox_id: number;
  state: 'running' | 'done' | 'stopped';
  /** Not further back than this, ms. */
  since: number;
  per_chat: number;
  /** That were not here before. */
  messages: number;
  started_at: number;
  ended_at: number | null;
}

/** What an engine must keep and nobody may read, sealed; rows of one Session. */
export interface SessionKeyTable {
  inbox_id: number;
  /** The engine's own word for it: `creds`, `session`, `pre-key`, `message`, … */
  kind: string;
  id: string;
  /** `v1:kid:iv:tag:text`, bound to Inbox, kind and id. */
  sealed: string;
  at: number;
}

/** A copy of the folder an engine keeps its link in: which parts belong together, and the sealed key that opens them. */
export interface SessionArchiveTable {
  inbox_id: number;
  /** The parts of no other one count. */
  generation: number;
  engine: string;
  /** Of 32 bytes in base64: `v1:kid:iv:tag:text`, bound to Inbox and generation. */
  sealed: string;
  parts: number;
  bytes: number;
  at: number;
}

/** At most a quarter of a MiB each, so that no limit on packets matters. */
export interface SessionArchivePartTable {
  inbox_id: number;
  generation: number;
  /** 0, 1, … */
  part: number;
  bytes: Uint8Array;
}
