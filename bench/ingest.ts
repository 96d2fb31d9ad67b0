import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startMariaDb } from '../db/testing-mariadb.ts';
import { emptyDatabase, openHouse, type BenchHouse } from './house.ts';
import type { Target } from './load/delivery.ts';
import type { RateAnswer, RateQuestion } from './load/rate.ts';
import {
  cpuOf,
  median,
  micros,
  millis,
  perSecond,
  watchForeignCpu,
  type BenchResult,
  type Line,
} from './measure.ts';
import { startPart } from './part.ts';

const connections = 64;
const rounds = 3;
const seconds = 0.8;
const goal = 3.5;
const secret = 'only-for-the-bench-0123456789';

interface Contender {
  name: string;
  target: Target;
  /** Whose CPU time counts. */
  pids: number[];
  /** More deliveries than it can take in one round. */
  most: number;
  rates: number[];
  cpu: number[];
  /** What it still did when the last delivery was answered, such as the search index: µs a message. */
  after: number[];
  p50: number[];
  p99: number[];
}

/** Signed webhook → commit → 200, 64 connections, ids never seen before. */
export async function benchIngest(): Promise<BenchResult> {
  await using parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'chatdock-bench-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  const mariadb = parts.use(await startMariaDb());
  const databasePid = mariadb.process.pid!;

  const contender = (name: string, target: Target, pids: number[], most: number): Contender => ({
    name,
    target,
    pids,
    most,
    rates: [],
    cpu: [],
    after: [],
    p50: [],
    p99: [],
  });
  const open = async (file: string, ...parameters: string[]) =>
    parts.use(await startPart<{ port: number }>(file, ...parameters));
  const local = (port: number): Target => ({ host: '127.0.0.1', port, path: '/webhook', secret });
  const product = (name: string, house: BenchHouse, ...pids: number[]): Contender =>
    contender(name, house.target, [house.pid, ...pids], 20_000);

  const raw = await open('limits/raw-http.ts', secret);
  const rivalLite = await open('rivals/select-then-insert.ts', `sqlite:${join(folder, 'rival.db')}`, secret);
  const rivalMaria = await open('rivals/select-then-insert.ts', await emptyDatabase(mariadb), secret);
  const houseLite = parts.use(await openHouse());
  const houseMaria = parts.use(await openHouse(await emptyDatabase(mariadb)));
  const limit = contender('limit', local(raw.ready.port), [raw.pid], 60_000);
  const pairs = [
    {
      database: 'SQLite',
      rival: contender('rival', local(rivalLite.ready.port), [rivalLite.pid], 15_000),
      product: product('product', houseLite),
    },
    {
      database: 'MariaDB',
      rival: contender('rival', local(rivalMaria.ready.port), [rivalMaria.pid, databasePid], 15_000),
      product: product('product', houseMaria, databasePid),
    },
  ];
  const all = [limit, ...pairs.flatMap(({ rival, product }) => [rival, product])];
  const generator = parts.use(await startPart('load/rate.ts'));
  const pids = [...new Set([process.pid, generator.pid, ...all.flatMap((one) => one.pids)])];
  const foreign = watchForeignCpu(() => pids);

  let run = 0;
  const take = async (one: Contender, length: number, counts: boolean): Promise<void> => {
    const question: RateQuestion = {
      kind: 'deliveries',
      connections,
      seconds: length,
      host: one.target.host,
      port: one.target.port,
      target: one.target,
      run: run++,
      most: Math.ceil(one.most * length),
    };
    const before = cpuOf(one.pids);
    const answer = await generator.ask<RateAnswer>(question);
    if (answer.wrong > 0) throw new Error(`${one.name} answered ${answer.wrong} deliveries with an error`);
    const end = cpuOf(one.pids);
    await untilAtRest(one.pids);
    if (!counts) return;
    one.rates.push(answer.answered / answer.seconds);
    one.cpu.push((end - before) / answer.answered);
    one.after.push((cpuOf(one.pids) - end) / answer.answered);
    one.p50.push(answer.p50);
    one.p99.push(answer.p99);
  };
  // Long enough for both to run compiled: a user's server is not one second old.
  for (const one of all) await take(one, 2, false);
  // There and back again, so that whoever is last in one round is first in the next.
  for (let round = 0; round < rounds; round++) {
    for (const one of round % 2 ? all.toReversed() : all) await take(one, seconds, true);
  }

  const lines = pairs.flatMap(({ database, rival, product }): Line[] => {
    const ratio = median(product.rates) / median(rival.rates);
    const cpuRatio = median(rival.cpu) / median(product.cpu);
    return [
      {
        what: `webhook → commit → 200, ${database}`,
        limit: perSecond(median(limit.rates)),
        rival: perSecond(median(rival.rates)),
        product: perSecond(median(product.rates)),
        ratio: `${ratio.toFixed(1)}×, ${(median(product.rates) / median(limit.rates)).toFixed(2)} of limit`,
        goal: `≥ ${goal}× rival`,
        share: ratio / goal,
      },
      {
        what: '  CPU per message, with the database',
        limit: micros(median(limit.cpu)),
        rival: micros(median(rival.cpu)),
        product: micros(median(product.cpu)),
        ratio: `${cpuRatio.toFixed(1)}×`,
        goal: '',
      },
      {
        what: '  and afterwards (search index)',
        limit: micros(median(limit.after)),
        rival: micros(median(rival.after)),
        product: micros(median(product.after)),
        ratio: '',
        goal: '',
      },
      {
        what: '  p50 / p99 at full load',
        ...Object.fromEntries(
          Object.entries({ limit, rival, product }).map(([name, one]) => [
            name,
            `${millis(median(one.p50))} / ${millis(median(one.p99))}`,
          ]),
        ),
        ratio: '',
        goal: '',
      } as Line,
    ];
  });
  return { lines, foreignCpu: foreign() };
}

/** What one puts off must not be done in another's round. */
async function untilAtRest(pids: readonly number[]): Promise<void> {
  for (let calm = 0, times = 0; calm < 2 && times < 60; times++) {
    const before = cpuOf([...pids]);
    await delay(250);
    calm = cpuOf([...pids]) - before <= 20_000 ? calm + 1 : 0;
  }
}
