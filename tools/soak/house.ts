import { rmSync } from 'node:fs';
import { sql } from 'kysely';
import { openDatabase } from '../../db/database.ts';
import { startMariaDb, type MariaDb } from '../../db/testing-mariadb.ts';
import { ApiClient } from '../../e2e/harness/client.ts';
import { startHouse, type RunningHouse } from '../../e2e/harness/house.ts';
import type { SocketDoor } from '../../sandbox/socket/server.ts';
import { pause } from './waiting.ts';

export interface HouseOptions {
  dataFolder: string;
  database: 'sqlite' | 'mariadb';
  upstreams: Record<string, { browserArguments: string[]; socket: SocketDoor }>;
  hear(line: string): void;
}

/** The real server over all its lives: killed, and started again on the same port and data. */
export class SoakHouse implements AsyncDisposable {
  readonly #options: HouseOptions;
  readonly #mariadb: MariaDb | undefined;
  #house: RunningHouse | undefined;
  #port = 0;
  #signIn: { email: string; password: string } | undefined;
  #api: ApiClient | undefined;
  /** One act after the other: nobody kills what is being started. */
  #turn: Promise<void> = Promise.resolve();

  private constructor(options: HouseOptions, mariadb: MariaDb | undefined) {
    this.#options = options;
    this.#mariadb = mariadb;
  }
  static async start(options: HouseOptions): Promise<SoakHouse> {
    const mariadb = options.database === 'mariadb' ? await startMariaDb() : undefined;
    if (mariadb) {
      const admin = openDatabase(`${mariadb.url}/mysql`, { connections: 1 });
      await sql`create database soak character set utf8mb4 collate utf8mb4_bin`.execute(admin);
      await admin.destroy();
    }
    const house = new SoakHouse(options, mariadb);
    await house.#open();
    return house;
  }

  async #open(): Promise<void> {
    const { dataFolder, upstreams, hear } = this.#options;
    const house = await startHouse({
      dataFolder,
      port: this.#port,
      ...(this.#mariadb ? { databaseUrl: `${this.#mariadb.url}/soak` } : {}),
      environment: {
        CHATDOCK_MODE: 'production',
        CHATDOCK_LOG_LEVEL: 'info',
        CHATDOCK_UPSTREAMS: JSON.stringify(upstreams),
      },
    });
    house.process.stdout?.on('data', (text: Buffer) => hear(text.toString()));
    house.process.stderr?.on('data', (text: Buffer) => hear(text.toString()));
    this.#house = house;
    this.#port = Number(new URL(house.url).port);
    this.#signIn ??= house.signIn;
    this.#api ??= await ApiClient.signIn(house.url, this.#signIn!);
  }

  get pid(): number {
    return this.#house?.process.pid ?? 0;
  }
  /** Its sign-in outlives the server. */
  get api(): ApiClient {
    return this.#api!;
  }

  /** SIGKILL, and a new one; `killed` is called between the two. */
  kill(killed: () => void): Promise<void> {
    return this.#inTurn(async () => {
      await this.#house?.kill();
      killed();
      await this.#open();
    });
  }
  killDatabase(forMs: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#mariadb?.kill();
      await pause(forMs);
      await this.#mariadb?.restart();
    });
  }
  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(act);
    return this.#turn;
  }

  /** SIGTERM. Its exit code. */
  async stop(): Promise<number | null> {
    await this.#turn;
    return (await this.#house?.stop()) ?? null;
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn.catch(() => {});
    await this.#house?.[Symbol.asyncDispose]();
    await this.#mariadb?.[Symbol.asyncDispose]();
    rmSync(this.#options.dataFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}
