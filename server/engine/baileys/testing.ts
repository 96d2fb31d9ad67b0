import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Message, type Sandbox, type SandboxOptions } from '../../../sandbox/index.ts';
import type { EngineEvent } from '../../contract/engine-event.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { SessionReport, SessionState } from '../../contract/session-state.ts';
import type { EngineKeys, EngineKnowledge, EngineLog, EngineSession, KnownMessage } from '../engine.ts';
import { engine } from './index.ts';

export const giulia = '393331234567@c.us';
export const elena = '98765432109876@lid';
const now = Math.floor(Date.now() / 1000);
const seed = {
  people: [
    { phone: giulia, lid: '45677788899911@lid', name: 'Giulia Rossi', pushName: 'Giulia' },
    { phone: '393401112223@c.us', lid: elena, pushName: 'Elena', numberHidden: true },
    { phone: '393920001122@c.us', pushName: 'Paolo', stranger: true },
  ],
  chats: [{ id: giulia, unread: 2, pinned: true }],
  messages: Array.from({ length: 80 }, (_, index) => ({
    chat: giulia,
    body: `old ${index}`,
    t: now - 9000 + index * 10,
  })),
};

/** Rows in memory, with a look at how they are written. */
export class MemoryRows implements EngineKeys {
  readonly rows = new Map<string, string>();
  writes = 0;
  /** Set to make the next writes fail. */
  broken = 0;
  async read(kind: string, ids: readonly string[]): Promise<Map<string, string>> {
    return new Map(
      ids.flatMap((id) => {
        const value = this.rows.get(`${kind} ${id}`);
        return value === undefined ? [] : [[id, value] as const];
      }),
    );
  }
  async write(changes: Parameters<EngineKeys['write']>[0]): Promise<void> {
    if (this.broken > 0) {
      this.broken -= 1;
      throw new Error('the database is away');
    }
    this.writes += 1;
    for (const { kind, id, value } of changes)
      if (value === null) this.rows.delete(`${kind} ${id}`);
      else this.rows.set(`${kind} ${id}`, value);
  }
  async prune(): Promise<void> {}
  async clear(): Promise<void> {
    this.rows.clear();
  }
}

/** One Session of the engine against a world of its own, with everything it said. */
export class Trial implements AsyncDisposable {
  readonly events: EngineEvent[] = [];
  readonly directory: string;
  readonly sandbox: Sandbox;
  readonly keys = new MemoryRows();
  readonly logged: string[] = [];
  /** Settles when what was emitted is stored. */
  stored = (): Promise<void> => Promise.resolve();
  session: EngineSession;
  #waiting: { fits(event: EngineEvent): boolean; resolve(event: EngineEvent): void }[] = [];

  private constructor(sandbox: Sandbox, directory: string) {
    this.sandbox = sandbox;
    this.directory = directory;
    this.session = this.makeSession();
  }
  static async start(options: SandboxOptions = {}): Promise<Trial> {
    const sandbox = await startSandbox({ world: seed, ...options });
    return new Trial(sandbox, await mkdtemp(join(tmpdir(), 'baileys-')));
  }

  makeSession(): EngineSession {
    const write = (fields: object, text: string): void => {
      this.logged.push(`${text} ${JSON.stringify(fields)}`);
      if (process.env['ENGINE_LOG']) process.stderr.write(`${text} ${JSON.stringify(fields)}\n`);
    };
    const log: EngineLog = { debug: write, info: write, warn: write, error: write };
    return engine.createSession({
      inboxId: 1,
      directory: this.directory,
      upstream: { name: 'sandbox', browserArguments: [], socket: this.sandbox.socket },
      keys: this.keys,
      known: this.#known,
      stored: () => this.stored(),
      log,
      emit: (events) => {
        this.events.push(...events);
        for (const event of events) this.#wake(event);
      },
    });
  }
  /** What was told is what is known. */
  #known: EngineKnowledge = {
    find: async (id) => this.#knownMessages().find(({ messageId }) => messageId === id),
    newest: async (chat, before, limit) =>
      this.#knownMessages()
        .filter((one) => one.chat === chat && (before === undefined || one.at <= before))
        .toSorted((a, b) => b.at - a.at)
        .slice(0, limit),
  };
  #knownMessages(): KnownMessage[] {
    return this.messages().map(({ chat, messageId, fromMe, sender, type, body, at }) => ({
      chat,
      messageId,
      fromMe,
      ...(sender ? { sender } : {}),
      type,
      body,
      at,
    }));
  }

  #wake(event: EngineEvent): void {
    const met = this.#waiting.filter(({ fits }) => fits(event));
    this.#waiting = this.#waiting.filter((waiting) => !met.includes(waiting));
    for (const { resolve } of met) resolve(event);
  }
  /** The next event that fits; past ones do not count. */
  next<Kind extends EngineEvent['kind']>(
    kind: Kind,
    fits: (event: Extract<EngineEvent, { kind: Kind }>) => boolean = () => true,
  ): Promise<Extract<EngineEvent, { kind: Kind }>> {
    type Wanted = Extract<EngineEvent, { kind: Kind }>;
    return new Promise((resolve) => {
      this.#waiting.push({
        fits: (event) => event.kind === kind && fits(event as Wanted),
        resolve: (event) => resolve(event as Wanted),
      });
    });
  }
  async nextState(...states: SessionState[]): Promise<SessionReport> {
    return (await this.next('session-state', ({ report }) => states.includes(report.state))).report;
  }
  get reports(): SessionReport[] {
    return this.events.filter((event) => event.kind === 'session-state').map(({ report }) => report);
  }
  messages(): Extract<EngineEvent, { kind: 'message' }>[] {
    return this.events.filter((event) => event.kind === 'message');
  }

  /** Connects, scans the first code, and is there when it works. */
  async link(): Promise<SessionReport> {
    const working = this.nextState('working');
    const shown = this.nextState('pairing');
    this.session.connect();
    const { pairing } = await shown;
    this.sandbox.world.scan(pairing?.value ?? '');
    return working;
  }
  /** What the world has of an accepted send. */
  arrivedAt(outcome: Outcome): Promise<Message> {
    if (outcome.kind !== 'accepted') throw new Error(`not accepted but ${JSON.stringify(outcome)}`);
    const { world } = this.sandbox;
    const had = world.outbox.find((message) => message.id === outcome.messageId);
    if (had) return Promise.resolve(had);
    return new Promise((resolve) => {
      const stop = world.subscribe((event) => {
        if (event.kind !== 'message' || event.message.id !== outcome.messageId) return;
        stop();
        resolve(event.message);
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session[Symbol.asyncDispose]();
    await this.sandbox[Symbol.asyncDispose]();
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}
