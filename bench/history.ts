import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMariaDb } from '../db/testing-mariadb.ts';
import { emptyDatabase } from './house.ts';
import type { RowsQuestion } from './limits/bulk-insert.ts';
import type { CoreQuestion } from './load/in-process.ts';
import { median, micros, perSecond, watchForeignCpu, type BenchResult, type Line } from './measure.ts';
import { startPart } from './part.ts';
import { runner, takeTurns, type Runner } from './turns.ts';

/** Together 100,000 messages, in slices between which the others take their turn. */
const slices = 5;
const slice = 20_000;
const goals = { core: 0.6, limit: 0.6 };
const amounts = { limit: 20_000, core: 10_000 };

/** History pages → `receive(…, 'history')` → commit: 100,000 messages nobody knew, then the same again. */
export async function benchHistory(): Promise<BenchResult> {
  await using parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'chatdock-bench-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  const mariadb = parts.use(await startMariaDb());
  const contest = async (database: string, url: string, pids: number[]) => {
    const part = parts.use(await startPart('load/in-process.ts', url));
    const limit = parts.use(await startPart('limits/bulk-insert.ts', url));
    const ours = [part.pid, ...pids];
    const live = (round: number) =>
      ({
        kind: 'live',
        run: round * 10 + 2,
        messages: amounts.core,
        inboxes: 1,
        hands: 200,
      }) satisfies CoreQuestion;
    const past = (round: number) =>
      ({ kind: 'history', run: 5, from: round * slice, messages: slice }) satisfies CoreQuestion;
    return {
      database,
      limit: runner(
        limit,
        [limit.pid, ...pids],
        (round) => ({ run: round * 10 + 1, messages: amounts.limit, lanes: 1 }) satisfies RowsQuestion,
      ),
      core: runner(part, ours, live),
      // The warming slice is one of the hundred thousand.
      history: runner(part, ours, past),
      again: runner(part, ours, past),
    };
  };
  const contests = [
    await contest('SQLite', `sqlite:${join(folder, 'history.db')}`, []),
    await contest('MariaDB', await emptyDatabase(mariadb), [mariadb.process.pid!]),
  ];
  const all = contests.flatMap(({ limit, core, history }) => [limit, core, history]);
  const pids = [...new Set([process.pid, ...all.flatMap((one) => one.pids)])];
  const foreign = watchForeignCpu(() => pids);
  await takeTurns(all, 1, slices - 1);
  await takeTurns(
    contests.map(({ again }) => again),
    1,
    slices - 1,
  );

  const times = (ratio: number): string => `${ratio.toFixed(2)}×`;
  const rate = (one: Runner): number => median(one.rates);
  const lines = contests.flatMap(({ database, limit, core, history, again }): Line[] => {
    const ofCore = rate(history) / rate(core);
    const ofLimit = rate(history) / rate(limit);
    return [
      {
        what: `100,000 messages of history, ${database}: live messages`,
        limit: perSecond(rate(core)),
        rival: '',
        product: perSecond(rate(history)),
        ratio: times(ofCore),
        goal: `≥ ${goals.core}× the core`,
        share: ofCore / goals.core,
      },
      {
        what: '  rows alone, 100 a statement',
        limit: perSecond(rate(limit)),
        rival: '',
        product: perSecond(rate(history)),
        ratio: times(ofLimit),
        goal: `≥ ${goals.limit}× limit`,
        share: ofLimit / goals.limit,
      },
      {
        what: '  the same once more, all known',
        limit: '',
        rival: perSecond(rate(history)),
        product: perSecond(rate(again)),
        ratio: times(rate(again) / rate(history)),
        goal: '',
      },
      {
        what: '  CPU per message, with the database',
        limit: micros(median(limit.cpu)),
        rival: '',
        product: micros(median(history.cpu)),
        ratio: `${times(median(limit.cpu) / median(history.cpu))} limit, ${times(median(core.cpu) / median(history.cpu))} the core`,
        goal: '',
      },
    ];
  });
  return { lines, foreignCpu: foreign() };
}
