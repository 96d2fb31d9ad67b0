import { startMariaDb } from '../db/testing-mariadb.ts';
import { emptyDatabase, openHouse } from './house.ts';
import type { RateAnswer, RateQuestion } from './load/rate.ts';
import { cpuOf, median, micros, perSecond, watchForeignCpu, type BenchResult } from './measure.ts';
import { startPart } from './part.ts';

const connections = 16;
const rounds = 3;
const seconds = 1.2;
const goal = 40;

interface Contender {
  host: string;
  port: number;
  text: string;
  status: number;
  pids: number[];
  rates: number[];
  cpu: number[];
}

/** CPU of server and database for one poll that brings nothing new. */
export async function benchPoll(): Promise<BenchResult> {
  await using parts = new AsyncDisposableStack();
  const mariadb = parts.use(await startMariaDb());
  const databasePid = mariadb.process.pid!;
  const raw = parts.use(await startPart<{ port: number }>('limits/raw-http.ts'));
  const upstream = parts.use(await startPart<{ port: number }>('rivals/upstream.ts'));
  const rival = parts.use(
    await startPart<{ port: number }>(
      'rivals/full-poll.ts',
      await emptyDatabase(mariadb),
      String(upstream.ready.port),
    ),
  );
  const house = parts.use(await openHouse(await emptyDatabase(mariadb)));
  const generator = parts.use(await startPart('load/rate.ts'));

  // Something must have happened once: the head of an Inbox is known from what was pushed.
  const { host, port } = house.target;
  await generator.ask<RateAnswer>({
    kind: 'deliveries',
    connections: 1,
    seconds: 5,
    host,
    port,
    target: house.target,
    run: 0,
    most: 100,
  } satisfies RateQuestion);
  const { seq } = await house.api.call<{ seq: number }>('GET', `/inboxes/${house.inboxId}`);
  const cursor = await headOf(house.api, house.inboxId, seq);

  const contender = (
    at: Pick<Contender, 'host' | 'port' | 'status' | 'pids'>,
    path: string,
    headers = '',
  ) => ({
    ...at,
    rates: [],
    cpu: [],
    text: `GET ${path} HTTP/1.1\r\nHost: ${at.host}:${at.port}\r\n${headers}\r\n`,
  });
  const local = '127.0.0.1';
  const limitOne: Contender = contender(
    { host: local, port: raw.ready.port, status: 304, pids: [raw.pid] },
    '/',
  );
  const rivalOne: Contender = contender(
    { host: local, port: rival.ready.port, status: 200, pids: [rival.pid, databasePid] },
    '/getChatMessages?chatId=15551230001%40c.us&limit=50',
  );
  const productOne: Contender = contender(
    { host, port, status: 204, pids: [house.pid, databasePid] },
    `/api/v1/changes?since=${house.inboxId}:${cursor}`,
    `Authorization: Bearer ${house.api.token}\r\n`,
  );
  const all = [limitOne, rivalOne, productOne];
  const pids = [process.pid, generator.pid, upstream.pid, raw.pid, rival.pid, house.pid, databasePid];
  const foreign = watchForeignCpu(() => pids);
  const take = async (one: Contender, length: number, counts: boolean): Promise<void> => {
    const { host, port, text, status } = one;
    const before = cpuOf(one.pids);
    const answer = await generator.ask<RateAnswer>({
      kind: 'requests',
      connections,
      seconds: length,
      host,
      port,
      texts: [text],
      status,
    } satisfies RateQuestion);
    if (answer.wrong > 0)
      throw new Error(`${answer.wrong} polls of ${text.split('\r')[0]} did not bring ${status}`);
    if (!counts) return;
    one.rates.push(answer.answered / answer.seconds);
    one.cpu.push((cpuOf(one.pids) - before) / answer.answered);
  };
  for (const one of all) await take(one, 0.4, false);
  for (let round = 0; round < rounds; round++) {
    for (const one of round % 2 ? all.toReversed() : all) await take(one, seconds, true);
  }
  const ratio = median(rivalOne.cpu) / median(productOne.cpu);
  return {
    lines: [
      {
        what: 'CPU of an empty poll, with the database',
        limit: micros(median(limitOne.cpu)),
        rival: micros(median(rivalOne.cpu)),
        product: micros(median(productOne.cpu)),
        ratio: `${ratio.toFixed(0)}× cheaper, ${(median(productOne.cpu) / median(limitOne.cpu)).toFixed(1)}× limit`,
        goal: `≥ ${goal}× cheaper`,
        share: ratio / goal,
      },
      {
        what: '  polls, one process',
        limit: perSecond(median(limitOne.rates)),
        rival: perSecond(median(rivalOne.rates)),
        product: perSecond(median(productOne.rates)),
        ratio: `${(median(productOne.rates) / median(rivalOne.rates)).toFixed(0)}×`,
        goal: '',
      },
    ],
    foreignCpu: foreign(),
  };
}

/** Reads page after page until nothing is new. */
async function headOf(
  api: { call<T>(method: string, path: string): Promise<T> },
  inboxId: number,
  from: number,
): Promise<number> {
  for (let cursor = Math.min(from, 0); ;) {
    const answer = await api.call<{ inboxes: { cursor: number }[] } | undefined>(
      'GET',
      `/changes?since=${inboxId}:${cursor}`,
    );
    const next = answer?.inboxes[0]?.cursor;
    if (next === undefined || next === cursor) return cursor;
    cursor = next;
  }
}
