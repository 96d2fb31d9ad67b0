import type { EarlyRow } from '../../db/query/early.ts';
import type { MessageRow } from '../../db/query/message.ts';

/** Message ids a turn is sure to ask for: read in the same packet that takes the turn, behind its row lock. */
export interface Ahead {
  /** Whose waiting facts are wanted. */
  early: readonly string[];
  /** Whose Messages are wanted. */
  messages: readonly string[];
}

export interface AheadRows extends Ahead {
  earlyRows: readonly EarlyRow[];
  messageRows: readonly MessageRow[];
}
