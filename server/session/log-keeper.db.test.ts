import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { insertSessionEvents } from '../../db/query/inbox.ts';
import { readCaughtUp } from '../../db/query/lease.ts';
import { describeDatabases } from '../../db/testing.ts';
import { newInbox, openTestRoom } from '../chat/testing.ts';
import { ManualClock } from '../clock.ts';
import type { SessionState } from '../contract/session-state.ts';
import { SessionLogKeeper } from './log-keeper.ts';
import { poll } from './testing.ts';

const day = 86_400_000;

describeDatabases('the log of Sessions’ lives', (database) => {
  /** An Inbox with an entry a day, the newest of today. */
  async function logged(db: Database, clock: ManualClock, states: readonly SessionState[]): Promise<number> {
    const inboxId = await newInbox(db, 'played');
    const now = clock.now();
    await insertSessionEvents(
      db,
      states.map((state, index) => ({
        inbox_id: inboxId,
        at: now - (states.length - 1 - index) * day,
        state,
        code: 'none' as const,
        action: 'none' as const,
        detail: '',
        lasted: 0,
        event: 'state' as const,
        number: '',
        engine: '',
        engine_version: '',
        connected_ms: null,
        last_action: '',
        last_action_at: null,
      })),
    );
    return inboxId;
  }
  const statesOf = async (db: Database, inboxId: number) => {
    const rows = db.selectFrom('session_event').select('state').where('inbox_id', '=', inboxId);
    return (await rows.orderBy('id').execute()).map(({ state }) => state);
  };

  test('is kept for as long as is set, also when much is old; since when a number is linked is never forgotten', async () => {
    const { db } = database();
    await using room = openTestRoom(db);
    const clock = new ManualClock();
    const many = await logged(db, clock, [...Array<SessionState>(30).fill('lost'), 'degraded', 'working']);
    const linked = await logged(db, clock, [
      'working',
      'lost',
      'logged-out',
      'starting',
      'working',
      ...Array<SessionState>(9).fill('degraded'),
    ]);
    const since = await readCaughtUp(db, linked);
    await using keeper = new SessionLogKeeper({ db, clock, log: room.log, keepMs: 3 * day, batch: 7 });
    await poll(() => clock.waiting).toBe(1);
    expect(await statesOf(db, many)).toEqual(['lost', 'lost', 'degraded', 'working']);
    expect(await statesOf(db, linked)).toEqual([
      'logged-out',
      'working',
      ...Array<string>(4).fill('degraded'),
    ]);
    expect(await readCaughtUp(db, linked)).toEqual(since);
    for (let quarter = 0; quarter < 8; quarter++) {
      await clock.advance(day / 4);
      await poll(() => clock.waiting).toBe(1);
    }
    expect(await statesOf(db, many)).toEqual(['degraded', 'working']);
    await keeper[Symbol.asyncDispose]();
    expect(clock.waiting).toBe(0);
  });
});
