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

const rounds = 3;
const goals = { limit: 0.4, rival: 4 };
/** To MariaDB, of each: the product has as many Inboxes. SQLite has one writer. */
const connections = 4;
/** A round of each takes about as long. */
const amounts = { limit: 20_000, rival: 1_500, product: 10_000, single: 500 };

/** Facts → `receive` → commit, without HTTP, against rows alone and against a transaction per message. */
export async function benchCore(): Promise<BenchResult> {
  await using parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'chatdock-bench-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  const mariadb = parts.use(await startMariaDb());
  const contest = async (database: string, url: string, lanes: number, pids: number[]) => {
    const product = parts.use(await startPart('load/in-process.ts', url));
    const limit = parts.use(await startPart('limits/bulk-insert.ts', url));
    const rival = parts.use(await startPart('rivals/transaction-each.ts', url));
    const rows = (messages: number, kind: number) => (round: number) =>
      ({ run: round * 10 + kind, messages, lanes }) satisfies RowsQuestion;
    const live = (messages: number, hands: number, kind: number) => (round: number) =>
      ({
        kind: 'live',
        run: round * 10 + kind,
        messages,
        inboxes: hands > 1 ? lanes : 1,
        hands,
      }) satisfies CoreQuestion;
    return {
      database,
      limit: runner(limit, [limit.pid, ...pids], rows(amounts.limit, 1)),
      product: runner(product, [product.pid, ...pids], live(amounts.product, 200, 2)),
      single: runner(product, [product.pid, ...pids], live(amounts.single, 1, 3)),
      rival: runner(rival, [rival.pid, ...pids], rows(amounts.rival, 4)),
    };
  };
  const contests = [
    await contest('SQLite', `sqlite:${join(folder, 'core.db')}`, 1, []),
    await contest('MariaDB', await emptyDatabase(mariadb), connections, [mariadb.process.pid!]),
  ];
  const all = contests.flatMap(({ limit, product, single, rival }) => [limit, product, single, rival]);
  const pids = [...new Set([process.pid, ...all.flatMap((one) => one.pids)])];
  const foreign = watchForeignCpu(() => pids);
  await takeTurns(all, 1, rounds);

  const times = (ratio: number): string => `${ratio.toFixed(2)}×`;
  const rate = (one: Runner): number => median(one.rates);
  const lines = contests.flatMap(({ database, limit, product, single, rival }): Line[] => {
    const ofLimit = rate(product) / rate(limit);
    const ofRival = rate(product) / rate(rival);
    const cpuOfLimit = median(limit.cpu) / median(product.cpu);
    const cpuOfRival = median(rival.cpu) / median(product.cpu);
    return [
      {
        what: `receive, ${database}: rows alone, 100 a statement`,
        limit: perSecond(rate(limit)),
        rival: '',
        product: perSecond(rate(product)),
        ratio: times(ofLimit),
        goal: `≥ ${goals.limit.toFixed(2)}× limit`,
        share: ofLimit / goals.limit,
      },
      {
        what: '  a transaction per message, by hand',
        limit: '',
        rival: perSecond(rate(rival)),
        product: perSecond(rate(product)),
        ratio: times(ofRival),
        goal: `≥ ${goals.rival}× rival`,
        share: ofRival / goals.rival,
      },
      {
        what: '  the product, one message at a time',
        limit: '',
        rival: perSecond(rate(single)),
        product: perSecond(rate(product)),
        ratio: times(rate(product) / rate(single)),
        goal: '',
      },
      {
        what: '  CPU per message, with the database',
        limit: micros(median(limit.cpu)),
        rival: micros(median(rival.cpu)),
        product: micros(median(product.cpu)),
        ratio: `${times(cpuOfLimit)} limit, ${times(cpuOfRival)} rival`,
        goal: '',
      },
    ];
  });
  return { lines, foreignCpu: foreign() };
}
