import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Database } from '../../db/database.ts';
import { mysqlForTest, sqliteForTest } from '../../db/testing.ts';
import { forAtMost } from '../../db/testing-limit.ts';
import { contradictions, dump } from '../chat/testing-dump.ts';
import type { Rules } from '../chat/merge.ts';
import { dialectFolders, openDoor, recordedOf, type TestDoor } from './testing.ts';
import { storyOf, type Story } from './testing-story.ts';

const stories = dialectFolders().map((dialect) => storyOf(dialect));

/** A delivery by its place in the story, or the history of that place. */
interface Step {
  what: 'delivery' | 'history';
  place: number;
}

async function play(door: TestDoor, story: Story, steps: readonly Step[], atOnce: number): Promise<void> {
  for (let start = 0; start < steps.length; start += atOnce) {
    await Promise.all(
      steps.slice(start, start + atOnce).map(async ({ what, place }) => {
        if (what === 'history') {
          await door.test.room.receive(door.inboxId, [story.history[place]!], 'history');
          return;
        }
        const { headers, raw } = story.deliveries[place]!;
        const answer = await door.post(`/webhook/${story.dialect}/org1`, raw, headers);
        if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body}`);
      }),
    );
  }
}

/** Every step of the story `times` over, in the order told. */
function stepsOf(story: Story, times: { delivery: number; history: number }): Step[] {
  const all = [
    ...story.deliveries.map((_, place): Step => ({ what: 'delivery', place })),
    ...story.history.map((_, place): Step => ({ what: 'history', place })),
  ];
  return all.flatMap((step) => Array.from({ length: times[step.what] }, () => step));
}

async function rowsAfter(
  db: Database,
  story: Story,
  steps: readonly Step[],
  atOnce: number,
  rules: Partial<Rules> = {},
): Promise<unknown> {
  const { secret } = await recordedOf(story.dialect);
  await using door = await openDoor(db, { dialect: story.dialect, secret, rules });
  await play(door, story, steps, atOnce);
  expect(await contradictions(db, door.inboxId)).toEqual([]);
  return dump(db, door.inboxId);
}

async function replay(
  db: Database,
  story: Story,
  rules: Partial<Rules> = {},
  times = { delivery: 3, history: 2 },
  limitMs?: number,
) {
  const steps = stepsOf(story, times);
  const once = await rowsAfter(db, story, stepsOf(story, { delivery: 1, history: 1 }), 1);
  return fc.asyncProperty(
    fc.shuffledSubarray(steps, { minLength: steps.length }),
    fc.integer({ min: 1, max: 12 }),
    forAtMost(limitMs, async (order, atOnce) => {
      expect(await rowsAfter(db, story, order, atOnce, rules)).toEqual(once);
    }),
  );
}

const asked = process.env['CHATDOCK_LAW_RUNS'];
const limitMs = asked ? undefined : 7_000;
const seed = Number(process.env['CHATDOCK_LAW_SEED'] ?? Math.floor(Math.random() * 1_000_000_000));

describe.each([
  ['SQLite', sqliteForTest, Number(asked ?? 12)],
  ['MariaDB', mysqlForTest, 5],
] as const)('all that was recorded and told, over HTTP into %s', (_, open, numRuns) => {
  test.each(stories)(
    `$dialect: shuffled, three times over, among the same history: the rows of once and in order (seed ${seed})`,
    { timeout: 180_000 },
    async (story) => {
      await using database = await open();
      await fc.assert(await replay(database.db, story, {}, undefined, limitMs), { numRuns, seed });
    },
  );
});

test.each(stories)('$dialect: SQLite and MariaDB hold the same rows', async (story) => {
  const rows = await Promise.all(
    [sqliteForTest, mysqlForTest].map(async (open) => {
      await using database = await open();
      return await rowsAfter(database.db, story, stepsOf(story, { delivery: 2, history: 1 }), 6);
    }),
  );
  expect(rows[1]).toEqual(rows[0]);
});

test('the two servers tell the same conversation', async () => {
  await using database = await sqliteForTest();
  const bodies = await Promise.all(
    stories.map(async (story) => {
      const { messages } = (await rowsAfter(
        database.db,
        story,
        stepsOf(story, { delivery: 1, history: 0 }),
        1,
      )) as {
        messages: { type: string; body: string; content: string | null }[];
      };
      return messages.map(({ type, body, content }) => `${type} ${body} ${content}`).toSorted();
    }),
  );
  const [first, second] = bodies;
  const told = (line: string): boolean =>
    !/^text (hello|hi|to be|group hi|typed|edited|hello via)/.test(line);
  expect(first!.filter(told)).toEqual(second!.filter(told));
  expect(first!.filter(told).length).toBeGreaterThan(8);
});

describe('the alarm rings for a merge that', () => {
  const broken: [string, Partial<Rules>][] = [
    ['drops early facts', { keepsEarlyFacts: false }],
    ['takes the last ack for the best', { joinAck: (_, b) => b }],
    [
      'knows messages by what a server calls them',
      { messageIdOf: ({ messageId, fromMe }) => `${fromMe}_${messageId}x` },
    ],
  ];
  test.each(broken)('%s', async (_, rules) => {
    await using database = await sqliteForTest();
    const story = stories.find(({ dialect }) => dialect === 'waha')!;
    // Told once only: what is told three times over forgives a broken merge much.
    const result = await fc.check(await replay(database.db, story, rules, { delivery: 1, history: 1 }), {
      numRuns: 30,
      seed,
      endOnFailure: true,
    });
    expect(result.failed).toBe(true);
  });
});
