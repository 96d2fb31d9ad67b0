import type { Generated } from 'kysely';

/** Somebody's server that is told by POST what happens in an Organisation's Inboxes. */
export interface EndpointTable {
  id: Generated<number>;
  organisation_id: number;
  url: string;
  description: string;
  format: 'chatdock' | 'waha';
  /** JSON: the types it wants; `[]` = all. */
  events: string;
  /** JSON: the Inboxes it is told of; null = all, also those made later. */
  inboxes: string | null;
  /** Sealed (table `endpoint`, row id). */
  secret: string;
  /** During a rotation the secret before this one signs too, until `previous_until`. */
  previous_secret: string | null;
  previous_until: Generated<number>;
  /** off: by its owner. gone: it answered 410. failing: no answer was good for days; what happens is kept for it. */
  state: 'on' | 'off' | 'gone' | 'failing';
  created_at: number;
  /** In a row. */
  failures: Generated<number>;
  failing_since: Generated<number>;
  paused_until: Generated<number>;
  last_ok_at: Generated<number>;
}

/** What happened, as it is told. Kept for two weeks, so that it can be told again. */
export interface EndpointEventTable {
  id: Generated<number>;
  organisation_id: number;
  inbox_id: number;
  /** Goes out as `webhook-id`: the same for every endpoint and every try. */
  name: string;
  type: string;
  /** 0: heard of from the phone's history. */
  live: number;
  /** JSON of OutgoingEvent. */
  body: string;
  at: number;
}

export interface EndpointDeliveryTable {
  id: Generated<number>;
  endpoint_id: number;
  /** `endpoint_event.id` */
  event: number;
  state: 'queued' | 'delivered' | 'dead';
  due_at: number;
  attempt: Generated<number>;
  lease: string | null;
  lease_until: Generated<number>;
  settled_at: Generated<number>;
}

export interface EndpointAttemptTable {
  id: Generated<number>;
  /** `endpoint_delivery.id` */
  delivery: number;
  at: number;
  ms: number;
  /** HTTP; null when no answer came. */
  status: number | null;
  /** Why not, in one word; null when all went well. */
  error: string | null;
  /** Beginning of the answer. */
  excerpt: string;
}

/**
 * How far an Inbox's changes have been told. Messages up to the id `newest` were here before anybody was told, or so long
 * ago that what they were told as is forgotten: they can change, but no longer arrive.
 */
export interface EndpointProgressTable {
  inbox_id: number;
  seq: number;
  message: number;
  newest: number;
  session_event: number;
}

/** What was last told of a Message: the next change is compared with it. */
export interface EndpointToldTable {
  /** `message.id` */
  message: number;
  at: number;
  ack: number;
  failed: number;
  edited_at: number;
  revoked_at: number;
  /** Digests. */
  reactions: string;
  rest: string;
}
