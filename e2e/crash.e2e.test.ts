import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startMariaDb, type MariaDb } from '../db/testing-mariadb.ts';
import { openDatabase } from '../db/database.ts';
import { copyMysql } from '../db/testing-template.ts';
import { sql } from 'kysely';
import { ApiClient } from './harness/client.ts';
import { startHouse, type RunningHouse } from './harness/house.ts';
import { deliverUntilAcknowledged, wahaMessage, type WahaSender } from './harness/webhook-sender.ts';

/** Kill -9 under load: what was acknowledged is there, once. */
interface Trial {
  main?: string;
  databaseUrl?: string;
  messages: number;
  sources: number;
  /** Breaks something about every 300 ms while the senders work. */
  strike: (house: { current: RunningHouse; restart: () => Promise<void> }) => Promise<void>;
  strikes: number;
}

async function run(trial: Trial): Promise<{ acknowledged: Set<string>; stored: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'chatdock-crash-'));
  const open = (port?: number): Promise<RunningHouse> =>
    startHouse({
      dataFolder: folder,
      ...(trial.main ? { main: trial.main } : {}),
      ...(trial.databaseUrl ? { databaseUrl: trial.databaseUrl } : {}),
      ...(port === undefined ? {} : { port }),
      environment: { CHATDOCK_MODE: 'production', CHATDOCK_LOG_LEVEL: 'silent' },
    });
  let house = await open();
  const port = Number(new URL(house.url).port);
  const credentials = house.signIn!;
  const api = await ApiClient.signIn(house.url, credentials);
  const inbox = await api.call<{ id: number }>('POST', '/inboxes', { name: 'Webhooks', engine: 'none' });
  const hook = await api.call<{ secret: string }>('POST', `/inboxes/${inbox.id}/webhooks`, {
    dialect: 'waha',
    session: 'org1',
  });
  const sender: WahaSender = { session: 'org1', secret: hook.secret, url: () => house.url };

  const done = new AbortController();
  const acknowledged = new Set<string>();
  let reached: { count: number; tell: () => void } | undefined;
  const ids = Array.from(
    { length: trial.messages },
    (_, n) => `3EB0${n.toString(16).toUpperCase().padStart(16, '0')}`,
  );
  const queues = Array.from({ length: trial.sources }, (_, source) =>
    source % 2 ? [...ids].toReversed() : [...ids],
  );
  const workers = queues.flatMap((queue) =>
    Array.from({ length: 8 }, async () => {
      for (let id = queue.shift(); id; id = queue.shift()) {
        const body = wahaMessage('org1', id, `message ${id}`, 1_795_000_000 + ids.indexOf(id));
        if (await deliverUntilAcknowledged(sender, body, done.signal)) acknowledged.add(id);
        if (reached && acknowledged.size >= reached.count) reached.tell();
      }
    }),
  );
  const working = Promise.all(workers);
  const restart = async (): Promise<void> => {
    house = await open(port);
  };
  for (let strike = 0; strike < trial.strikes; strike++) {
    const count = acknowledged.size + Math.floor(trial.messages / (trial.strikes * 3));
    const some = new Promise<void>((tell) => (reached = { count, tell }));
    await Promise.race([some, working]);
    await trial.strike({ current: house, restart });
  }
  await working;
  // A house of the honest kind now reads what is there.
  await house.kill();
  house = await startHouse({
    dataFolder: folder,
    ...(trial.databaseUrl ? { databaseUrl: trial.databaseUrl } : {}),
    environment: { CHATDOCK_MODE: 'production', CHATDOCK_LOG_LEVEL: 'silent' },
  });
  try {
    const reader = await ApiClient.signIn(house.url, credentials);
    return { acknowledged, stored: (await reader.messagesOf(inbox.id)).map((row) => row.messageId ?? '') };
  } finally {
    done.abort();
    await house[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function lost(result: { acknowledged: Set<string>; stored: string[] }): string[] {
  const stored = new Set(result.stored);
  return [...result.acknowledged].filter((id) => !stored.has(id));
}

const killHouse: Trial['strike'] = async ({ current, restart }) => {
  await current.kill();
  await restart();
};

// Up to five starts of the product each, on a machine that is busy with others.
describe('kill -9', { timeout: 480_000 }, () => {
  let mariadb: MariaDb;
  const fresh = async (): Promise<string> => {
    const name = `crash_${Date.now()}`;
    const admin = openDatabase(`${mariadb.url}/mysql`, { connections: 1 });
    await sql`create database ${sql.ref(name)} character set utf8mb4 collate utf8mb4_bin`.execute(admin);
    await admin.destroy();
    const url = `${mariadb.url}/${name}`;
    await copyMysql(url);
    return url;
  };
  beforeAll(async () => {
    mariadb = await startMariaDb();
  });
  afterAll(async () => {
    await mariadb[Symbol.asyncDispose]();
  });

  test('of the application on SQLite: nothing acknowledged is lost, nothing is doubled', async () => {
    const result = await run({ messages: 400, sources: 1, strikes: 3, strike: killHouse });
    expect(result.acknowledged.size).toBe(400);
    expect(lost(result)).toEqual([]);
    expect(new Set(result.stored).size).toBe(result.stored.length);
  });

  test('of the application on MariaDB, three sources at once: nothing lost, nothing doubled', async () => {
    const result = await run({
      databaseUrl: await fresh(),
      messages: 300,
      sources: 3,
      strikes: 3,
      strike: killHouse,
    });
    expect(lost(result)).toEqual([]);
    expect(result.stored.toSorted()).toEqual([...result.acknowledged].toSorted());
  });

  test('of MariaDB: the application answers 503 meanwhile and goes on by itself', async () => {
    const result = await run({
      databaseUrl: await fresh(),
      messages: 400,
      sources: 1,
      strikes: 3,
      strike: async () => {
        await mariadb.kill();
        await mariadb.restart();
      },
    });
    expect(result.acknowledged.size).toBe(400);
    expect(lost(result)).toEqual([]);
    expect(new Set(result.stored).size).toBe(result.stored.length);
  });

  test('of a variant that acknowledges before it commits: the loss is noticed', async () => {
    const result = await run({
      main: 'e2e/acknowledges-early.ts',
      messages: 200,
      sources: 1,
      // Each loses what was acknowledged just before; so does the last, when all are.
      strikes: 2,
      strike: killHouse,
    });
    expect(lost(result).length).toBeGreaterThan(0);
  });
});
