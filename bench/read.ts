import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../db/database.ts';
import { startMariaDb } from '../db/testing-mariadb.ts';
import { emptyDatabase, openHouse, type BenchHouse } from './house.ts';
import type { RateAnswer, RateQuestion } from './load/rate.ts';
import { busyChats, inboxId, seed } from './load/seed.ts';
import { cpuOf, median, micros, millis, watchForeignCpu, type BenchResult, type Line } from './measure.ts';
import { startPart } from './part.ts';

const chats = 100_000;
/** What a request costs does not depend on it: fewer are seeded sooner. */
const usual = Number(process.env['CHATDOCK_BENCH_MESSAGES'] ?? 1_000_000);
const connections = 2;
const rounds = 3;
/** By round; the first, which warms up, asks for fewer. The product allows a sign-in 20 requests a second. */
const asked = { first: 150, round: 250 };
const signIns = 8;
const goals = { list: 15, open: 5, flat: 1.5 };
/** So many Chats are opened again and again. */
const hotChats = 100;

interface Asked {
  what: string;
  goal: number | undefined;
  limit: Times;
  product: Times;
}
interface Times {
  port: number;
  texts: string[];
  pids: number[];
  p50: number[];
  p99: number[];
  cpu: number[];
}

/** Chat list and open Chat over HTTP, 100,000 Chats. `isLarge`: with 10 million Messages too, on SQLite. */
export async function benchRead(isLarge: boolean): Promise<BenchResult> {
  await using parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'chatdock-bench-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  const mariadb = parts.use(await startMariaDb({ memory: '1G' }));
  const generator = parts.use(await startPart('load/rate.ts'));
  const sizes: { name: string; url: string; messages: number; pids: number[] }[] = [
    {
      name: `SQLite, ${usual.toLocaleString('en')}`,
      url: `sqlite:${join(folder, '1m.db')}`,
      messages: usual,
      pids: [],
    },
    {
      name: `MariaDB, ${usual.toLocaleString('en')}`,
      url: await emptyDatabase(mariadb),
      messages: usual,
      pids: [mariadb.process.pid!],
    },
  ];
  if (isLarge) {
    const url = `sqlite:${join(folder, '10m.db')}`;
    sizes.push({ name: 'SQLite, 10,000,000', url, messages: 10_000_000, pids: [] });
  }
  const all: { name: string; asked: Asked[] }[] = [];
  for (const { name, url, messages, pids } of sizes) {
    const begun = performance.now();
    await seed(url, { chats, messages });
    const took = Math.round((performance.now() - begun) / 1000);
    const size = url.startsWith('sqlite:') ? `, ${Math.round(statSync(url.slice(7)).size / 1e6)} MB` : '';
    console.log(`  seeded ${name} messages in ${took} s${size}`);
    const limit = parts.use(await startPart<{ port: number }>('limits/one-select.ts', url));
    const house = parts.use(await openHouse(url, { CHATDOCK_TRUSTED_PROXIES: '1' }));
    if (house.inboxId !== inboxId) throw new Error(`the house made Inbox ${house.inboxId}`);
    await setSeq(url, messages + 2);
    const limitAt = { port: limit.ready.port, pids: [limit.pid, ...pids] };
    all.push({ name, asked: await questions(house, limitAt, [house.pid, ...pids]) });
  }
  const everyone = all.flatMap(({ asked }) => asked.flatMap(({ limit, product }) => [limit, product]));
  const pids = [...new Set([process.pid, generator.pid, ...everyone.flatMap((one) => one.pids)])];
  const foreign = watchForeignCpu(() => pids);
  const take = async (one: Times, round: number): Promise<void> => {
    const before = cpuOf(one.pids);
    const answer = await generator.ask<RateAnswer>({
      kind: 'requests',
      connections,
      seconds: 60,
      most: round < 0 ? asked.first : asked.round,
      host: '127.0.0.1',
      port: one.port,
      // Each round goes on where the one before has ended: what is not hot stays so.
      texts: rotated(one.texts, round * asked.round),
      status: 200,
    } satisfies RateQuestion);
    if (answer.wrong > 0) throw new Error(`${answer.wrong} of ${one.texts[0]} were refused`);
    if (round < 0) return;
    one.p50.push(answer.p50);
    one.p99.push(answer.p99);
    one.cpu.push((cpuOf(one.pids) - before) / answer.answered);
  };
  for (let round = -1; round < rounds; round++) {
    for (const one of round % 2 ? everyone.toReversed() : everyone) await take(one, round);
  }
  const lines = all.flatMap(({ name, asked }) => [
    { what: `${name} messages`, limit: '', rival: '', product: '', ratio: '', goal: '' },
    ...asked.flatMap(linesOf),
  ]);
  if (isLarge) lines.push(...flatness(all[0]!.asked, all[2]!.asked));
  return { lines, foreignCpu: foreign() };
}

/** What a widget asks for. */
async function questions(
  house: BenchHouse,
  limitAt: Pick<Times, 'port' | 'pids'>,
  pids: number[],
): Promise<Asked[]> {
  const list = `/inboxes/${inboxId}/chats`;
  const times = (at: Pick<Times, 'port' | 'pids'>, texts: string[]): Times => ({
    ...at,
    texts,
    p50: [],
    p99: [],
    cpu: [],
  });
  const ask = (what: string, goal: number | undefined, paths: string[], limits: string[]): Asked => ({
    what,
    goal,
    limit: times(
      limitAt,
      limits.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`),
    ),
    product: times(
      { port: house.target.port, pids },
      paths.map(
        (path, n) =>
          `GET /api/v1${path} HTTP/1.1\r\nHost: ${house.target.host}:${house.target.port}\r\n` +
          `X-Forwarded-For: 192.0.2.${n % signIns}\r\n` +
          `Authorization: Bearer ${tokens[n % signIns]}\r\n\r\n`,
      ),
    ),
  });
  const tokens: string[] = [];
  for (let n = 0; n < signIns; n++) tokens.push((await house.signIn()).token);
  // A path for every sign-in, so that none asks more than it may.
  const each = (path: string): string[] => Array.from({ length: signIns }, () => path);
  const deep = await placesIn(house, list);
  const hot = Array.from({ length: hotChats }, (_, n) => 1 + n * 7);
  const other = Array.from({ length: 20_000 }, (_, n) => 1 + ((busyChats + n * 7919) % chats));
  const open = (ids: number[]): [string[], string[]] => [
    ids.map((id) => `/chats/${id}/messages`),
    ids.map((id) => `/messages/${id}`),
  ];
  return [
    ask('chat list', goals.list, each(list), ['/chats']),
    ask('chat list, pages behind the first', goals.list, deep, ['/chats']),
    ask('chat list, unread: 30 of all', goals.list, each(`${list}?filter=unread`), ['/chats']),
    ask('chat list, groups: a twentieth', goals.list, each(`${list}?filter=groups`), ['/chats']),
    ask('open chat, hot', goals.open, ...open(hot)),
    ask('open chat, any', undefined, ...open(other)),
  ];
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const at = Math.max(0, by) % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

/** The first forty pages behind the first, one of 100 Chats each. */
async function placesIn(house: BenchHouse, list: string): Promise<string[]> {
  const paths: string[] = [];
  for (let before = ''; paths.length < 40;) {
    const page = await house.api.call<{ next: string | null }>('GET', `${list}?limit=100${before}`);
    if (!page.next) break;
    before = `&before=${encodeURIComponent(page.next)}`;
    paths.push(`${list}?${before.slice(1)}`);
  }
  return paths;
}

function linesOf({ what, goal, limit, product }: Asked): Line[] {
  const reached = median(product.p99);
  const least = median(limit.p99);
  return [
    {
      what: `  ${what}: p99`,
      limit: millis(least),
      rival: '',
      product: millis(reached),
      ratio: `${(reached / least).toFixed(1)}× limit`,
      goal: goal === undefined ? '' : `≤ ${goal} ms`,
      ...(goal === undefined ? {} : { share: goal / reached }),
    },
    {
      what: '    p50; CPU with the database',
      limit: `${millis(median(limit.p50))}; ${micros(median(limit.cpu))}`,
      rival: '',
      product: `${millis(median(product.p50))}; ${micros(median(product.cpu))}`,
      ratio: `${(median(product.p50) / median(limit.p50)).toFixed(1)}× limit`,
      goal: '',
    },
  ];
}

function flatness(small: readonly Asked[], large: readonly Asked[]): Line[] {
  return small.flatMap(({ what, goal, product }, n): Line[] => {
    if (goal !== goals.list) return [];
    const ratio = median(large[n]!.product.p50) / median(product.p50);
    return [
      {
        what: `10 million against 1 million, ${what}: p50`,
        limit: '',
        rival: '',
        product: millis(median(large[n]!.product.p50)),
        ratio: `${ratio.toFixed(2)}×`,
        goal: `≤ ${goals.flat}×`,
        share: goals.flat / ratio,
      },
    ];
  });
}

/** As if the house had written all that itself. */
async function setSeq(url: string, seq: number): Promise<void> {
  const db = openDatabase(url, { connections: 1 });
  await db.updateTable('inbox').set({ seq, turns: seq }).where('id', '=', inboxId).execute();
  await db.destroy();
}
