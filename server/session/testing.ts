import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Database } from '../../db/database.ts';
import { findSessionRow, type SessionRow } from '../../db/query/inbox.ts';
import { newInbox, openTestRoom, type TestRoom } from '../chat/testing.ts';
import { ManualClock } from '../clock.ts';
import type { Address } from '../contract/address.ts';
import { noCapabilities } from '../contract/capability.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import { Problem } from '../contract/problem.ts';
import type { Pairing, SessionReport } from '../contract/session-state.ts';
import type { Engine, EngineSession, EngineSessionOptions, HistoryRequest } from '../engine/engine.ts';
import { createSessions, type SessionsOptions } from './index.ts';
import type { Receive } from './steadily.ts';

/** As soon as it is so. */
export const poll = (check: () => unknown) => expect.poll(check, { interval: 5, timeout: 30_000 });

/** A code whose time ends 20 s after a ManualClock begins. */
export const qr = (turn: number): Pairing => ({
  kind: 'qr',
  value: `QR-${turn}`,
  issuedAt: 1_795_000_000_000,
  expiresAt: 1_795_000_020_000,
  turn,
});

/** Something to wait for until the test opens it. */
export function gate(): { open: () => void; opened: Promise<void> } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

/** An Engine played by the test: it says and does nothing by itself. */
export class PlayedEngine implements Engine {
  readonly name = 'played';
  readonly capabilities = { ...noCapabilities, pairing: ['qr' as const, 'code' as const], history: true };
  readonly lives: PlayedSession[] = [];
  /** What has happened to lives, in order: `connect 0`, `end 0`, … */
  readonly course: string[] = [];
  /** Ends wait for it. */
  held: Promise<void> = Promise.resolve();
  fails = false;
  /** What of its folder its link lives in. */
  keepsFile?: (path: string) => boolean;
  /** What a look at a Session finds. */
  probe: (signal: AbortSignal) => Promise<{ memoryBytes?: number }> = () => Promise.resolve({});
  /** Pages of history that every Session has. */
  pages: EngineEvent[][] = [];

  createSession(options: EngineSessionOptions): PlayedSession {
    if (this.fails) throw new Error('no such engine today');
    const life = new PlayedSession(this, this.lives.length, options);
    this.lives.push(life);
    return life;
  }
  /** The nth life, as soon as it is connecting. */
  async life(n: number): Promise<PlayedSession> {
    await expect.poll(() => this.course, { interval: 5, timeout: 30_000 }).toContain(`connect ${n}`);
    return this.lives[n]!;
  }
  get running(): number {
    const count = (word: string) => this.course.filter((entry) => entry.startsWith(word)).length;
    return count('connect') - count('end');
  }
}

export class PlayedSession implements EngineSession {
  readonly options: EngineSessionOptions;
  readonly histories: HistoryRequest[] = [];
  readonly paired: { digits: string; answer: (error?: Error) => void }[] = [];
  find: (digits: string) => Promise<{ address: Address } | undefined> = () => Promise.resolve(undefined);
  /** Pages wait for it. */
  heldPages: Promise<void> = Promise.resolve();
  #engine: PlayedEngine;
  #number: number;
  #hasEnded = false;

  constructor(engine: PlayedEngine, number: number, options: EngineSessionOptions) {
    this.#engine = engine;
    this.#number = number;
    this.options = options;
  }
  say(report: Partial<SessionReport>): void {
    this.tell([
      { kind: 'session-state', report: { state: 'working', code: 'none', action: 'none', ...report } },
    ]);
  }
  tell(events: EngineEvent[]): void {
    this.options.emit(events);
  }
  connect(): void {
    this.#engine.course.push(`connect ${this.#number}`);
    writeFileSync(join(this.options.directory, 'credentials'), 'secret');
  }
  send() {
    return Promise.resolve({ kind: 'not-sent' as const, reason: 'session-not-working' as const });
  }
  async *history(request: HistoryRequest): AsyncIterable<EngineEvent[]> {
    this.histories.push(request);
    for (const page of this.#engine.pages) {
      await this.heldPages;
      yield page;
    }
  }
  probe(signal: AbortSignal): Promise<{ memoryBytes?: number }> {
    return this.#engine.probe(signal);
  }
  findNumber(digits: string) {
    return this.find(digits);
  }
  pair(digits: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.paired.push({ digits, answer: (error) => (error ? reject(error) : resolve()) });
    });
  }
  async unlink(): Promise<void> {
    this.#engine.course.push(`unlink ${this.#number}`);
    for (const name of await readdir(this.options.directory)) await rm(join(this.options.directory, name));
    this.say({ state: 'logged-out', code: 'unlinked-by-agent', action: 'pair-again' });
  }
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.say({ state: 'stopped' });
    await this.#engine.held;
    this.#engine.course.push(`end ${this.#number}`);
  }
}

export interface TestSessions extends AsyncDisposable {
  sessions: ReturnType<typeof createSessions>;
  engine: PlayedEngine;
  clock: ManualClock;
  test: TestRoom;
  inboxId: number;
  /** While true, the door is shut: the database is away. */
  dataFolder: string;
  away: { is: boolean };
  received: { source: string; events: EngineEvent[] }[];
  row(): Promise<SessionRow>;
  states(): Promise<string[]>;
  /** Pauses before restarts so far, ms. */
  pauses(): number[];
  hasFolder(): boolean;
  link(report?: Partial<SessionReport>): Promise<PlayedSession>;
}

/** The room on a database, with a played Engine, over the real heart. Dispose it before the database goes. */
export async function openTestSessions(
  db: Database,
  change: Partial<SessionsOptions> & {
    inboxId?: number;
    engine?: PlayedEngine;
    dataFolder?: string;
    clock?: ManualClock;
  } = {},
): Promise<TestSessions> {
  const test = openTestRoom(db);
  const clock = change.clock ?? new ManualClock();
  const engine = change.engine ?? new PlayedEngine();
  const inboxId = change.inboxId ?? (await newInbox(db, 'played'));
  const dataFolder = change.dataFolder ?? mkdtempSync(join(tmpdir(), 'chatdock-session-'));
  const received: TestSessions['received'] = [];
  const away = { is: false };
  const receive: Receive = async (id, events, source) => {
    if (away.is) throw new Problem('unavailable');
    await test.room.receive(id, events, source);
    received.push({ source, events });
  };
  const sessions = createSessions({
    db,
    engines: new Map([['played', engine]]),
    receive,
    clock,
    log: test.log,
    upstreams: { sandbox: { name: 'sandbox', browserArguments: [] } },
    owner: 'us',
    alone: true,
    random: () => 1,
    ...change,
    dataFolder,
  });
  const row = async (): Promise<SessionRow> => (await findSessionRow(db, inboxId))!;
  return {
    sessions,
    engine,
    clock,
    test,
    inboxId,
    dataFolder,
    away,
    received,
    row,
    states: async () => {
      const log = db.selectFrom('session_event').select(['state', 'code']).where('inbox_id', '=', inboxId);
      return (await log.orderBy('id').execute()).map(({ state, code }) =>
        code === 'none' ? state : `${state} ${code}`,
      );
    },
    pauses: () =>
      test.logged
        .map((line) => JSON.parse(line) as { msg: string; ms: number })
        .filter(({ msg }) => msg === 'the Session starts again after a pause')
        .map(({ ms }) => ms),
    hasFolder: () => existsSync(join(dataFolder, 'sessions', String(inboxId))),
    link: async (report = {}) => {
      const n = engine.lives.length;
      await sessions.link(inboxId, { method: 'qr' });
      const life = await engine.life(n);
      life.say({ state: 'starting' });
      life.say({ me: { address: '393330000001@c.us', name: 'Shop' }, ...report });
      const patience = { interval: 5, timeout: 30_000 };
      await expect.poll(async () => (await row()).state, patience).toBe(report.state ?? 'working');
      return life;
    },
    [Symbol.asyncDispose]: async () => {
      await sessions[Symbol.asyncDispose]();
      await test[Symbol.asyncDispose]();
      if (!change.dataFolder) rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
