import type { Tx } from '../../db/database.ts';
import { earlyQuery, type EarlyRow } from '../../db/query/early.ts';
import { takeSeq } from '../../db/query/inbox.ts';
import { messagesByMessageIdQuery, type MessageRow } from '../../db/query/message.ts';
import type { Ahead, AheadRows } from './ahead.ts';

export interface Taken {
  seq: number;
  turns: number;
  /** That of the turn before. */
  era: string;
  /** How far apart the ids of one insert lie; undefined where they are told with it. */
  idStep: number | undefined;
  ahead: AheadRows | undefined;
}

/** Takes the Inbox's turn and reads in the same packet what it is sure to ask for. */
export async function takeWithRows(
  tx: Tx,
  inboxId: number,
  ahead: Ahead = { early: [], messages: [] },
): Promise<Taken | undefined> {
  const { early, messages } = ahead;
  const taken = await takeSeq(tx, inboxId, [
    ...(early.length > 0 ? [earlyQuery(inboxId, early)] : []),
    ...(messages.length > 0 ? [messagesByMessageIdQuery(inboxId, messages)] : []),
  ]);
  if (!taken) return undefined;
  const { seq, turns, era, idStep, answers } = taken;
  const earlyRows = (early.length > 0 ? answers.shift() : []) as EarlyRow[];
  const messageRows = (messages.length > 0 ? answers.shift() : []) as MessageRow[];
  return { seq, turns, era, idStep, ahead: { ...ahead, earlyRows, messageRows } };
}
