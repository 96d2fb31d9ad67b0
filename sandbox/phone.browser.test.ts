import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { colourRules, violations } from '../widget/testing/axe.ts';
import { demoSeed, startSandbox, type Sandbox } from './index.ts';
import { poll } from './kinds.ts';

const anna = '79161234567@c.us';
const shell = '/usr/bin/chromium-headless-shell';
let browser: Browser;
let sandbox: Sandbox;
beforeAll(async () => {
  const executablePath = existsSync(shell) ? shell : '/usr/bin/chromium';
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
afterAll(() => browser.close());
beforeEach(async () => {
  sandbox = await startSandbox({ world: demoSeed() });
});
const complaints: string[] = [];
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await sandbox[Symbol.asyncDispose]();
  // Also what the content security policy would have to say.
  expect(complaints.splice(0)).toEqual([]);
});

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1280, height: 980 },
    ...options,
  });
  const page = await context.newPage();
  page.on('console', (message) => {
    // A refusal of the world is an answer, though Chromium logs its status.
    if (/^Failed to load resource.*409/.test(message.text())) return;
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(sandbox.control.url);
  await page.getByRole('heading', { name: /Chats|Чаты/ }).waitFor();
  return page;
}

test('a code on some screen is offered at once and scanned by one click', async () => {
  const page = await open();
  sandbox.world.waiting.add(() => {});
  await page.getByText('A screen is showing a QR code').click();
  await page.getByRole('status').getByText('Device linked').waitFor();
  expect(sandbox.world.state.devices).toHaveLength(1);
});

test('a pairing code is typed; a wrong one is answered in words; a device is unlinked', async () => {
  const page = await open();
  const waiting = sandbox.world.waiting.add(() => {});
  const code = sandbox.world.waiting.askCode(waiting, '390659991234');
  await page.getByRole('button', { name: 'Devices' }).click();
  const field = page.getByLabel('or type the 8-character code');
  await field.fill('WRONG123');
  await field.press('Enter');
  await page.getByText('This code is no longer shown').waitFor();
  await field.fill(code);
  await field.press('Enter');
  await page.getByRole('button', { name: 'Unlink' }).click();
  await page.getByText('No linked devices').waitFor();
  expect(sandbox.world.state.devices).toEqual([]);
});

test('both phones write to each other, and reading gives the third tick', async () => {
  const page = await open();
  const own = page.getByRole('region', { name: 'Your phone' });
  const customer = page.getByRole('region', { name: 'A customer’s phone' });
  await customer.getByLabel('Write as').selectOption('anna');
  await customer.getByLabel('Message', { exact: true }).fill('Добрый день');
  await customer.getByLabel('Message', { exact: true }).press('Enter');
  await own.getByRole('button', { name: /Анна.*Добрый день/ }).click();
  await own.getByLabel('Message', { exact: true }).fill('Здравствуйте!');
  await own.getByLabel('Message', { exact: true }).press('Enter');
  await customer.getByRole('button', { name: /Read/ }).click();
  await own.getByRole('listitem').filter({ hasText: 'Здравствуйте!' }).getByLabel('Read').waitFor();
  expect(sandbox.world.messagesOf(anna).at(-1)).toMatchObject({
    fromMe: true,
    body: 'Здравствуйте!',
    ack: 3,
  });
});

test('somebody new writes for the first time', async () => {
  const page = await open();
  const customer = page.getByRole('region', { name: 'A customer’s phone' });
  await customer.getByLabel('Write as').selectOption('+');
  await customer.getByLabel('Name').fill('Chiara');
  await customer.getByLabel('Phone number').fill('+39 340 555 0199');
  await customer.getByRole('button', { name: 'Add' }).click();
  await customer.getByLabel('Message', { exact: true }).fill('Prima volta');
  await customer.getByLabel('Message', { exact: true }).press('Enter');
  await page.getByRole('button', { name: /~Chiara.*Prima volta/ }).waitFor();
});

test('airplane mode says so, and what was written meanwhile arrives afterwards', async () => {
  const page = await open();
  const own = page.getByRole('region', { name: 'Your phone' });
  await own.getByRole('button', { name: 'Settings' }).click();
  await own.getByRole('switch', { name: /Airplane/ }).click();
  await own.getByRole('button', { name: 'Chats' }).click();
  await own.locator('.note:visible').waitFor();
  sandbox.world.inbound({ from: anna, body: 'есть кто?' });
  await page.getByLabel('Write as').selectOption('anna');
  await page.getByRole('listitem').filter({ hasText: 'есть кто?' }).getByLabel('Sent').waitFor();
  sandbox.world.setPhoneOnline(true);
  await own.getByRole('button', { name: /Анна.*есть кто/ }).waitFor();
});

test('a customer sends a picture, a voice note, a place and a file of their own; each is seen on the other phone', async () => {
  const page = await open();
  const own = page.getByRole('region', { name: 'Your phone' });
  const customer = page.getByRole('region', { name: 'A customer’s phone' });
  await customer.getByLabel('Write as').selectOption('anna');
  for (const choice of ['Photo', 'Voice note', 'Location']) {
    await customer.locator('.attach summary').click();
    await customer.locator('.attach').getByRole('button', { name: choice, exact: true }).click();
  }
  await customer
    .getByLabel('A file of yours…', { exact: true })
    .first()
    .setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('ciao') });
  await own.getByRole('button', { name: /Анна.*Document/ }).click();
  const picture = own.getByRole('img', { name: 'Photo' });
  await picture.waitFor();
  await picture.evaluate((image: HTMLImageElement) => image.decode());
  await own.getByLabel('Voice note').waitFor();
  await own.getByText('Piazza della Rotonda').waitFor();
  const link = own.getByRole('link', { name: 'note.txt' });
  const answer = await page.request.get(new URL((await link.getAttribute('href')) ?? '', page.url()).href);
  expect(answer.headers()).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment',
  });
  expect(await answer.text()).toBe('ciao');
  expect(sandbox.world.messagesOf(anna).slice(-4)).toMatchObject([
    { type: 'image' },
    { type: 'ptt' },
    { type: 'location' },
    { type: 'document', media: { filename: 'note.txt' } },
  ]);
});

test('a customer answers, edits, reacts, votes and takes back', async () => {
  const page = await open();
  const customer = page.getByRole('region', { name: 'A customer’s phone' });
  await customer.getByLabel('Write as').selectOption('anna');
  const ours = sandbox.world.fromPhone({ to: anna, body: 'Da noi' });
  const act = async (message: string, choice: string): Promise<void> => {
    const bubble = customer.getByRole('listitem').filter({ hasText: message }).last();
    await bubble.locator('summary').click();
    await bubble.getByRole('button', { name: choice, exact: true }).click();
  };
  await act('Da noi', '👍');
  await customer.locator('.reactions').filter({ hasText: '👍' }).waitFor();
  expect(sandbox.world.find(ours.id).reactions).toMatchObject([{ from: anna, text: '👍' }]);
  const asked = sandbox.world.fromPhone({ to: anna, ...poll('Quando?', ['lunedì', 'martedì']) });
  await act('Quando?', '○ martedì');
  await expect.poll(() => asked.votes).toMatchObject([{ from: anna, options: [1] }]);
  await act('Da noi', 'Reply');
  await customer.getByText('Reply to: Da noi').waitFor();
  await customer.getByLabel('Message', { exact: true }).fill('Ecoo');
  await customer.getByLabel('Message', { exact: true }).press('Enter');
  await customer.getByRole('listitem').filter({ hasText: 'Ecoo' }).waitFor();
  const theirs = sandbox.world.messagesOf(anna).at(-1)!;
  expect(theirs).toMatchObject({ body: 'Ecoo', quoted: ours.id });
  await act('Ecoo', 'Edit');
  await customer.getByLabel('Message', { exact: true }).fill('Ecco');
  await customer.getByLabel('Message', { exact: true }).press('Enter');
  await customer.getByRole('listitem').filter({ hasText: 'Ecco' }).waitFor();
  await act('Ecco', 'Delete for everyone');
  await customer.getByText('This message was deleted').first().waitFor();
  expect(theirs).toMatchObject({ type: 'revoked', edited: true });
});

test('markup in names and messages stays text', async () => {
  const page = await open();
  const evil = '<img src=x onerror=alert(1)>';
  sandbox.world.inbound({ from: '393990000009@c.us', pushName: evil, body: evil });
  await page.getByRole('button', { name: evil }).first().waitFor();
  expect(await page.locator('img[src="x"]').count()).toBe(0);
});

test.each([
  ['light, wide', { colorScheme: 'light' }, undefined],
  // A dark page differs by its colours alone.
  ['dark, wide', { colorScheme: 'dark' }, colourRules],
  [
    'dark, narrow, Russian',
    { colorScheme: 'dark', locale: 'ru-RU', viewport: { width: 360, height: 740 } },
    undefined,
  ],
] as const)('nothing an accessibility checker objects to: %s', async (_name, options, rules) => {
  const page = await open(options);
  sandbox.world.waiting.add(() => {});
  await page.locator('.banner').waitFor();
  const steps = [
    [],
    ['.row', '.bubble summary', '.attach summary'],
    ['.plain[data-key=back]', '.tabs button:nth-child(2)', '.troubles summary'],
  ];
  for (const clicks of steps) {
    for (const click of clicks) await page.locator(click).first().click();
    expect(await violations(page, rules, 'html')).toEqual([]);
  }
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
});
