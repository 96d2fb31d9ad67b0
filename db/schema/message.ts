import type { Generated } from 'kysely';
import type { MessageType } from '../../server/contract/engine-event.ts';
import type { SendReason } from '../../server/contract/outcome.ts';

/**
 * One item in a Chat. The message key is UNIQUE (inbox_id, message_id, chat_id, from_me), compared byte for byte.
 * Until WhatsApp has given an id, `message_id` holds `~` + client id, which no WhatsApp id begins with.
 */
export interface MessageTable {
  id: Generated<number>;
  inbox_id: number;
  chat_id: number;
  message_id: string;
  from_me: number;
  client_id: string | null;
  agent_id: number | null;
  /** The member who wrote, in groups. */
  sender_contact_id: number | null;
  /** Name that came with the message, for senders who are no Contact yet known by name. */
  sender_name: string;
  type: MessageType;
  body: string;
  at: number;
  ack: number;
  /** 1: a live source has told of it (only those raise unread). */
  live: Generated<number>;
  /** Why it was not sent. */
  failure: SendReason | null;
  edited_at: number | null;
  revoked_at: number | null;
  quoted_message_id: string | null;
  /** JSON of MessageContent: what it holds beside text and file. */
  content: string | null;
  /** 0 = not passed on, 1 = forwarded, 2 = many times. */
  forwarded: Generated<number>;
  starred: Generated<number>;
  /** When the star was last told. */
  starred_at: Generated<number>;
  merged_into: number | null;
  seq: number;
}

export interface ReactionTable {
  /** `message.id` */
  message: number;
  /** 0 = us. */
  sender_contact_id: number;
  from_us: number;
  /** '' = taken back (kept so that an older one cannot return). */
  emoji: string;
  at: number;
}

/** How far one of our Messages got with one member of a group: the earliest time told for each rung. */
export interface ReceiptTable {
  /** `message.id` */
  message: number;
  contact_id: number;
  device_at: number | null;
  read_at: number | null;
  played_at: number | null;
}

/** What one person chose in a poll, as far as the latest word goes. */
export interface VoteTable {
  /** `message.id` */
  message: number;
  /** 0: we. */
  contact_id: number;
  /** JSON: the texts of the options in order; `[]` takes the vote back. */
  options: string;
  at: number;
}

/** A text that an edited Message has had. */
export interface MessageVersionTable {
  /** `message.id` */
  message: number;
  /** When it was edited to this; 0: as it was first written. */
  at: number;
  body: string;
  /** Of a first text the kind of Message it came with, `text` otherwise. */
  type: MessageType;
  /** The Agent by whose hand, where it was one. */
  agent_id: number | null;
}

/** The pending work of getting one outgoing Message to WhatsApp. Empty when all is well. */
export interface DeliveryTable {
  /** `message.id` */
  message: number;
  inbox_id: number;
  chat_id: number;
  state: 'queued' | 'sending' | 'unconfirmed' | 'uncertain' | 'failed';
  due_at: number;
  attempt: number;
  /** SHA-256 of the text: rule 3 of echo binding compares it within the Chat. */
  content_digest: string;
  /** The id an echo was bound to by rule 3, before the engine's answer: a guess until settled. */
  guessed_message_id: string | null;
  lease_owner: string | null;
  lease_until: number;
  created_at: number;
  /** JSON of DeliveryRequest. */
  request: string | null;
}

/** A fact about a Message not seen yet; applied and removed when the Message arrives, expires by age. */
export interface EarlyTable {
  id: Generated<number>;
  inbox_id: number;
  message_id: string;
  /** The Chat's Address as the fact told it: learning that two Addresses are one may give the fact its Message. */
  chat: string | null;
  /** Digest of the whole fact: the same fact twice is one row. */
  fact_digest: string;
  /** JSON of the EngineEvent. */
  fact: string;
  at: number;
}
