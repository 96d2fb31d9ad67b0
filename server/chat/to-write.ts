import type { Insertable } from 'kysely';
import type { MediaRow } from '../../db/query/media-facts.ts';
import type { MessageVersionRow } from '../../db/query/message-version.ts';
import type { ReceiptRow } from '../../db/query/receipt.ts';
import type { VoteRow } from '../../db/query/vote.ts';
import type { MediaTable } from '../../db/schema/media.ts';
import type { MessageType } from '../contract/engine-event.ts';
import type { MessageState } from './message-state.ts';

// What a turn gathers beside its rows, for the flush to write.

/** A text that is told of an edited Message. */
export interface ToldText {
  body: string;
  type?: MessageType;
  editedAt?: number | null;
  agentId?: number;
}

/** What hangs on a WhatsApp id in other tables, on its way to the Message that has this id now. */
export interface Carried {
  message: MessageState;
  receipts: readonly ReceiptRow[];
  votes: readonly VoteRow[];
  versions: readonly MessageVersionRow[];
  /** A file that only WhatsApp has, for a Message that is new. */
  media: Omit<MediaRow, 'id'> | undefined;
}

/** The file of a Message that we send. */
export type OutgoingFile = Omit<Insertable<MediaTable>, 'id' | 'inbox_id' | 'message' | 'seq'>;
