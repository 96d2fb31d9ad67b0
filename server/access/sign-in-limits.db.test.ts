import { expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { describeDatabases } from '../../db/testing.ts';
import { ManualClock } from '../clock.ts';
import { Problem } from '../contract/problem.ts';
import { SignInLimits, signInLimits } from './sign-in-limits.ts';

async function problemOf(action: Promise<unknown>): Promise<Problem | undefined> {
  try {
    await action;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  return undefined;
}

function limitsOf(db: Database, clock = new ManualClock()): SignInLimits {
  return new SignInLimits({
    db,
    clock,
    onFault: (error) => {
      throw error;
    },
  });
}

/** A name and a household's address that no other test here has. */
let last = 0;
const fresh = () => ({ account: `a${++last}@x`, ip: `2001:db8:0:${last}::1` });

describeDatabases('limits of signing in', (database) => {
  test('from the sixth wrong try on, one account from one IP waits; after the window it may try again', async () => {
    const clock = new ManualClock();
    const limits = limitsOf(database().db, clock);
    const { account, ip } = fresh();
    for (let n = 0; n < signInLimits.pair; n++) await limits.take(account, ip);
    const refused = await problemOf(limits.take(account, ip));
    expect(refused?.code).toBe('too-many-requests');
    expect(refused?.retryAfter).toBe(signInLimits.windowMs / 1000);
    expect(await problemOf(limits.take(account, fresh().ip))).toBeUndefined();
    expect(await problemOf(limits.take(fresh().account, ip))).toBeUndefined();
    await clock.advance(signInLimits.windowMs);
    for (let n = 0; n < signInLimits.pair; n++) await limits.take(account, ip);
    expect((await problemOf(limits.take(account, ip)))?.retryAfter).toBe(signInLimits.windowMs / 1000);
  });

  test('two processes count together, and a restart forgets nothing', async () => {
    const { db } = database();
    const clock = new ManualClock();
    const processes = [limitsOf(db, clock), limitsOf(db, clock)];
    const { account, ip } = fresh();
    // Guesses at the same time, through both.
    const all = await Promise.all(
      Array.from({ length: 20 }, (_one, n) => problemOf(processes[n % 2]!.take(account, ip))),
    );
    expect(all.filter((problem) => problem === undefined)).toHaveLength(signInLimits.pair);
    const restarted = limitsOf(db, clock);
    expect((await problemOf(restarted.take(account, ip)))?.code).toBe('too-many-requests');
  });

  test('one wrong try on each of many accounts is stopped by the IP', async () => {
    const limits = limitsOf(database().db);
    const { ip } = fresh();
    let passed = 0;
    while (passed < 200 && !(await problemOf(limits.take(fresh().account, ip)))) passed++;
    expect(passed).toBe(signInLimits.ip);
  });

  test('all addresses of one IPv6 household are one IP', async () => {
    const limits = limitsOf(database().db);
    const { account, ip } = fresh();
    const neighbour = (n: number): string => ip.replace(/1$/, `${n.toString(16)}:5:6:7`);
    for (let n = 0; n < signInLimits.pair; n++) await limits.take(account, neighbour(n + 1));
    expect((await problemOf(limits.take(account, neighbour(99))))?.code).toBe('too-many-requests');
    let passed = signInLimits.pair;
    while (passed < 200 && !(await problemOf(limits.take(fresh().account, neighbour(passed))))) passed++;
    expect(passed).toBe(signInLimits.ip);
  });

  test('one account guessed from many IPs is stopped too', async () => {
    const limits = limitsOf(database().db);
    const { account } = fresh();
    let passed = 0;
    while (passed < 200 && !(await problemOf(limits.take(account, fresh().ip)))) passed++;
    expect(passed).toBe(signInLimits.account);
  });

  test('a right password is no try, however often', async () => {
    const limits = limitsOf(database().db);
    const { account, ip } = fresh();
    for (let n = 0; n < 20; n++) {
      const taken = await limits.take(account, ip);
      await taken.giveBack();
      await taken.giveBack();
    }
    for (let n = 0; n < signInLimits.pair; n++) await limits.take(account, ip);
    expect((await problemOf(limits.take(account, ip)))?.code).toBe('too-many-requests');
  });

  test('a try given back after its window was counted in no other', async () => {
    const clock = new ManualClock();
    const limits = limitsOf(database().db, clock);
    const { account, ip } = fresh();
    const slow = await limits.take(account, ip);
    await clock.advance(signInLimits.windowMs);
    for (let n = 0; n < signInLimits.pair; n++) await limits.take(account, ip);
    await slow.giveBack();
    expect((await problemOf(limits.take(account, ip)))?.code).toBe('too-many-requests');
  });

  test('what is over is dropped, and a flood of made-up accounts frees no guesser', async () => {
    const { db } = database();
    const clock = new ManualClock();
    const limits = limitsOf(db, clock);
    const count = async () => (await db.selectFrom('sign_in_try').select('id').execute()).length;
    const { account, ip } = fresh();
    for (let n = 0; n < signInLimits.pair; n++) await limits.take(account, ip);
    await clock.advance(1_000);
    for (let n = 0; n < 30; n++) await limits.take(fresh().account, fresh().ip);
    await limits.prune(40);
    expect(await count()).toBeLessThan(60);
    expect((await problemOf(limits.take(account, ip)))?.code).toBe('too-many-requests');
    await clock.advance(3 * signInLimits.windowMs);
    await limits.prune();
    expect(await count()).toBe(0);
  });

  test('names and addresses are stored as digests only', async () => {
    const { db } = database();
    await limitsOf(db).take('somebody@crm.example', '198.51.100.77');
    const rows = JSON.stringify(await db.selectFrom('sign_in_try').selectAll().execute());
    expect(rows).not.toMatch(/somebody|198\.51/);
  });
});
