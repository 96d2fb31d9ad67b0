import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { expect, vi } from 'vitest';
import { openDatabase, type Database } from '../../../db/database.ts';
import { migrate } from '../../../db/migrate.ts';
import { findSessionRow, insertInbox, type SessionRow } from '../../../db/query/inbox.ts';
import { startMariaDb, type MariaDb } from '../../../db/testing-mariadb.ts';
import { startSandbox, type Sandbox } from '../../../sandbox/index.ts';
import { createSeal } from '../../access/seal.ts';
import { MemoryBus } from '../../bus/memory.ts';
import { createChatRoom } from '../../chat/index.ts';
import { scope } from '../../chat/testing.ts';
import { ManualClock } from '../../clock.ts';
import type { SessionReport, SessionState } from '../../contract/session-state.ts';
import { loadEngines } from '../../engine/load.ts';
import { markedProcesses, sessionMarker } from '../../engine/processes.ts';
import { shellBrowser } from '../../engine/wwebjs/testing.ts';
import { createSessions } from '../index.ts';

export const giulia = '393331234567@c.us';
export type EngineName = 'wwebjs' | 'baileys';

/** Long enough for a browser on a machine that has much else to do. */
const patience = { timeout: 120_000, interval: 20 };

/** One Session on the ground: its number, its world, and what it has reported. */
export class Numbered {
  readonly name: string;
  readonly sandbox: Sandbox;
  readonly inboxId: number;
  readonly directory: string;
  readonly reports: { at: number; report: SessionReport }[] = [];
  constructor(name: string, sandbox: Sandbox, inboxId: number, dataFolder: string) {
    this.name = name;
    this.sandbox = sandbox;
    this.inboxId = inboxId;
    this.directory = join(dataFolder, 'sessions', String(inboxId));
  }
  get state(): SessionState | undefined {
    return this.reports.at(-1)?.report.state;
  }
  processes(): Promise<number[]> {
    return markedProcesses(sessionMarker(this.directory));
  }
  folder(): Promise<string[]> {
    return readdir(this.directory).catch(() => []);
  }
}

/**
 * The Sessions room with a real engine, a real database, and a WhatsApp world for each number. Its clock is turned by
 * hand: between an end and the restart nothing happens until somebody says so, and what is left then is left for good.
 */
export class Ground implements AsyncDisposable {
  readonly engine: EngineName;
  readonly clock = new ManualClock(Date.now());
  readonly db: Database;
  /** Of its own, to be killed. */
  readonly mariadb: MariaDb;
  readonly sessions: ReturnType<typeof createSessions>;
  readonly numbers: Record<string, Numbered>;
  readonly #parts: AsyncDisposableStack;

  private constructor(
    made: Pick<Ground, 'engine' | 'clock' | 'db' | 'mariadb' | 'sessions' | 'numbers'>,
    parts: AsyncDisposableStack,
  ) {
    ({
      engine: this.engine,
      clock: this.clock,
      db: this.db,
      mariadb: this.mariadb,
      sessions: this.sessions,
      numbers: this.numbers,
    } = made);
    this.#parts = parts;
  }

  static async start(engine: EngineName, names: readonly string[]): Promise<Ground> {
    await using parts = new AsyncDisposableStack();
    const clock = new ManualClock(Date.now());
    const dataFolder = await mkdtemp(join(tmpdir(), 'chatdock-faults-'));
    parts.defer(() => rm(dataFolder, { recursive: true, force: true, maxRetries: 5 }));
    const mariadb = parts.use(await startMariaDb({ memory: '32M' }));
    const db = await onMariaDb(mariadb, parts);
    const numbers: Record<string, Numbered> = {};
    for (const name of names) {
      const people = [{ phone: giulia, name: 'Giulia Rossi', pushName: 'Giulia' }];
      const sandbox = parts.use(await startSandbox({ world: { people, chats: [{ id: giulia }] } }));
      const inboxId = await insertInbox(db, {
        organisationId: scope.organisationId,
        name,
        engine,
        upstream: name,
        at: clock.now(),
      });
      numbers[name] = new Numbered(name, sandbox, inboxId, dataFolder);
    }
    const engines = await loadEngines();
    const log = pino({ level: process.env['ENGINE_LOG'] ? 'debug' : 'silent' });
    const bus = parts.use(new MemoryBus());
    const capabilitiesOf = (name: string) => engines.get(name)!.capabilities;
    const room = parts.use(createChatRoom({ db, bus, clock, log, capabilitiesOf }));
    const browser = shellBrowser();
    const sessions = parts.use(
      createSessions({
        db,
        engines,
        clock,
        log,
        dataFolder,
        receive: async (inboxId, events, source) => {
          await room.receive(inboxId, events, source);
          const whose = Object.values(numbers).find((one) => one.inboxId === inboxId);
          for (const event of events)
            if (event.kind === 'session-state') whose?.reports.push({ at: Date.now(), report: event.report });
        },
        upstreams: Object.fromEntries(
          Object.values(numbers).map(({ name, sandbox: { browserArguments, socket } }) => [
            name,
            { name, browserArguments, socket },
          ]),
        ),
        seal: createSeal([randomBytes(32)]),
        owner: 'us',
        alone: true,
        random: () => 1,
        // The looks of the host have rows of their own (supervision.db.test.ts).
        heart: { everyMs: 24 * 3_600_000 },
        startsAtOnce: 8,
        ...(browser ? { chromium: browser } : {}),
      }),
    );
    const owned = parts.move();
    return new Ground({ engine, clock, db, mariadb, sessions, numbers }, owned);
  }

  /** The first report since number `from` that says all of `wanted`. */
  async told(
    whom: Numbered,
    wanted: Partial<SessionReport>,
    from: number,
  ): Promise<{ at: number; report: SessionReport }> {
    return vi.waitFor(() => {
      const found = whom.reports
        .slice(from)
        .find(({ report }) =>
          Object.entries(wanted).every(([name, value]) => report[name as keyof SessionReport] === value),
        );
      if (found) return found;
      const said = whom.reports.slice(from).map(({ report }) => `${report.state} ${report.code}`);
      throw new Error(
        `${whom.name} has not said ${JSON.stringify(wanted)} but ${said.join(', ') || 'nothing'}`,
      );
    }, patience);
  }
  /** As a person does it: asks for a QR code, and holds the phone before it when there is one. */
  async link(whom: Numbered): Promise<void> {
    const from = whom.reports.length;
    await this.sessions.link(whom.inboxId, { method: 'qr' });
    await vi.waitFor(() => {
      const { state } = whom.reports.slice(from).at(-1)?.report ?? {};
      expect(['pairing', 'working']).toContain(state);
    }, patience);
    // A code may be taken back in the moment it is looked at: then there is another. (Codes live by the real clock, so the
    // Sessions, which live by ours, take them for outdated.)
    await vi.waitFor(() => {
      const { state, pairing } = whom.reports.at(-1)!.report;
      if (state === 'pairing') whom.sandbox.world.scan(pairing?.value ?? '');
    }, patience);
    await this.told(whom, { state: 'working' }, from);
  }
  /** It works, and has done so for long enough that nothing of before counts. */
  async sound(whom: Numbered): Promise<void> {
    if (whom.state !== 'working') await this.link(whom);
    await this.clock.advance(60_000);
  }
  /**
   * Lets the pause of exactly `ms` before the next start go by. It is planned after the report of the end, once nothing is
   * left. `isOver`: that it has gone by already.
   */
  async passPause(ms: number, isOver = (): boolean => false): Promise<void> {
    await vi.waitFor(() => expect(this.clock.isAwaited(ms) || isOver()).toBe(true), patience);
    await this.clock.advance(ms);
  }
  row(whom: Numbered): Promise<SessionRow> {
    return findSessionRow(this.db, whom.inboxId).then((row) => row!);
  }
  /** How often these words stand in its Inbox. */
  async times(whom: Numbered, body: string): Promise<number> {
    const rows = await this.db
      .selectFrom('message')
      .select('id')
      .where('inbox_id', '=', whom.inboxId)
      .where('body', '=', body)
      .execute();
    return rows.length;
  }
  /** Somebody writes to this number; settles when that stands in the Inbox, once. */
  async hears(whom: Numbered, body: string): Promise<void> {
    whom.sandbox.world.inbound({ from: giulia, body });
    await vi.waitFor(async () => expect(await this.times(whom, body)).toBe(1), patience);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
    for (const one of Object.values(this.numbers)) expect(await one.processes()).toEqual([]);
  }
}

async function onMariaDb(mariadb: MariaDb, parts: AsyncDisposableStack): Promise<Database> {
  const admin = openDatabase(`${mariadb.url}/mysql`, { connections: 1 });
  await sql`create database faults character set utf8mb4 collate utf8mb4_bin`.execute(admin);
  await admin.destroy();
  const db = openDatabase(`${mariadb.url}/faults`);
  parts.defer(() => db.destroy());
  await migrate(db);
  return db;
}
