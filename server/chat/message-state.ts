import type { MessageRow, ReactionRow } from '../../db/query/message.ts';
import type { Tracked } from './tracked.ts';

/** A Message in a turn's memory. */
export interface MessageState extends Tracked<MessageRow> {
  /** By sender; undefined until they are needed. */
  reactions: Map<number, ReactionRow> | undefined;
  reactionsChanged: boolean;
  /** Something clients see beside its own columns has changed (its Delivery): takes a new `seq`. */
  touched: boolean;
}
