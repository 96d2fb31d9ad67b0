import type { Kysely, RawBuilder } from 'kysely';

/** A row of the index: the words are folded letters and digits of any script, nothing else. */
export interface TextRow {
  message: number;
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
  chatId?: number | undefined;
  /** At least one; all must be there. */
  terms: readonly TextTerm[];
  /** Only what lies before this `doc`. */
  before?: number | undefined;
  limit: number;
}

/** Finding Messages by words: each database has a way of its own. Nothing a person types is syntax in either. */
export interface TextIndex {
  create(db: Kysely<never>): Promise<void>;
  /** The Messages are not in the index. */
  insert(db: Kysely<never>, rows: readonly TextRow[]): Promise<void>;
  remove(db: Kysely<never>, rows: readonly { message: number; doc: number }[]): Promise<void>;
  /** Newest first. */
  find(query: TextQuery): RawBuilder<{ message: number; doc: number }>;
}
