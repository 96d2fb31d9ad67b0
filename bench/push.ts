import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMariaDb } from '../db/testing-mariadb.ts';
import { inboxTopic } from '../server/contract/topic.ts';
import { emptyDatabase, openHouse, type BenchHouse } from './house.ts';
import type { Target } from './load/delivery.ts';
import type { LatencyAnswer, LatencyQuestion } from './load/latency.ts';
import { median, millis, percentile, watchForeignCpu, type BenchResult, type Line } from './measure.ts';
import { startPart } from './part.ts';

const rate = 200;
const agents = 100;
const rounds = 3;
const seconds = 1.5;
const goals = { p50: 5, p99: 25 };

interface Contender {
  name: string;
  target: Target;
  topic: string;
  tickets: () => Promise<string[]>;
  p50: number[];
  p99: number[];
}

/** Webhook posted → WAMP EVENT read by one of a hundred clients, 200 messages a second. */
export async function benchPush(): Promise<BenchResult> {
  await using parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'chatdock-bench-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  const mariadb = parts.use(await startMariaDb());
  const limit = async (database: string, url: string) => {
    const part = parts.use(await startPart<{ port: number }>('limits/commit-and-push.ts', url));
    const target = { host: '127.0.0.1', port: part.ready.port, path: '/webhook', secret: 'none' };
    const urls = Array.from({ length: agents }, () => `ws://127.0.0.1:${part.ready.port}/ws`);
    const one: Contender = {
      name: `limit ${database}`,
      target,
      topic: 'any',
      tickets: async () => urls,
      p50: [],
      p99: [],
    };
    return { one, pid: part.pid };
  };
  const product = (database: string, house: BenchHouse) => ({
    one: {
      name: `product ${database}`,
      target: house.target,
      topic: inboxTopic(house.inboxId),
      tickets: () => socketsOf(house),
      p50: [],
      p99: [],
    } satisfies Contender as Contender,
    pid: house.pid,
  });
  const pairs = [
    {
      database: 'SQLite',
      limit: await limit('SQLite', `sqlite:${join(folder, 'limit.db')}`),
      product: product('SQLite', parts.use(await openHouse())),
    },
    {
      database: 'MariaDB',
      limit: await limit('MariaDB', await emptyDatabase(mariadb)),
      product: product('MariaDB', parts.use(await openHouse(await emptyDatabase(mariadb)))),
    },
  ];
  const generator = parts.use(await startPart('load/latency.ts'));
  const all = pairs.flatMap((pair) => [pair.limit, pair.product]);
  const pids = [process.pid, generator.pid, mariadb.process.pid!, ...all.map(({ pid }) => pid)];
  const foreign = watchForeignCpu(() => pids);

  let run = 0;
  const take = async ({ one }: { one: Contender }, length: number, counts: boolean): Promise<void> => {
    const { target, topic } = one;
    const sockets = await one.tickets();
    const { latencies, lost, wrong } = await generator.ask<LatencyAnswer>({
      target,
      topic,
      sockets,
      rate,
      seconds: length,
      run: run++,
    } satisfies LatencyQuestion);
    if (lost > 0 || wrong > 0)
      throw new Error(`${one.name}: ${lost} events lost, ${wrong} deliveries refused`);
    if (!counts) return;
    one.p50.push(percentile(latencies, 50));
    one.p99.push(percentile(latencies, 99));
  };
  for (const one of all) await take(one, 0.5, false);
  for (let round = 0; round < rounds; round++) {
    for (const one of round % 2 ? all.toReversed() : all) await take(one, seconds, true);
  }
  const lines = pairs.flatMap(({ database, limit, product }) =>
    (['p50', 'p99'] as const).map((which): Line => {
      const reached = median(product.one[which]);
      const least = median(limit.one[which]);
      return {
        what: which === 'p50' ? `webhook → client at ${rate}/s, ${agents} agents, ${database}: p50` : '  p99',
        limit: millis(least),
        rival: '',
        product: millis(reached),
        ratio: `${(reached / least).toFixed(1)}× limit`,
        goal: `≤ ${goals[which]} ms`,
        share: goals[which] / reached,
      };
    }),
  );
  return { lines, foreignCpu: foreign() };
}

/** A ticket opens one socket. */
async function socketsOf({ api, target }: BenchHouse): Promise<string[]> {
  return Promise.all(
    Array.from({ length: agents }, async () => {
      const { ticket } = await api.call<{ ticket: string }>('POST', '/auth/ticket');
      return `ws://${target.host}:${target.port}/ws?ticket=${encodeURIComponent(ticket)}`;
    }),
  );
}
