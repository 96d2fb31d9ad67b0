import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Message, type Sandbox, type SandboxOptions } from '../../sandbox/index.ts';
import type { EngineEvent } from '../contract/engine-event.ts';
import type { Outcome } from '../contract/outcome.ts';
import type { SessionReport, SessionState } from '../contract/session-state.ts';
import type { EngineSession } from './engine.ts';

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

/** A world of its own, and a folder for the Session's own things. */
export async function openWorld(options: SandboxOptions): Promise<[Sandbox, string]> {
  const sandbox = await startSandbox({ world: seed, ...options });
  return [sandbox, await mkdtemp(join(tmpdir(), 'engine-'))];
}

/** One Session of an engine against a world of its own, with everything it said. */
export abstract class EngineTrial implements AsyncDisposable {
  readonly events: EngineEvent[] = [];
  readonly directory: string;
  readonly sandbox: Sandbox;
  abstract session: EngineSession;
  #waiting: { fits(event: EngineEvent): boolean; resolve(event: EngineEvent): void }[] = [];

  constructor(sandbox: Sandbox, directory: string) {
    this.sandbox = sandbox;
    this.directory = directory;
  }

  /** What the Session has said. */
  protected hear(events: readonly EngineEvent[]): void {
    this.events.push(...events);
    for (const event of events) this.#wake(event);
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

  /**
   * Connects, scans a code if one is shown, and is there when it works. A start that a busy machine has cost its life is
   * begun again, as the host does.
   */
  async link(): Promise<SessionReport> {
    for (let start = 1; ; start++) {
      const ended = this.nextState('working', 'lost', 'failed');
      const shown = this.nextState('pairing', 'working', 'lost', 'failed');
      this.session.connect();
      const { pairing } = await shown;
      if (pairing) this.sandbox.world.scan(pairing.value);
      const report = await ended;
      if (report.state === 'working') return report;
      if (report.action !== 'retry' || start === 3) throw new Error(`no link: ${JSON.stringify(report)}`);
    }
  }

  /** What the world has of an accepted send: the page says yes before it has told the world. */
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
