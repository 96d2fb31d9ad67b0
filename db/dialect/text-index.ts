import type { Kysely } from 'kysely';

/** What has an index of its words: Messages with all that is in them, and internal notes. */
export type TextOf = 'message' | 'note';

/** A row of the index: the words are folded letters and digits of any script, nothing else. */
export interface TextRow {
  /** `message.id` or `note.id`. */
  item: number;
  doc: number;
  inbox_id: number;
  chat_id: number;
  digest: string;
  words: readonly string[];
}

/** `prefix`: words that begin so. */
export interface TextTerm {
  word: string;
  prefix: boolean;
}

export interface TextQuery {
  inboxIds: readonly number[];
  /** A Chat of the only Inbox. */
  chatId?: number | undefined;
  /** At least one; all must be there. */
  terms: readonly TextTerm[];
  /** Only what lies before this `doc`. */
  before?: number | undefined;
  limit: number;
}

export interface FoundTexts {
  /** Newest first. */
  rows: { item: number; doc: number }[];
  /** It was looked down to here, and no further: there may be more. Absent: there are no others, or the limit is reached. */
  downTo?: number;
}

/** Finding by words: each database has a way of its own. Nothing a person types is syntax in either. */
export interface TextIndex {
  /** As migration 0030 made it; 0062 has changed it since. */
  create(db: Kysely<never>): Promise<void>;
  /** They are not in the index. */
  insert(db: Kysely<never>, of: TextOf, rows: readonly TextRow[]): Promise<void>;
  remove(db: Kysely<never>, of: TextOf, rows: readonly { item: number; doc: number }[]): Promise<void>;
  find(db: Kysely<never>, of: TextOf, query: TextQuery): Promise<FoundTexts>;
  /** How many in a Chat, counting to `limit`; undefined where counting would take long. */
  count(db: Kysely<never>, of: TextOf, query: TextQuery): Promise<number | undefined>;
}
