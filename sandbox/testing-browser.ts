import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import whatsapp from 'whatsapp-web.js';
import { noFaults } from './faults.ts';
import { startSandbox, type Sandbox, type SandboxOptions, type WorldEvent } from './index.ts';
import { shared } from './testing-shared.ts';

/** The real library before a Sandbox, for browser tests. */
const { Client, LocalAuth } = whatsapp;
export type LibraryClient = InstanceType<typeof Client>;

const now = Math.floor(Date.now() / 1000);
const seed = {
  people: [
    { phone: '393331234567@c.us', lid: '45677788899911@lid', name: 'Giulia Rossi', pushName: 'Giulia' },
  ],
  chats: [{ id: '120363000000000001@g.us', subject: 'Fornitori', participants: ['393331234567@c.us'] }],
  messages: Array.from({ length: 60 }, (_, index) => ({
    chat: '393331234567@c.us',
    body: `old ${index}`,
    // Ten messages a second: pages of history begin and end within one.
    t: now - 9000 + Math.floor(index / 10),
  })),
};

const owned: AsyncDisposable[] = [];
const end = async (things: AsyncDisposable[]): Promise<void> => {
  for (const thing of things.toReversed()) await thing[Symbol.asyncDispose]();
};
/** Once, at the top of a file: what a test makes ends with it. */
export function endEverythingAfterEachTest(): void {
  afterEach(() => end(owned.splice(0)));
}

export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sandbox-'));
  owned.push({ [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) });
  return path;
}

export async function sandboxOf(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ world: seed, ...options });
  owned.push(sandbox);
  return sandbox;
}

export function clientOf(sandbox: Sandbox, dataPath: string): LibraryClient {
  const shell = '/usr/bin/chromium-headless-shell';
  const client = new Client({
    authStrategy: new LocalAuth({ dataPath }),
    webVersionCache: { type: 'none' },
    puppeteer: {
      headless: existsSync(shell) ? 'shell' : true,
      executablePath: existsSync(shell) ? shell : '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', ...sandbox.browserArguments],
    },
  });
  guardNavigations(client);
  owned.push({ [Symbol.asyncDispose]: () => client.destroy().catch(() => {}) });
  return client;
}

/**
 * The library injects itself again after each navigation and handles no failure of that (a page that navigates on,
 * a browser that closes): it would end the test run. Only the first time, which `initialize` awaits, may reject.
 */
function guardNavigations(client: LibraryClient): void {
  const inner = client as unknown as { inject(): Promise<void> };
  const inject = inner.inject.bind(client);
  let isFirst = true;
  inner.inject = () => {
    const injected = inject();
    if (!isFirst) return injected.catch(() => {});
    isFirst = false;
    return injected;
  };
}

/** Linked by its first QR code, and ready. */
export async function linkedClient(sandbox: Sandbox, dataPath: string): Promise<LibraryClient> {
  const client = clientOf(sandbox, dataPath);
  const ready = once(client, 'ready');
  client.once('qr', (qr) => sandbox.world.scan(qr));
  await client.initialize();
  await ready;
  return client;
}

/** A linked number for several tests, with nothing wrong in its world when a test gets it. */
export function linkedNumber(
  options: SandboxOptions = {},
): () => Promise<{ sandbox: Sandbox; client: LibraryClient }> {
  const number = shared(async (kept) => {
    const before = owned.length;
    const sandbox = await sandboxOf(options);
    const client = await linkedClient(sandbox, await folder());
    // Not this test's own any more.
    const things = owned.splice(before);
    kept.defer(() => end(things));
    return { sandbox, client };
  });
  return async () => {
    const { sandbox, client } = await number();
    sandbox.world.setFaults(noFaults);
    return { sandbox, client };
  };
}

/** Resolves with the next event of the world that fits. */
export const worldEvent = (sandbox: Sandbox, fits: (event: WorldEvent) => boolean): Promise<WorldEvent> =>
  new Promise((resolve) => {
    const stop = sandbox.world.subscribe((event) => {
      if (!fits(event)) return;
      stop();
      resolve(event);
    });
  });

/** What the library tells first under this name. */
export const next = async <T>(client: LibraryClient, name: string): Promise<T> =>
  (await once(client, name))[0] as T;

/** Resolves when the library has told `count` times under this name. */
export const times = (client: LibraryClient, name: string, count: number): Promise<void> =>
  new Promise((resolve) => {
    let seen = 0;
    client.on(name, () => {
      if (++seen === count) resolve();
    });
  });
