import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect } from 'vitest';
import { findSessionRow } from '../../db/query/inbox.ts';
import { sqliteForTest, type TestDatabase } from '../../db/testing.ts';
import { startSandbox, type Sandbox } from '../../sandbox/index.ts';
import { createSeal } from '../access/seal.ts';
import { MemoryBus } from '../bus/memory.ts';
import { channels } from '../bus/bus.ts';
import type { ChatRoom } from '../chat/chat-room.ts';
import { createChatRoom } from '../chat/index.ts';
import { newInbox } from '../chat/testing.ts';
import { systemClock } from '../clock.ts';
import type { SessionState } from '../contract/session-state.ts';
import { markedProcesses, sessionMarker } from '../engine/processes.ts';
import { shellBrowser } from '../engine/wwebjs/testing.ts';
import { loadEngines } from '../engine/load.ts';
import { createSessions } from './index.ts';

// The room with real engines, a real browser, the real heart and a WhatsApp world of its own.

export const giulia = '393331234567@c.us';

/** What outlives a process: the world, the database, the data folder. */
export class Ground implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly database: TestDatabase;
  dataFolder: string;
  readonly inboxId: number;
  readonly seal = createSeal([randomBytes(32)]);
  process: Process;
  #ownsSandbox = true;

  private constructor(sandbox: Sandbox, database: TestDatabase, dataFolder: string, inboxId: number) {
    this.sandbox = sandbox;
    this.database = database;
    this.dataFolder = dataFolder;
    this.inboxId = inboxId;
    this.process = new Process(this);
  }
  /** Linked by nobody yet; it owns everything it makes. `sandbox`: a world that others made, and end. */
  static async make(engine = 'wwebjs', given?: Sandbox): Promise<Ground> {
    const people = [{ phone: giulia, name: 'Giulia Rossi', pushName: 'Giulia' }];
    const sandbox = given ?? (await startSandbox({ world: { people, chats: [{ id: giulia }] } }));
    const database = await sqliteForTest();
    const dataFolder = await mkdtemp(join(tmpdir(), 'chatdock-real-'));
    const ground = new Ground(sandbox, database, dataFolder, await newInbox(database.db, engine));
    ground.#ownsSandbox = given === undefined;
    await ground.process.begin();
    return ground;
  }
  get directory(): string {
    return join(this.dataFolder, 'sessions', String(this.inboxId));
  }
  row() {
    return findSessionRow(this.database.db, this.inboxId);
  }
  processes(): Promise<number[]> {
    return markedProcesses(sessionMarker(this.directory));
  }
  async bodies(): Promise<string[]> {
    const rows = await this.database.db
      .selectFrom('message')
      .select(['body'])
      .orderBy('at')
      .orderBy('id')
      .execute();
    return rows.map((row) => row.body);
  }
  /** The next process runs on a machine that has nothing but the database. */
  async move(): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    await rm(this.dataFolder, { recursive: true, force: true });
    this.dataFolder = await mkdtemp(join(tmpdir(), 'chatdock-moved-'));
    this.process = new Process(this);
    await this.process.begin();
  }
  /** The process ends in order, and another begins. */
  async restart(whileAway: () => void = () => {}): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    expect(await this.processes()).toEqual([]);
    whileAway();
    this.process = new Process(this);
    await this.process.begin();
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    expect(await this.processes()).toEqual([]);
    if (this.#ownsSandbox) await this.sandbox[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
    await rm(this.dataFolder, { recursive: true, force: true });
  }
}

/** What one process has: the heart and the Sessions. */
export class Process implements AsyncDisposable {
  readonly #ground: Ground;
  readonly #bus = new MemoryBus();
  readonly states: SessionState[] = [];
  #room: ChatRoom | undefined;
  #sessions: ReturnType<typeof createSessions> | undefined;

  constructor(ground: Ground) {
    this.#ground = ground;
  }
  get sessions(): ReturnType<typeof createSessions> {
    return this.#sessions!;
  }
  async begin(): Promise<void> {
    const { database, sandbox, dataFolder, seal } = this.#ground;
    const log = pino({ level: 'silent' });
    const parts = { db: database.db, clock: systemClock, log };
    const room = createChatRoom({
      ...parts,
      bus: this.#bus,
      capabilitiesOf: (name) => engines.get(name)!.capabilities,
    });
    const engines = await loadEngines();
    const browser = shellBrowser();
    this.#room = room;
    this.#sessions = createSessions({
      ...parts,
      engines,
      receive: async (inboxId, events, source) => {
        await room.receive(inboxId, events, source);
        for (const event of events) if (event.kind === 'session-state') this.states.push(event.report.state);
      },
      dataFolder,
      seal,
      upstreams: {
        sandbox: {
          name: 'sandbox',
          browserArguments: sandbox.browserArguments,
          socket: sandbox.socket,
        },
      },
      owner: `p${Math.random()}`,
      alone: true,
      ...(browser ? { chromium: browser } : {}),
    });
    await this.#sessions.startWanted();
  }
  /** As soon as it is so, looked at after each commit. */
  async until(check: () => Promise<boolean>): Promise<void> {
    while (!(await check())) {
      await new Promise<void>((resolve) => {
        const end = this.#bus.subscribe(channels.push, () => {
          end();
          clearTimeout(again);
          resolve();
        });
        const again = setTimeout(() => {
          end();
          resolve();
        }, 500);
      });
    }
  }
  /** The state reached after what has been said so far. */
  async reaches(state: SessionState, from = 0): Promise<void> {
    await this.until(() => Promise.resolve(this.states.slice(from).includes(state)));
  }
  async link(): Promise<void> {
    const { inboxId, sandbox } = this.#ground;
    const from = this.states.length;
    await this.sessions.link(inboxId, { method: 'qr' });
    await this.reaches('pairing', from);
    const pairing = await this.sessions.pairing(inboxId);
    sandbox.world.scan(pairing?.value ?? '');
    await this.reaches('working', from);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sessions?.[Symbol.asyncDispose]();
    await this.#room?.[Symbol.asyncDispose]();
    await this.#bus[Symbol.asyncDispose]();
  }
}
