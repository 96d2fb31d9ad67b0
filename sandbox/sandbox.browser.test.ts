import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import whatsapp, { type Message as LibraryMessage } from 'whatsapp-web.js';
import { startSandbox, type Sandbox, type SandboxOptions, type WorldEvent } from './index.ts';

const { Client, LocalAuth } = whatsapp;
const giulia = '393331234567@c.us';
const group = '120363000000000001@g.us';
const now = Math.floor(Date.now() / 1000);
const seed = {
  people: [{ phone: giulia, lid: '45677788899911@lid', name: 'Giulia Rossi', pushName: 'Giulia' }],
  chats: [{ id: group, subject: 'Fornitori', participants: [giulia] }],
  messages: Array.from({ length: 30 }, (_, index) => ({
    chat: giulia,
    body: `old ${index}`,
    t: now - 9000 + index,
  })),
};

const owned: AsyncDisposable[] = [];
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing[Symbol.asyncDispose]();
});

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sandbox-'));
  owned.push({ [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) });
  return path;
}
async function sandboxOf(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ world: seed, ...options });
  owned.push(sandbox);
  return sandbox;
}
function clientOf(sandbox: Sandbox, dataPath: string): InstanceType<typeof Client> {
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
  owned.push({ [Symbol.asyncDispose]: () => client.destroy().catch(() => {}) });
  return client;
}
async function linkedClient(sandbox: Sandbox, dataPath: string): Promise<InstanceType<typeof Client>> {
  const client = clientOf(sandbox, dataPath);
  const ready = once(client, 'ready');
  client.once('qr', (qr) => sandbox.world.scan(qr));
  await client.initialize();
  await ready;
  return client;
}
/** Resolves with the next event of the world that fits. */
const worldEvent = (sandbox: Sandbox, fits: (event: WorldEvent) => boolean): Promise<WorldEvent> =>
  new Promise((resolve) => {
    const stop = sandbox.world.subscribe((event) => {
      if (!fits(event)) return;
      stop();
      resolve(event);
    });
  });
const next = async <T>(emitter: InstanceType<typeof Client>, name: string): Promise<T> =>
  (await once(emitter, name))[0] as T;

describe.each([1, 2, 3] as const)('the real library on page generation %i', (generation) => {
  test('scans, gets ready, hears and is heard, and misses no module', async () => {
    const sandbox = await sandboxOf({ generation });
    const client = await linkedClient(sandbox, await folder());
    expect(client.info.wid._serialized).toBe(sandbox.world.me.phone);
    expect(sandbox.world.state.devices).toHaveLength(1);

    const heard = next<LibraryMessage>(client, 'message');
    const told = sandbox.world.inbound({ from: giulia, body: 'Ciao, siete aperti?' });
    const message = await heard;
    expect([message.id.id, message.body, message.from]).toEqual([told.id, 'Ciao, siete aperti?', giulia]);

    const acks: number[] = [];
    const read = new Promise<void>((resolve) => {
      client.on('message_ack', (_message, ack) => {
        acks.push(Number(ack));
        if (Number(ack) === 3) resolve();
      });
    });
    const second = worldEvent(sandbox, (event) => event.kind === 'changed' && event.message.ack === 2);
    await client.sendMessage(giulia, 'Sì, fino alle 19');
    await second;
    sandbox.world.readByThem(giulia);
    await read;
    expect(acks).toEqual([1, 2, 3]);
    expect(sandbox.world.outbox.map((sent) => [sent.chat, sent.body, sent.ack])).toEqual([
      [giulia, 'Sì, fino alle 19', 3],
    ]);
    expect(sandbox.world.outbox[0]?.id).toMatch(/^3EB0[0-9A-F]{18}$/);
    expect(sandbox.world.missingModules).toEqual([]);
  });
});
