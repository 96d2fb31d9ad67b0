import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { mysqlForTest, sqliteForTest } from '../../db/testing.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { contradictions, dump, history } from './law.testing.ts';
import type { Rules } from './merge.ts';
import { newInbox, openTestRoom } from './testing.ts';

/** What the database holds after the events have been received in these batches, one after the other. */
async function told(db: Database, batches: EngineEvent[][], rules: Partial<Rules> = {}): Promise<unknown> {
  await using test = openTestRoom(db, { rules });
  const inboxId = await newInbox(db);
  for (const batch of batches) await test.room.receive(inboxId, batch, 'engine');
  expect(await contradictions(db, inboxId)).toEqual([]);
  expect(test.logged.filter((line) => /"level":"(error|fatal)"/.test(line))).toEqual([]);
  return dump(db, inboxId);
}

function law(db: Database, rules: Partial<Rules> = {}) {
  return fc.asyncProperty(history, async ({ events, batches }) => {
    const once = await told(db, [events], rules);
    expect(await told(db, batches, rules)).toEqual(once);
  });
}

const seed = Number(process.env['CHATDOCK_LAW_SEED'] ?? Math.floor(Math.random() * 1_000_000_000));

describe.each([
  ['SQLite', sqliteForTest, Number(process.env['CHATDOCK_LAW_RUNS'] ?? 100)],
  ['MariaDB', mysqlForTest, 25],
] as const)('the law on %s', (_, open, numRuns) => {
  test(`any order, repetition and batching gives the same rows (seed ${seed})`, async () => {
    await using database = await open();
    await fc.assert(law(database.db), { numRuns, seed });
  });
});

describe('the alarm rings for a merge that', () => {
  const broken: [string, Partial<Rules>][] = [
    ['drops early facts', { keepsEarlyFacts: false }],
    ['lets the last ack win', { joinAck: (_, told) => told }],
    [
      'knows messages by the serialised id',
      { messageIdOf: ({ messageId, chat, fromMe }) => `${fromMe}_${chat}_${messageId}` },
    ],
  ];
  test.each(broken)('%s', async (_, rules) => {
    await using database = await sqliteForTest();
    const result = await fc.check(law(database.db, rules), { numRuns: 60, seed, endOnFailure: true });
    expect(result.failed).toBe(true);
  });
});
