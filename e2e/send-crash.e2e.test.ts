import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { demoSeed, startSandbox, type Sandbox } from '../sandbox/index.ts';
import type { Message } from '../server/contract/wire.ts';
import { ApiClient } from './harness/client.ts';
import { startHouse, type RunningHouse } from './harness/house.ts';
import { link, reach } from './harness/linked-house.ts';
import { engineChildren } from './harness/processes.ts';
import { SandboxPhone } from './harness/sandbox-phone.ts';

const marco = '393478812043@c.us';
const dataFolder = mkdtempSync(join(tmpdir(), 'chatdock-send-crash-'));
const dies = join(dataFolder, 'dies');
/** WhatsApp lives on while the product dies. */
let sandbox: Sandbox;
let phone: SandboxPhone;
let house: RunningHouse;
let signIn: { email: string; password: string };
let inboxId: number;

/** `unconfirmedMs`: when nobody knows what became of a Message. A minute, as in the product, unless that is waited for. */
const open = (unconfirmedMs = 60_000): Promise<RunningHouse> =>
  startHouse({
    main: 'e2e/dies-while-sending.ts',
    dataFolder,
    environment: {
      CHATDOCK_MODE: 'production',
      CHATDOCK_LOG_LEVEL: 'silent',
      CHATDOCK_UPSTREAMS: JSON.stringify({ world: { browserArguments: sandbox.browserArguments } }),
      DIES: dies,
      UNCONFIRMED_MS: String(unconfirmedMs),
    },
  });

beforeAll(async () => {
  sandbox = await startSandbox({ world: demoSeed() });
  phone = new SandboxPhone(() => ({ sandboxUrl: sandbox.control.url }));
  house = await open();
  signIn = house.signIn!;
  const api = await ApiClient.signIn(house.url, signIn);
  const inbox = await api.call<{ id: number }>('POST', '/inboxes', { name: 'Number', upstream: 'world' });
  inboxId = inbox.id;
  await link(api, phone, inboxId);
});
afterAll(async () => {
  await house?.[Symbol.asyncDispose]();
  await sandbox?.[Symbol.asyncDispose]();
  rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
});

const rowOf = async (api: ApiClient, id: number): Promise<Message> =>
  (await api.messagesOf(inboxId)).find((message) => message.id === id)!;

/** As soon as the phone's Chats have been pulled. */
async function chatWithMarco(api: ApiClient): Promise<{ id: number }> {
  let found: { id: number } | undefined;
  await vi.waitUntil(
    async () => {
      const { list } = await api.call<{ list: { id: number; phone: string | null }[] }>(
        'GET',
        `/inboxes/${inboxId}/chats`,
      );
      found = list.find((one) => one.phone === '393478812043');
      return found !== undefined;
    },
    { timeout: 120_000, interval: 100 },
  );
  return found!;
}

/** When it is known what became of it, or that nobody knows. */
async function decided(row: () => Promise<Message>): Promise<Message> {
  const isDecided = ({ ack, delivery }: Message): boolean =>
    delivery === 'uncertain' || (delivery === null && ack > 0);
  await vi.waitUntil(async () => isDecided(await row()), { timeout: 120_000, interval: 100 });
  return row();
}

test.each([
  { step: 'before it is claimed', end: 'sent' },
  { step: 'after WhatsApp has it', end: 'sent' },
  { step: 'before it is sent', end: 'asked' },
  { step: 'while it is sent', end: 'either' },
])('kill -9 $step: once on the phone, or the agent is asked', async ({ step, end }) => {
  // A second attempt may find a dead one.
  rmSync(dies, { force: true });
  if (house.process.exitCode !== null || house.process.signalCode !== null) house = await open();
  let api = await ApiClient.signIn(house.url, signIn);
  await reach(api, inboxId, 'working');
  const body = `killed ${step} ${randomUUID()}`;
  const chat = await chatWithMarco(api);
  const gone = once(house.process, 'exit');
  writeFileSync(dies, step);
  const sent = await api.call<Message>('POST', `/chats/${chat.id}/messages`, {
    clientId: randomUUID(),
    body,
  });
  if (step === 'before it is claimed') house.process.kill('SIGKILL');
  await gone;

  rmSync(dies);
  // What WhatsApp has is heard of before anybody is asked, however slow the machine is.
  house = await open(end === 'sent' ? undefined : 1_000);
  api = await ApiClient.signIn(house.url, signIn);
  await reach(api, inboxId, 'working');
  const row = () => rowOf(api, sent.id);
  const { delivery } = await decided(row);
  const onPhone = await phone.saidByUs(marco, body);
  if (delivery === 'uncertain') {
    expect(end).not.toBe('sent');
    // Asked, the agent says: send it again. Nothing else does.
    if (onPhone.length === 0) {
      await api.call('POST', `/messages/${sent.id}/retry`);
      await vi.waitUntil(async () => (await row()).ack > 0, { timeout: 120_000, interval: 100 });
    }
  } else {
    expect(end).not.toBe('asked');
  }
  expect(await phone.saidByUs(marco, body)).toHaveLength(1);
  expect((await api.messagesOf(inboxId)).filter((message) => message.body === body)).toHaveLength(1);
});

test('kill -9 of the engine’s child, and a send before anybody has noticed: once on the phone, or the agent is asked', async () => {
  const api = await ApiClient.signIn(house.url, signIn);
  const chat = await chatWithMarco(api);
  let last: number | undefined;
  for (let time = 1; time <= 3; time++) {
    // As long as nobody has noticed, it works without one.
    const child = await vi.waitUntil(
      () => engineChildren(house.process.pid!).find(({ pid }) => pid !== last),
      { timeout: 120_000, interval: 100 },
    );
    await reach(api, inboxId, 'working');
    const body = `child killed ${time} ${randomUUID()}`;
    process.kill(child.pid, 'SIGKILL');
    last = child.pid;
    const sent = await api.call<Message>('POST', `/chats/${chat.id}/messages`, {
      clientId: randomUUID(),
      body,
    });
    const { delivery } = await decided(() => rowOf(api, sent.id));
    const onPhone = await phone.saidByUs(marco, body);
    if (delivery === 'uncertain') expect(onPhone.length).toBeLessThanOrEqual(1);
    else expect(onPhone).toHaveLength(1);
  }
});
