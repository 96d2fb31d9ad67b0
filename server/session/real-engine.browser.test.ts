import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
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

// The room with the real engine, a real browser, the real heart and a WhatsApp world of its own.

const giulia = '393331234567@c.us';
const owned: AsyncDisposable[] = [];
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing[Symbol.asyncDispose]();
});

/** What outlives a process: the world, the database, the data folder. */
class Ground implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly database: TestDatabase;
  dataFolder: string;
  readonly inboxId: number;
  readonly seal = createSeal([randomBytes(32)]);
  process: Process;

  private constructor(sandbox: Sandbox, database: TestDatabase, dataFolder: string, inboxId: number) {
    this.sandbox = sandbox;
    this.database = database;
    this.dataFolder = dataFolder;
    this.inboxId = inboxId;
    this.process = new Process(this);
  }
  static async make(): Promise<Ground> {
    const people = [{ phone: giulia, name: 'Giulia Rossi', pushName: 'Giulia' }];
    const sandbox = await startSandbox({ world: { people, chats: [{ id: giulia }] } });
    const database = await sqliteForTest();
    const dataFolder = await mkdtemp(join(tmpdir(), 'chatdock-real-'));
    const ground = new Ground(sandbox, database, dataFolder, await newInbox(database.db, 'wwebjs'));
    owned.push(ground);
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
    await this.sandbox[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
    await rm(this.dataFolder, { recursive: true, force: true });
  }
}

/** What one process has: the heart and the Sessions. */
class Process implements AsyncDisposable {
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
      upstreams: { sandbox: { name: 'sandbox', browserArguments: sandbox.browserArguments } },
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

test('linked once: the next process works without a code and has what was written meanwhile, once', async () => {
  const ground = await Ground.make();
  const { world } = ground.sandbox;
  await ground.process.link();
  expect(await ground.process.sessions.pairing(ground.inboxId)).toBeUndefined();
  world.inbound({ from: giulia, body: 'before' });
  await ground.process.until(async () => (await ground.bodies()).length === 1);

  await ground.restart(() => {
    for (let n = 0; n < 60; n++) world.inbound({ from: giulia, body: `away ${n}` });
  });
  await ground.process.reaches('working');
  await ground.process.until(async () => (await ground.bodies()).length === 61);
  expect(ground.process.states).not.toContain('pairing');
  world.inbound({ from: giulia, body: 'after' });
  await ground.process.until(async () => (await ground.bodies()).includes('after'));
  const away = Array.from({ length: 60 }, (_, n) => `away ${n}`);
  expect((await ground.bodies()).toSorted()).toEqual(['before', ...away, 'after'].toSorted());
  await vi.waitFor(async () => expect((await ground.row())!.caught_up_at).toBeGreaterThan(0));
});

test('moved to a machine that has nothing but the database: it works there without a code', async () => {
  const ground = await Ground.make();
  await ground.process.link();
  await ground.move();
  await ground.process.reaches('working');
  expect(ground.process.states).not.toContain('pairing');
  ground.sandbox.world.inbound({ from: giulia, body: 'found you' });
  await ground.process.until(async () => (await ground.bodies()).includes('found you'));
});

test('the browser is killed: it works again by itself, and nothing written meanwhile is missing', async () => {
  const ground = await Ground.make();
  await ground.process.link();
  // A browser writes credentials to disk some seconds after it got them, or when it ends in order.
  await ground.restart();
  await ground.process.reaches('working');
  const from = ground.process.states.length;
  for (const pid of await ground.processes()) process.kill(pid, 'SIGKILL');
  await ground.process.reaches('lost', from);
  expect(ground.process.sessions.live(ground.inboxId)).toBeUndefined();
  ground.sandbox.world.inbound({ from: giulia, body: 'meanwhile' });
  await ground.process.reaches('working', from);
  await ground.process.until(async () => (await ground.bodies()).includes('meanwhile'));
  expect(await ground.bodies()).toEqual(['meanwhile']);
});

test('unlinked on the phone: it ends, forgets and waits for a person, also over a restart', async () => {
  const ground = await Ground.make();
  await ground.process.link();
  ground.sandbox.world.unlink();
  await ground.process.reaches('logged-out');
  const { inboxId } = ground;
  await vi.waitFor(async () => expect(await ground.row()).toMatchObject({ wanted: 0, lease_owner: null }));
  expect(await ground.row()).toMatchObject({
    code: 'logged-out-on-phone',
    action: 'pair-again',
    me_address: null,
  });
  expect(await ground.processes()).toEqual([]);
  expect(await readdir(ground.directory)).toEqual([]);
  await ground.restart();
  expect(ground.process.states).toEqual([]);
  await ground.process.link();
  expect(ground.process.sessions.live(inboxId)).toBeDefined();
});

test('unlinked by an admin: WhatsApp is told, and nothing of the credentials is left', async () => {
  const ground = await Ground.make();
  await ground.process.link();
  await ground.process.sessions.unlink(ground.inboxId);
  expect(ground.sandbox.world.state.devices).toEqual([]);
  expect(await readdir(join(ground.dataFolder, 'sessions'))).toEqual([]);
  expect(await ground.processes()).toEqual([]);
  expect(await ground.row()).toMatchObject({ state: 'logged-out', code: 'unlinked-by-agent', wanted: 0 });
});

test('the process ends while the browser is being started: nothing is left behind', async () => {
  const ground = await Ground.make();
  await ground.process.sessions.link(ground.inboxId, { method: 'qr' });
  await ground.process.reaches('starting');
  await ground.process[Symbol.asyncDispose]();
  expect(await ground.processes()).toEqual([]);
  expect(await ground.row()).toMatchObject({ wanted: 1, lease_owner: null });
});
