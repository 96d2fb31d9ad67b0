import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Inbox } from '../server/contract/wire.ts';
import { ApiClient } from './harness/client.ts';
import { startHouse, type RunningHouse } from './harness/house.ts';
import { link, reach } from './harness/linked-house.ts';
import { SandboxPhone } from './harness/sandbox-phone.ts';

const giulia = '393331234567@c.us';

let house: RunningHouse;
let api: ApiClient;
const phone = new SandboxPhone(() => house);

const dataFolder = mkdtempSync(join(tmpdir(), 'chatdock-baileys-'));
const open = (): Promise<RunningHouse> =>
  startHouse({ dataFolder, environment: { CHATDOCK_LOG_LEVEL: 'silent' } });
let signIn: { email: string; password: string };

beforeAll(async () => {
  house = await open();
  signIn = house.signIn!;
  api = await ApiClient.signIn(house.url, signIn);
  await phone.do('person', { id: 'giulia', autoReplyMs: null });
}, 240_000);
afterAll(async () => {
  await house?.[Symbol.asyncDispose]();
  rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
});

/** The Chat with her, as somebody opens it who has her number. */
async function chatWith(inboxId: number): Promise<number> {
  const phone = `+${giulia.split('@')[0]}`;
  return (await api.call<{ id: number }>('POST', `/inboxes/${inboxId}/chats`, { phone })).id;
}
const bodies = async (inboxId: number): Promise<string[]> =>
  (await api.messagesOf(inboxId)).map(({ body }) => body);
async function arrives(inboxId: number, body: string): Promise<void> {
  await vi.waitUntil(async () => (await bodies(inboxId)).includes(body), { timeout: 60_000, interval: 200 });
}
async function send(chatId: number, body: string): Promise<void> {
  await api.call('POST', `/chats/${chatId}/messages`, { clientId: crypto.randomUUID(), body });
  await vi.waitUntil(async () => (await phone.saidByUs(giulia, body)).length > 0, { timeout: 60_000 });
}
/** Every message that stands in the Inbox, and how often. */
async function timesTold(inboxId: number): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const { messageId } of await api.messagesOf(inboxId))
    if (messageId) times.set(messageId, (times.get(messageId) ?? 0) + 1);
  return times;
}

test('an Inbox made with the engine baileys: linked by the phone, talks both ways with ticks, survives a restart', async () => {
  const inbox = await api.call<Inbox>('POST', '/inboxes', {
    name: 'Without a browser',
    engine: 'baileys',
    upstream: 'sandbox',
  });
  await link(api, phone, inbox.id);
  await phone.writes(giulia, 'siete aperti?');
  await arrives(inbox.id, 'siete aperti?');
  const chat = await chatWith(inbox.id);
  await send(chat, 'sì, fino alle 19');
  await phone.do('read-by-them', { chat: giulia });
  await vi.waitUntil(
    async () => (await api.messagesOf(inbox.id)).find(({ body }) => body === 'sì, fino alle 19')?.ack === 3,
    { timeout: 60_000, interval: 200 },
  );
  await api.call('POST', `/inboxes/${inbox.id}/session/stop`);
  await phone.writes(giulia, 'mentre eravate via');
  await api.call('POST', `/inboxes/${inbox.id}/session/link`, { method: 'qr' });
  await reach(api, inbox.id, 'working');
  await arrives(inbox.id, 'mentre eravate via');
  expect([...(await timesTold(inbox.id)).values()].every((times) => times === 1)).toBe(true);
});

test('killed and started again: linked without a code out of sealed rows, and nothing readable lies about', async () => {
  const [inbox] = (await api.inboxes()).filter(({ name }) => name === 'Without a browser');
  const { id } = inbox!;
  const { devices } = await phone.state();
  const before = await timesTold(id);
  await house.kill();
  // What the Sandbox keeps is the other side's.
  const files = readdirSync(dataFolder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('sandbox'))
    .map((entry) => join(entry.parentPath, entry.name));
  const kept = Buffer.concat(files.map((file) => readFileSync(file)));
  expect(kept.includes('session_key')).toBe(true);
  for (const word of ['signedIdentityKey', 'advSecretKey', 'noiseKey', 'rootKey'])
    expect({ word, is: kept.includes(word) }).toEqual({ word, is: false });
  house = await open();
  api = await ApiClient.signIn(house.url, signIn);
  await reach(api, id, 'working');
  expect((await phone.state()).devices.map((device) => device.id)).toEqual(devices.map((one) => one.id));
  await phone.writes(giulia, 'di nuovo qui?');
  await arrives(id, 'di nuovo qui?');
  await send(await chatWith(id), 'eccoci');
  const after = await timesTold(id);
  expect([...before.keys()].every((each) => after.get(each) === 1)).toBe(true);

  await api.call('POST', `/inboxes/${id}/session/unlink`);
  await vi.waitUntil(async () => (await phone.state()).devices.length === 0, { timeout: 60_000 });
});

test('an Inbox moves from wwebjs to baileys and back: nothing doubles, nothing is lost', async () => {
  const [inbox] = (await api.inboxes()).filter(({ name }) => name === 'Sandbox');
  const { id } = inbox!;
  const move = (engine: string): Promise<unknown> =>
    api.call('POST', `/inboxes/${id}/session/engine`, { engine });
  const talk = async (round: string): Promise<void> => {
    await phone.writes(giulia, `${round}: da lei`);
    await arrives(id, `${round}: da lei`);
    await send(await chatWith(id), `${round}: da noi`);
  };

  await link(api, phone, id);
  await talk('wwebjs');
  await move('baileys');
  await phone.writes(giulia, 'durante il trasloco');
  await link(api, phone, id);
  await talk('baileys');
  await arrives(id, 'durante il trasloco');
  await move('wwebjs');
  await phone.writes(giulia, 'durante il ritorno');
  // Its link has been kept: no code this time.
  await api.call('POST', `/inboxes/${id}/session/link`, { method: 'qr' });
  await reach(api, id, 'working');
  await arrives(id, 'durante il ritorno');
  await talk('di nuovo wwebjs');

  const times = await timesTold(id);
  expect([...times].filter(([, count]) => count > 1)).toEqual([]);
  const { chats } = await phone.state();
  const ofGiulia = chats.find((chat) => chat.id === giulia)?.messages ?? [];
  expect(ofGiulia.map((message) => message.id).filter((each) => !times.has(each))).toEqual([]);
  const told = (await bodies(id)).filter((body) => /wwebjs|baileys|durante/.test(body));
  expect(told.length).toBe(new Set(told).size);
});
