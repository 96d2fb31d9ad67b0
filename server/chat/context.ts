import type { Database } from '../../db/database.ts';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Capabilities } from '../contract/capability.ts';
import type { Log } from '../log.ts';
import type { Shows } from './admit.ts';
import type { Eras } from './eras.ts';
import type { Publisher } from './publish.ts';
import type { Rules } from './merge.ts';
import type { InboxMemory } from './inbox-memory.ts';
import type { Ahead } from './ahead.ts';
import { takeTurn, type TurnResult } from './take-turn.ts';
import type { Turn } from './turn.ts';

/** What every feature of the room works with. */
export interface Context {
  db: Database;
  bus: Bus;
  clock: Clock;
  log: Log;
  rules: Rules;
  publisher: Publisher;
  memory: InboxMemory;
  eras: Eras;
  capabilitiesOf: (engine: string) => Capabilities;
  shows: Shows;
}

/** One turn of the Inbox; what it changed is published after the commit. */
export async function inTurn<T>(
  context: Context,
  inboxId: number,
  work: (turn: Turn) => Promise<T>,
  ahead?: Ahead,
): Promise<TurnResult<T>> {
  const { db, rules, clock, publisher, memory, eras } = context;
  const result = await takeTurn({ db, inboxId, now: clock.now(), rules, memory, eras, ahead }, work);
  publisher.announce(inboxId, result);
  return result;
}
