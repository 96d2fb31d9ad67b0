import type { Sandbox, SandboxOptions } from '../../../sandbox/index.ts';
import type { EngineKeys, EngineKnowledge, EngineLog, EngineSession, KnownMessage } from '../engine.ts';
import { EngineTrial, openWorld } from '../testing-trial.ts';
import { engine } from './index.ts';

export { elena, giulia } from '../testing-trial.ts';

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
export class Trial extends EngineTrial {
  readonly keys = new MemoryRows();
  readonly logged: string[] = [];
  /** Settles when what was emitted is stored. */
  stored = (): Promise<void> => Promise.resolve();
  session: EngineSession;

  private constructor(sandbox: Sandbox, directory: string) {
    super(sandbox, directory);
    this.session = this.makeSession();
  }
  static async start(options: SandboxOptions = {}): Promise<Trial> {
    return new Trial(...(await openWorld(options)));
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
      emit: (events) => this.hear(events),
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
}
