import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Message } from '../server/contract/wire.ts';
import type { ApiClient } from './harness/client.ts';
import type { RunningHouse } from './harness/house.ts';
import { startLinkedHouse } from './harness/linked-house.ts';
import type { SandboxPhone } from './harness/sandbox-phone.ts';
import { launchBrowser, WidgetPage } from './harness/widget-page.ts';

/** Nobody on the phone answers by themselves in this chat. */
const marco = '393478812043@c.us';
const photo = readFileSync(new URL('../sandbox/samples/photo.jpg', import.meta.url));

// One conversation: each test goes on where the last one ended.
let browser: Browser;
let house: RunningHouse;
let phone: SandboxPhone;
let api: ApiClient;
let inboxId: number;
let widget: WidgetPage;

beforeAll(async () => {
  const linked = await startLinkedHouse();
  ({ house, phone, api, inboxId } = linked);
  browser = await launchBrowser();
  widget = await WidgetPage.open(browser, { house });
  await widget.signIn(house.signIn!);
  await widget.openChat('Marco Bianchi');
});
afterAll(async () => {
  await browser?.close();
  await house?.[Symbol.asyncDispose]();
});

const article = (text: string | RegExp) => widget.panel.locator('article').filter({ hasText: text });
const shown = (text: string | RegExp) => article(text).last().waitFor({ timeout: 60_000 });
const say = (what: object) => phone.do<{ id: string }>('inbound', { from: marco, ...what });
const stored = async (check: (row: Message) => boolean): Promise<Message> => {
  let found: Message | undefined;
  await vi.waitUntil(
    async () => (found = (await api.messagesOf(inboxId)).findLast((row) => check(row))) !== undefined,
    // A file's third try comes half a minute after its first.
    { timeout: 120_000, interval: 200 },
  );
  return found!;
};
/** Our newest message on the phone that answers to this. */
const onPhone = async (check: (message: Record<string, unknown>) => boolean) => {
  const read = async () => {
    const { chats } = await phone.state();
    const messages = chats.find((chat) => chat.id === marco)?.messages ?? [];
    return (messages as unknown as Record<string, unknown>[]).findLast((one) => check(one));
  };
  await vi.waitUntil(async () => (await read()) !== undefined, { timeout: 60_000, interval: 100 });
  return (await read())!;
};

test('every kind of message that a customer can send is on the screen as what it is', async () => {
  for (const sample of ['photo', 'clip', 'voice', 'tune', 'invoice', 'sticker']) await say({ sample });
  // Seen before the next come: the list draws what is in sight, and goes with the newest.
  await shown('Fattura 2026-114.pdf');
  for (const kind of ['location', 'card', 'poll', 'link', 'view-once', 'unknown']) await say({ kind });
  await shown('Pantheon');
  await shown('Quando passa a ritirarla?');
  await shown('Bici blu');
  await shown('View once');
  // Files are fetched beside the messages.
  for (const type of ['image', 'video', 'voice', 'audio', 'document', 'sticker']) {
    const row = await stored((one) => one.type === type && one.media?.state === 'stored');
    expect(row.media?.size).toBeGreaterThan(100);
  }
});

test('a picture comes through a short-lived address, byte for byte; without it there is nothing', async () => {
  const { media } = await stored((one) => one.type === 'image');
  const { urls } = await api.call<{ urls: Record<string, { original: string }> }>(
    'GET',
    `/media/urls?ids=${media!.id}`,
  );
  const { original } = urls[media!.id]!;
  const answer = await fetch(`${house.url}${original}`);
  expect(answer.headers.get('content-type')).toBe('image/jpeg');
  expect(Buffer.from(await answer.arrayBuffer()).equals(photo)).toBe(true);
  const part = await fetch(`${house.url}${original}`, { headers: { range: 'bytes=0-99' } });
  expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 100]);
  // One time in 64 the key itself begins with what would take its first letter's place.
  const forged = original.replace(/k=(.)/, (_, letter) => (letter === '_' ? 'k=-' : 'k=_'));
  expect((await fetch(`${house.url}${forged}`)).status).toBe(404);
});

test('edited, taken back, reacted to and answered by the customer: the screen follows', async () => {
  const first = await say({ body: 'Order 4711, please' });
  await shown('Order 4711, please');
  await phone.do('edit', { id: first.id, body: 'Order 4712, please' });
  await shown('Order 4712, please');
  await phone.do('react', { id: first.id, from: marco, text: '🙏' });
  await article('Order 4712, please').getByText('🙏').first().waitFor();
  await say({ body: 'It is urgent', quoted: first.id });
  await article('It is urgent').getByText('Order 4712, please').waitFor();
  const gone = await say({ body: 'Written by mistake' });
  await shown('Written by mistake');
  await phone.do('revoke', { id: gone.id });
  await article('Written by mistake').waitFor({ state: 'detached' });
});

test('a file chosen by the agent is on the phone, once, with its caption', async () => {
  const chooser = widget.page.waitForEvent('filechooser');
  await widget.button(/attach/i).click();
  await widget.panel.getByRole('menuitem', { name: 'Photo or video' }).click();
  await (await chooser).setFiles({ name: 'bike.jpg', mimeType: 'image/jpeg', buffer: photo });
  await widget.panel.getByPlaceholder(/caption/i).fill('This one');
  await widget.page.keyboard.press('Enter');
  const sent = await onPhone((one) => one['fromMe'] === true && one['type'] === 'image');
  expect(sent['caption'] ?? sent['body']).toBe('This one');
  await widget.panel.locator('article.mine').filter({ hasText: 'This one' }).waitFor();
  const rows = (await api.messagesOf(inboxId)).filter((row) => row.fromMe && row.type === 'image');
  expect(rows).toMatchObject([{ body: 'This one', media: { state: 'stored', size: photo.length } }]);
});

test('what the agent does to messages happens on the phone: react, edit, forward, take back; a preview of a link is there', async () => {
  const theirs = await stored((row) => row.body === 'Order 4712, please');
  await api.call('POST', `/messages/${theirs.id}/react`, { emoji: '👍' });
  await onPhone((one) => JSON.stringify(one).includes('👍'));
  const ours = await api.call<Message>('POST', `/chats/${theirs.chatId}/messages`, {
    clientId: randomUUID(),
    body: 'On its way tomorow',
    quotedMessageId: theirs.messageId,
  });
  await stored((row) => row.id === ours.id && row.messageId !== null);
  await api.call('POST', `/messages/${ours.id}/edit`, { body: 'On its way tomorrow' });
  await onPhone((one) => one['body'] === 'On its way tomorrow');
  await shown('On its way tomorrow');
  const preview = { title: 'Bici rossa', description: 'Appena arrivata' };
  await api.call('POST', `/chats/${theirs.chatId}/messages`, {
    clientId: randomUUID(),
    body: 'Oppure bici.example/rossa?',
    link: { url: 'bici.example/rossa', ...preview },
  });
  const withPreview = await onPhone((one) => one['body'] === 'Oppure bici.example/rossa?');
  expect(withPreview['fields']).toMatchObject(preview);
  await article('Oppure bici.example').locator('.link-card').getByText('Bici rossa').waitFor();
  const { list } = await api.call<{ list: { id: number; name: string }[] }>(
    'GET',
    `/inboxes/${inboxId}/chats`,
  );
  const luca =
    list.find((chat) => chat.name === 'Luca Ferrari') ?? list.find((chat) => chat.id !== theirs.chatId)!;
  await api.call('POST', `/messages/${theirs.id}/forward`, {
    to: [{ chatId: luca.id, clientId: randomUUID() }],
  });
  await stored((row) => row.chatId === luca.id && row.body === theirs.body && row.ack > 0);
  await api.call('POST', `/messages/${ours.id}/revoke`, {});
  await article('On its way tomorrow').waitFor({ state: 'detached' });
  await vi.waitUntil(async () => (await phone.saidByUs(marco, 'On its way tomorrow')).length === 0, {
    timeout: 60_000,
  });
});

test('a file that fails twice comes the third time; one that is gone says so', async () => {
  await phone.do('faults', { media: 'fail-twice' });
  const before = (await api.messagesOf(inboxId)).length;
  await say({ sample: 'invoice' });
  await stored((row) => row.type === 'document' && row.id > before && row.media?.state === 'remote');
  await stored((row) => row.type === 'document' && row.id > before && row.media?.state === 'stored');
  await phone.do('faults', { media: 'gone' });
  await say({ sample: 'photo' });
  await stored((row) => row.type === 'image' && row.media?.state === 'gone');
  await widget.panel
    .getByText(/not available any more|no longer available/i)
    .first()
    .waitFor();
  await phone.do('faults', { media: 'normal' });
});
