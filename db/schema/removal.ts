import type { Generated } from 'kysely';

/** An Inbox that was taken out of use. While `ended_at` is 0 something of it is still to be done. */
export interface InboxRemovalTable {
  inbox_id: number;
  /** Whose it was: of one that is deleted, the row of the Inbox says so no more. */
  organisation_id: number;
  name: string;
  /** Digits; '' when no phone was linked. */
  number: string;
  /** keep: what was written can still be read. delete: all of it goes. */
  mode: 'keep' | 'delete';
  /** Whether WhatsApp was told that the device is unlinked; '': not tried yet. */
  phone: Generated<'' | 'told' | 'not-told' | 'not-linked'>;
  /** Deleted so far. */
  messages: Generated<number>;
  /** What ran it, to be brought back with: 'none' lived on webhooks, '' is not known. */
  engine: Generated<string>;
  begun_at: number;
  ended_at: Generated<number>;
}

/** A file that a deleted Message named: it goes from the store unless somebody else names it. */
export interface RemovedFileTable {
  digest: string;
  due_at: number;
}

/** A webhook whose Inbox was taken out of use: who posts there is told so. */
export interface WebhookGoneTable {
  dialect: string;
  session: string;
  /** The Inbox it fed; 0: not known. */
  inbox_id: Generated<number>;
  gone_at: number;
}
