import { transact, type Database, type Tx } from '../../db/database.ts';
import { readHead, stepSeq } from '../../db/query/inbox.ts';
import { Problem } from '../contract/problem.ts';
import type { Ahead } from './ahead.ts';
import type { Eras } from './eras.ts';
import { flush } from './flush.ts';
import type { InboxMemory } from './inbox-memory.ts';
import type { Rules } from './merge.ts';
import { takeWithRows, type Taken } from './take.ts';
import { Turn, type WrittenRows } from './turn.ts';

export interface TurnResult<T> {
  value: T;
  /** The numbers taken: `from <= to`; from > to when nothing that clients see has changed. */
  from: number;
  to: number;
  /** The history they count in. */
  era: string;
  /** The changed rows, where the turn had them all in memory. */
  rows: WrittenRows | undefined;
}

class NothingWritten<T> extends Error {
  readonly value: T;
  constructor(value: T) {
    super('nothing written');
    this.value = value;
  }
}

/**
 * Runs `work` as one turn of the Inbox: `update inbox set seq = seq + 1` first, whose row lock is the turn. A turn that
 * changed nothing is rolled back and takes no number. Problems: `not-found`.
 */
export async function takeTurn<T>(
  options: {
    db: Database;
    inboxId: number;
    now: number;
    rules: Rules;
    memory: InboxMemory;
    eras: Eras;
    ahead?: Ahead | undefined;
  },
  work: (turn: Turn) => Promise<T>,
): Promise<TurnResult<T>> {
  const { db, inboxId, now, rules, memory, eras } = options;
  try {
    const { turn, turns, result } = await transact(db, async (tx) => {
      const taken = rules.takesTurns
        ? await takeWithRows(tx, inboxId, options.ahead)
        : await nextSeq(tx, inboxId);
      if (taken === undefined) throw new Problem('not-found');
      const { seq: first, turns, idStep, ahead } = taken;
      const { era, isOurs } = rules.takesTurns
        ? await eras.eraOf(tx, inboxId, { era: taken.era, seq: first - 1 })
        : { era: taken.era, isOurs: true };
      if (!isOurs) memory.forget(inboxId);
      const remembered = memory.recall(inboxId, turns, rules.isNext);
      const turn = new Turn({ tx, inboxId, seq: first, now, rules, idStep, remembered, ahead });
      const value = await work(turn);
      await flush(turn);
      if (!rules.takesTurns) await stepSeq(tx, inboxId);
      if (turn.visible) return { turn, turns, result: { value, from: first, to: turn.seq, era } };
      if (!turn.wrote) throw new NothingWritten(value);
      await stepSeq(tx, inboxId, -1);
      return { turn, turns, result: { value, from: first, to: first - 1, era } };
    });
    turn.promised?.settle(turn.chats.values());
    memory.keep(turn, turns);
    eras.leave(inboxId, { era: result.era, seq: result.to });
    return { ...result, rows: turn.visible ? turn.written() : undefined };
  } catch (error) {
    if (error instanceof NothingWritten)
      return { value: error.value as T, from: 1, to: 0, era: '', rows: undefined };
    throw error;
  }
}

/** What a writer takes who does not wait for its turn. */
async function nextSeq(tx: Tx, inboxId: number): Promise<Taken> {
  const { seq, era } = (await readHead(tx, inboxId)) ?? { seq: 0, era: '' };
  return {
    seq: seq + 1,
    turns: Number.NaN,
    era,
    idStep: undefined,
    ahead: undefined,
  };
}
