import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inMemory } from './testing-folder.ts';
import { makeTemplates } from './testing-template.ts';

/**
 * Vitest's global set-up of the projects that need a database: a private MariaDB in a temp folder on a free loopback
 * port, from the system's binary. Sets CHATDOCK_TEST_MYSQL to its address, without a database name.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env['CHATDOCK_TEST_MYSQL']) return undefined;
  const server = await startMariaDb({ outlivesPowerCut: false });
  process.env['CHATDOCK_TEST_MYSQL'] = server.url;
  const templates = await makeTemplates(server.url);
  return async () => {
    templates[Symbol.dispose]();
    delete process.env['CHATDOCK_TEST_MYSQL'];
    await server[Symbol.asyncDispose]();
  };
}

export interface MariaDb extends AsyncDisposable {
  /** `mysql://root@127.0.0.1:port` */
  url: string;
  port: number;
  process: ChildProcess;
  /** SIGKILL, as a power cut of the process would. */
  kill(): Promise<void>;
  /** Starts again on the same port and folder. */
  restart(): Promise<void>;
}

const places = ['/usr/sbin/mariadbd', '/usr/sbin/mysqld', '/usr/libexec/mariadbd', '/usr/bin/mariadbd'];

export function findMariaDb(): string | undefined {
  return places.find((path) => existsSync(path));
}

interface MariaDbOptions {
  /** Of the buffer pool, as the server spells it. */
  memory?: string;
  /**
   * Waits for the disk at each commit, as in production; the default. Without it what was committed outlives the
   * server's process, not the machine: for tests that end with neither.
   */
  outlivesPowerCut?: boolean;
}

export async function startMariaDb(options: MariaDbOptions = {}): Promise<MariaDb> {
  const binary = findMariaDb();
  if (!binary) throw new Error('MariaDB is not installed: apt-get install mariadb-server');
  const place = options.outlivesPowerCut === false ? inMemory() : undefined;
  const folder = mkdtempSync(join(place ?? tmpdir(), 'chatdock-mariadb-'));
  const data = join(folder, 'data');
  const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
  install(data, folder, asRoot);
  let port = await freePort();
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(
      binary,
      [
        '--no-defaults',
        `--datadir=${data}`,
        `--socket=${join(folder, 's')}`,
        `--pid-file=${join(folder, 'pid')}`,
        `--tmpdir=${folder}`,
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        ...(options.outlivesPowerCut === false
          ? ['--innodb-flush-log-at-trx-commit=2', '--innodb-flush-method=nosync', '--sync-frm=0']
          : ['--innodb-flush-log-at-trx-commit=1']),
        `--innodb-buffer-pool-size=${options.memory ?? '256M'}`,
        '--innodb-log-file-size=64M',
        '--max-connections=300',
        '--skip-name-resolve',
        '--performance-schema=OFF',
        ...asRoot,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let output = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-8_000);
        if (/ready for connections/.test(output)) resolve();
      });
      child.once('exit', () => reject(new Error(`MariaDB did not start: ${output}`)));
    });
    return child;
  };
  let child = await start().catch(async () => {
    // Somebody else may have taken the port since it was free.
    port = await freePort();
    return start();
  });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  return {
    url: `mysql://root@127.0.0.1:${port}`,
    port,
    get process() {
      return child;
    },
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGTERM');
      child = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The installer shares names in the temp folder with others that run at the same time; it gets one of its own. */
function install(data: string, folder: string, asRoot: string[]): void {
  for (let attempt = 1; ; attempt++) {
    const result = spawnSync(
      'mariadb-install-db',
      [
        '--no-defaults',
        `--datadir=${data}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        ...asRoot,
      ],
      { encoding: 'utf8', env: { ...process.env, TMPDIR: folder } },
    );
    if (result.status === 0) return;
    if (attempt === 3) throw new Error(`mariadb-install-db failed: ${result.stderr || result.stdout}`);
    rmSync(data, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
