import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { copySqlite } from '../../db/testing-template.ts';

const top = join(import.meta.dirname, '..', '..');

export interface HouseOptions {
  /** Entry file, relative to the project; default the product's own. */
  main?: string;
  /** Keeps its data here; default a folder that goes with the house. */
  dataFolder?: string;
  /** `mysql://…`; default the embedded SQLite. */
  databaseUrl?: string;
  /** Its SQLite begins as nothing, as on a user's machine. Default: migrated already, since every other start migrates the same. */
  isDatabaseBare?: boolean;
  environment?: Record<string, string>;
  port?: number;
  /** The engine gets the Chromium that people have; default the one without a window, which starts sooner. */
  isBrowserWhole?: boolean;
}

const shell = '/usr/bin/chromium-headless-shell';
function passedOn(name: string): Record<string, string> {
  const value = process.env[name];
  return value ? { [name]: value } : {};
}

/** The product as its user starts it: a process of its own, spoken to over HTTP only. */
export interface RunningHouse extends AsyncDisposable {
  url: string;
  sandboxUrl: string | undefined;
  /** Printed by the first start only. */
  signIn: { email: string; password: string } | undefined;
  dataFolder: string;
  process: ChildProcess;
  /** SIGKILL: no goodbye. */
  kill(): Promise<void>;
  /** SIGTERM, and waits for the end; returns the exit code. */
  stop(): Promise<number | null>;
}

export async function startHouse(options: HouseOptions = {}): Promise<RunningHouse> {
  const folder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'chatdock-house-'));
  const file = join(folder, 'chatdock.db');
  if (!options.databaseUrl && !options.isDatabaseBare && !existsSync(file)) copySqlite(file);
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(top, options.main ?? 'server/main.ts')],
    {
      cwd: top,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        CHATDOCK_MODE: 'demo',
        CHATDOCK_PORT: String(options.port ?? 0),
        CHATDOCK_SANDBOX_PORT: '0',
        CHATDOCK_DATA: folder,
        ...(options.databaseUrl ? { CHATDOCK_DATABASE: options.databaseUrl } : {}),
        ...passedOn('NODE_COMPILE_CACHE'),
        ...(options.isBrowserWhole || !existsSync(shell)
          ? passedOn('CHATDOCK_CHROMIUM')
          : { CHATDOCK_CHROMIUM: shell }),
        ...options.environment,
      },
    },
  );
  const gone = once(child, 'exit');
  const printed = await readBanner(child);
  return {
    ...printed,
    dataFolder: folder,
    process: child,
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await gone;
      return child.exitCode;
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await gone;
      if (!options.dataFolder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function readBanner(child: ChildProcess): Promise<Pick<RunningHouse, 'url' | 'sandboxUrl' | 'signIn'>> {
  const said: Record<string, string> = {};
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const lines = createInterface({ input: child.stdout! });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) =>
      reject(new Error(`the house ended with ${code} before it was up: ${complaints}`)),
    );
    lines.on('line', (line) => {
      const match = /^ {2}(\S+(?: \S+)*?) {2,}(\S+)/.exec(line);
      if (match) said[match[1]!] = match[2]!;
      if (line !== '' || !said['Data']) return;
      resolve({
        url: said['Address']!,
        sandboxUrl: said['Sandbox phone'],
        signIn: said['Password'] ? { email: said['Sign in as']!, password: said['Password'] } : undefined,
      });
    });
  });
}
