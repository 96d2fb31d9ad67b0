import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Sandbox, SandboxOptions } from '../../../sandbox/index.ts';
import type { EngineLog, EngineSession } from '../engine.ts';
import { markedProcesses, sessionMarker } from '../processes.ts';
import { EngineTrial, openWorld } from '../testing-trial.ts';
import { engine } from './index.ts';

export { elena, giulia } from '../testing-trial.ts';

/** One Session of the engine against a world of its own, with everything it said. */
export class Trial extends EngineTrial {
  session: EngineSession;

  private constructor(sandbox: Sandbox, directory: string) {
    super(sandbox, directory);
    this.session = this.makeSession();
  }
  static async start(options: SandboxOptions = {}): Promise<Trial> {
    return new Trial(...(await openWorld(options)));
  }

  makeSession(browser: string | undefined = shellBrowser()): EngineSession {
    return engine.createSession({
      inboxId: 1,
      directory: this.directory,
      upstream: { name: 'sandbox', browserArguments: this.sandbox.browserArguments },
      ...(browser ? { browser } : {}),
      log: process.env['ENGINE_LOG'] ? loudLog : quietLog,
      emit: (events) => this.hear(events),
    });
  }

  processes(): Promise<number[]> {
    return markedProcesses(sessionMarker(this.directory));
  }
  /** The browser's own process: not its children, nor the shell script that Debian wraps around it. */
  async browserProcess(): Promise<number> {
    for (const pid of await this.processes()) {
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const own = command.includes('--user-data-dir') && command.includes(sessionMarker(this.directory));
      if (own && !command.startsWith('/bin/sh')) return pid;
    }
    throw new Error('no browser');
  }
}

export function shellBrowser(): string | undefined {
  const path = '/usr/bin/chromium-headless-shell';
  return existsSync(path) ? path : undefined;
}

const quietLog: EngineLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const write = (fields: object, text: string): void =>
  void process.stderr.write(`${new Date().toISOString().slice(17, 23)} ${text} ${JSON.stringify(fields)}\n`);
const loudLog: EngineLog = { debug: write, info: write, warn: write, error: write };
