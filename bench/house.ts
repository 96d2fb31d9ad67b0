import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { openDatabase } from '../db/database.ts';
import type { MariaDb } from '../db/testing-mariadb.ts';
import { ApiClient } from '../e2e/harness/client.ts';
import { startHouse } from '../e2e/harness/house.ts';
import { session, type Target } from './load/delivery.ts';

/** The product with one Inbox that lives on webhooks. */
export interface BenchHouse extends AsyncDisposable {
  api: ApiClient;
  inboxId: number;
  target: Target;
  pid: number;
  /** The same Agent on another device. */
  signIn: () => Promise<ApiClient>;
}

/** `databaseUrl`: a MariaDB database; without it, the embedded SQLite. */
export async function openHouse(
  databaseUrl?: string,
  environment: Record<string, string> = {},
): Promise<BenchHouse> {
  const house = await startHouse({
    ...(databaseUrl ? { databaseUrl } : {}),
    environment: { CHATDOCK_MODE: 'production', CHATDOCK_LOG_LEVEL: 'warn', ...environment },
  });
  try {
    const api = await ApiClient.signIn(house.url, house.signIn!);
    const inbox = await api.call<{ id: number }>('POST', '/inboxes', { name: 'Bench', engine: 'none' });
    const hook = await api.call<{ secret: string; path: string }>('POST', `/inboxes/${inbox.id}/webhooks`, {
      dialect: 'waha',
      session,
    });
    const { hostname, port } = new URL(house.url);
    return {
      api,
      inboxId: inbox.id,
      target: { host: hostname, port: Number(port), path: hook.path, secret: hook.secret },
      pid: house.process.pid!,
      signIn: () => ApiClient.signIn(house.url, house.signIn!),
      [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
    };
  } catch (error) {
    await house[Symbol.asyncDispose]();
    throw error;
  }
}

/** An empty database on the run's MariaDB; goes with the server. */
export async function emptyDatabase(server: MariaDb): Promise<string> {
  const name = `bench_${randomBytes(4).toString('hex')}`;
  const admin = openDatabase(`${server.url}/mysql`, { connections: 1 });
  await sql`create database ${sql.ref(name)} character set utf8mb4 collate utf8mb4_bin`.execute(admin);
  await admin.destroy();
  return `${server.url}/${name}`;
}
