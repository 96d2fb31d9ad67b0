import type { KyselyPlugin } from 'kysely';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import type { Database } from '../../db/database.ts';
import { findSessionRow, updateSessionRow } from '../../db/query/inbox.ts';
import {
  listStray,
  listWanted,
  releaseLease,
  renewLease,
  setWanted,
  takeLease,
} from '../../db/query/lease.ts';
import { describeDatabases } from '../../db/testing.ts';
import { newInbox } from '../chat/testing.ts';
import { ManualClock } from '../clock.ts';
import { leaseMs, LeaseKeeper } from './lease-keeper.ts';

const now = 1_795_000_000_000;

describeDatabases('leases', (database) => {
  const owned: AsyncDisposable[] = [];
  afterEach(async () => {
    for (const thing of owned.splice(0)) await thing[Symbol.asyncDispose]();
  });
  const take = (inboxId: number, owner: string, at = now, alone = false) =>
    takeLease(database().db, { inboxId, owner, now: at, until: at + leaseMs, alone });

  async function keep(alone: boolean, given?: Database) {
    // A row can be seen before the one who wrote it has the answer: only the answer counts.
    const asked = { asked: 0, answered: 0 };
    const counting: KyselyPlugin = {
      transformQuery: ({ node }) => {
        asked.asked += 1;
        return node;
      },
      transformResult: ({ result }) => {
        asked.answered += 1;
        return Promise.resolve(result);
      },
    };
    const db = given ?? database().db.withPlugin(counting);
    const inboxId = await newInbox(database().db, 'played');
    const clock = new ManualClock(now);
    const lease = await take(inboxId, 'a');
    const lost = vi.fn();
    const log = pino({ level: 'silent' });
    const keeper = new LeaseKeeper({ db, clock, log, lease: lease!, takenAt: now, alone, onLost: lost });
    owned.push(keeper);
    /** Lets time pass, second by second, and never while a renewal waits for its answer. */
    const pass = async (seconds: number): Promise<void> => {
      for (let n = 0; n < seconds; n++) {
        await clock.advance(1_000);
        await vi.waitFor(() => expect(asked.answered).toBe(asked.asked), { interval: 1, timeout: 30_000 });
      }
    };
    return { inboxId, clock, lost, pass, keeper };
  }

  test('two processes want one Session: one gets it, and the other when it has run out', async () => {
    const inboxId = await newInbox(database().db, 'played');
    const both = await Promise.all([take(inboxId, 'a'), take(inboxId, 'b')]);
    const got = both.filter((lease) => lease !== undefined);
    expect(got).toHaveLength(1);
    const loser = got[0]!.owner === 'a' ? 'b' : 'a';
    expect(await take(inboxId, loser, now + leaseMs)).toBeUndefined();
    const second = await take(inboxId, loser, now + leaseMs + 1);
    expect(second!.epoch).toBe(got[0]!.epoch + 1);
    expect(await renewLease(database().db, got[0]!, now + 2 * leaseMs)).toBe(false);
  });

  test('a lease given back is free at once; one taken over meanwhile is not given back', async () => {
    const inboxId = await newInbox(database().db, 'played');
    const first = (await take(inboxId, 'a'))!;
    await releaseLease(database().db, first);
    const second = (await take(inboxId, 'b'))!;
    await releaseLease(database().db, first);
    expect(await renewLease(database().db, second, now + 2 * leaseMs)).toBe(true);
  });

  test('alone, the lease of a dead process need not run out', async () => {
    const inboxId = await newInbox(database().db, 'played');
    await take(inboxId, 'dead');
    expect(await take(inboxId, 'us', now + 1, true)).toMatchObject({ owner: 'us' });
  });

  test('it is renewed until it ends, and then given back', async () => {
    const { inboxId, clock, lost, pass, keeper } = await keep(false);
    await pass(Math.ceil(leaseMs / 1_000) + 10);
    expect(await take(inboxId, 'b', clock.now())).toBeUndefined();
    await keeper[Symbol.asyncDispose]();
    expect(await findSessionRow(database().db, inboxId)).toMatchObject({ lease_owner: null, lease_until: 0 });
    expect(lost).not.toHaveBeenCalled();
    expect(clock.waiting).toBe(0);
  });

  test('lease lost to another process: told once, and the other’s is left alone', async () => {
    const { inboxId, lost, pass, keeper } = await keep(false);
    await take(inboxId, 'b', now, true);
    await pass(12);
    await vi.waitFor(() => expect(lost).toHaveBeenCalled(), { timeout: 30_000 });
    expect(lost).toHaveBeenCalledTimes(1);
    await keeper[Symbol.asyncDispose]();
    expect(await findSessionRow(database().db, inboxId)).toMatchObject({ lease_owner: 'b' });
  });

  test.each([
    ['among several: given up while there is time to take it down', false, true],
    ['alone: kept, for nobody else can have it', true, false],
  ])('the database is away, %s', async (_title, alone, isLost) => {
    const away = new Proxy(database().db, {
      get(db, name) {
        if (name === 'updateTable') throw new Error('connection refused');
        return Reflect.get(db, name) as unknown;
      },
    });
    const { clock, lost } = await keep(alone, away);
    let waited = 0;
    while (waited < leaseMs && !lost.mock.calls.length) {
      await clock.advance(5_000);
      waited += 5_000;
      await vi.waitFor(() => expect(clock.waiting > 0 || lost.mock.calls.length > 0).toBe(true), {
        interval: 1,
        timeout: 30_000,
      });
    }
    expect(lost.mock.calls.length > 0).toBe(isLost);
    if (isLost) expect(leaseMs - waited).toBeGreaterThanOrEqual(20_000);
  });

  test('what is wanted is started, what only looks alive is found, what lives on webhooks is neither', async () => {
    const { db } = database();
    const [wanted, stray, hook] = [
      await newInbox(db, 'played'),
      await newInbox(db, 'played'),
      await newInbox(db, 'none'),
    ];
    await setWanted(db, wanted, true);
    await updateSessionRow(db, wanted, { state: 'working' });
    await updateSessionRow(db, stray, { state: 'pairing' });
    await updateSessionRow(db, hook, { state: 'working', wanted: 1 });
    expect(await listWanted(db)).toEqual([wanted]);
    expect(await listStray(db)).toEqual([stray]);
  });
});
