import type { Tx } from '../../db/database.ts';
import { beginEra, isPast } from '../../db/query/era.ts';
import type { Position } from '../contract/wire.ts';

/**
 * Where this process left each Inbox. It is a follower like any other: who finds, with its first turn or after one of its
 * own, that it cannot know whether the database still is the one it was, begins a new era. So what a database that was
 * brought back counts is never taken for what was counted before and is lost.
 */
export class Eras {
  #left = new Map<number, Position>();

  /**
   * The era of a turn that has just been taken, where `found` is what the turn before it left. `isOurs`: nothing has
   * happened to the Inbox's history since our last turn but further turns.
   */
  async eraOf(tx: Tx, inboxId: number, found: Position): Promise<{ era: string; isOurs: boolean }> {
    const left = this.#left.get(inboxId);
    if (left && (await isPast(tx, inboxId, { head: found, position: left })))
      return { era: found.era, isOurs: left.era === found.era };
    return { era: await beginEra(tx, inboxId, found.seq), isOurs: false };
  }

  /** After the commit of a turn; turns may tell of theirs in another order than they committed. */
  leave(inboxId: number, position: Position): void {
    const left = this.#left.get(inboxId);
    if (left?.era !== position.era || left.seq < position.seq) this.#left.set(inboxId, position);
  }
}
