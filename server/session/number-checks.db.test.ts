import { pino } from 'pino';
import { expect, test } from 'vitest';
import { describeDatabases } from '../../db/testing.ts';
import { ManualClock } from '../clock.ts';
import type { Address } from '../contract/address.ts';
import { EngineUnavailable, type EngineSession } from '../engine/engine.ts';
import { mostNumbers, NumberChecker } from './number-checks.ts';

const hour = 3_600_000;

describeDatabases('whether numbers are on WhatsApp', (database) => {
  let inboxes = 0;
  function open() {
    const inboxId = (inboxes += 10);
    const clock = new ManualClock();
    const asked: string[][] = [];
    let answers: () => Promise<void> = () => Promise.resolve();
    const session = {
      findNumbers: async (digits: readonly string[]) => {
        asked.push([...digits]);
        await answers();
        return digits
          .filter((one) => !one.endsWith('0'))
          .map((one) => ({ digits: one, address: `${one}@c.us` as Address }));
      },
    } as unknown as EngineSession;
    const live = new Map([[inboxId, session]]);
    const make = () =>
      new NumberChecker({
        db: database().db,
        clock,
        log: pino({ level: 'silent' }),
        live: (inboxId) => live.get(inboxId),
      });
    const on = (run: typeof answers) => (answers = run);
    return { inboxId, clock, asked, live, make, on };
  }

  test('asks about many in one question, keeps the answer for a term, and a "no" for a shorter one', async () => {
    const { inboxId, clock, asked, make } = open();
    const checker = make();
    const both = ['39331', '39330'];
    const first = await checker.check(inboxId, both);
    expect([...first]).toEqual([
      ['39331', true],
      ['39330', false],
    ]);
    expect(asked).toEqual([both]);
    // Also another process, and after a restart.
    expect(await make().check(inboxId, both)).toEqual(first);
    await clock.advance(4 * 24 * hour);
    await checker.check(inboxId, both);
    expect(asked).toEqual([both, ['39330']]);
    await clock.advance(30 * 24 * hour);
    await checker.check(inboxId, ['39331']);
    expect(asked.at(-1)).toEqual(['39331']);
  });

  test('asks no more than is seemly: in a minute and in a day, whoever asks and however often', async () => {
    const { inboxId, clock, asked, make } = open();
    const checkers = [make(), make()];
    let next = 100_001;
    const batch = (n: number) => Array.from({ length: n }, () => `3${(next += 2)}`);
    let known = 0;
    for (let round = 0; round < 6; round++) {
      known += (await checkers[round % 2]!.check(inboxId, batch(20))).size;
    }
    expect(known).toBe(mostNumbers.aMinute);
    for (let round = 0; round < 60; round++) {
      await clock.advance(hour / 60);
      known += (await checkers[0]!.check(inboxId, batch(20))).size;
    }
    expect(known).toBe(mostNumbers.aDay);
    await clock.advance(24 * hour);
    expect((await checkers[0]!.check(inboxId, batch(20))).size).toBe(20);
    expect(Math.max(...asked.map((one) => one.length))).toBeLessThanOrEqual(20);
  });

  test('two who ask at once ask WhatsApp once; one that is not linked, or does not answer, costs nothing', async () => {
    const { inboxId, asked, make, live, on } = open();
    const checker = make();
    let open2 = (): void => {};
    on(() => new Promise((resolve) => (open2 = resolve)));
    const both = [checker.check(inboxId, ['39331']), checker.check(inboxId, ['39331'])];
    await expect.poll(() => asked.length).toBe(1);
    open2();
    expect((await Promise.all(both)).map((one) => one.get('39331'))).toEqual([true, true]);
    expect(asked).toHaveLength(1);
    on(() => Promise.reject(new EngineUnavailable('crashed')));
    expect((await checker.check(inboxId, ['39335'])).size).toBe(0);
    on(() => Promise.resolve());
    expect((await checker.check(inboxId, ['39335'])).get('39335')).toBe(true);
    expect((await checker.check(inboxId + 1, ['39331'])).size).toBe(0);
    live.clear();
    expect((await checker.check(inboxId, ['39331', '39337'])).size).toBe(1);
  });
});
