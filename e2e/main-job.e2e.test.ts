import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { sql } from 'kysely';
import type { Browser } from 'playwright';
import { encode } from 'uqr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../db/database.ts';
import { eventually } from './harness/eventually.ts';
import { startHouse, type RunningHouse } from './harness/house.ts';
import { SandboxPhone } from './harness/sandbox-phone.ts';
import { openBrowser, readQrFromScreen, WidgetPage } from './harness/widget-page.ts';

const giulia = '393331234567@c.us';

async function mariadb(): Promise<string> {
  const server = process.env['CHATDOCK_TEST_MYSQL'];
  if (!server) throw new Error('CHATDOCK_TEST_MYSQL is not set: run through vitest’s e2e project');
  const name = `e2e_${randomBytes(6).toString('hex')}`;
  const admin = openDatabase(`${server}/mysql`, { connections: 1 });
  await sql`create database ${sql.ref(name)} character set utf8mb4 collate utf8mb4_bin`.execute(admin);
  await admin.destroy();
  return `${server}/${name}`;
}

/** One story from an empty installation to a conversation; the tests follow one another. */
describe.each([
  ['SQLite', async (): Promise<{ databaseUrl?: string }> => ({})],
  ['MariaDB', async (): Promise<{ databaseUrl?: string }> => ({ databaseUrl: await mariadb() })],
])('the main job on %s', (_name, choose) => {
  let database: { databaseUrl?: string };
  let house: RunningHouse;
  let phone: SandboxPhone;
  let browser: Browser;
  let agent: WidgetPage;

  beforeAll(async () => {
    database = await choose();
    house = await startHouse(database);
    phone = new SandboxPhone(house.sandboxUrl!);
    browser = await openBrowser();
    agent = await WidgetPage.open(browser, house.url);
  });
  afterAll(async () => {
    await browser.close();
    await house[Symbol.asyncDispose]();
    rmSync(house.dataFolder, { recursive: true, force: true, maxRetries: 5 });
  });

  test('the agent signs in with what the first start printed', async () => {
    await agent.signIn(house.signIn!);
    await expect(agent.panel.getByText('Link Sandbox').waitFor()).resolves.toBeUndefined();
  });

  test('the QR code on the screen is the code WhatsApp gave, module by module', async () => {
    await agent.showQr();
    const answer = await agent.page.evaluate(async () =>
      (await fetch('/api/v1/inboxes/1/session/pairing')).json(),
    );
    const { data } = encode(answer.value, { border: 0, ecc: 'L' });
    expect(await readQrFromScreen(agent.page, agent.panel.locator('svg.qr'))).toEqual(data);
  });

  test('scanned by the phone, the chats come with preview and unread', async () => {
    await phone.act('scan-on-screen');
    await agent.chat('Giulia Rossi').waitFor({ timeout: 30_000 });
    const row = agent.chat('Giulia Rossi');
    await expect(row.getByText('Anche nel pomeriggio va bene').count()).resolves.toBe(1);
    await row.getByText('2', { exact: true }).waitFor();
  });

  test('a customer writes, and the message is on the open screen', async () => {
    await agent.chat('Giulia Rossi').click();
    await phone.act('inbound', { from: giulia, body: 'Ci sono novità?' });
    await agent.bubble('Ci sono novità?').waitFor();
    expect(await agent.bubble('Ci sono novità?').count()).toBe(1);
  });

  test('the agent answers: seen at once, on the phone, and read in the end', async () => {
    await agent.write('Sì, tutto *pronto*');
    const bubble = agent.bubble('Sì, tutto pronto');
    await bubble.waitFor({ timeout: 1_000 });
    await eventually(
      () => phone.texts(giulia),
      (texts) => texts.includes('Sì, tutto *pronto*'),
    );
    await bubble.getByLabel(/Read|Delivered/).waitFor();
    await phone.act('read-by-them', { chat: giulia });
    await bubble.getByLabel('Read').waitFor();
    expect(await bubble.count()).toBe(1);
  });

  test('two equal texts are two messages', async () => {
    await agent.write('ok');
    await agent.write('ok');
    await eventually(
      () => phone.texts(giulia),
      (texts) => texts.filter((text) => text === 'ok').length === 2,
    );
    await agent.panel
      .locator('article.mine')
      .filter({ hasText: /^ok/ })
      .nth(1)
      .getByLabel(/Delivered|Read/)
      .waitFor();
    expect(await agent.panel.locator('article.mine').filter({ hasText: /^ok/ }).count()).toBe(2);
  });

  test('what is typed on the phone appears once, as ours', async () => {
    await phone.act('from-phone', { to: giulia, body: 'scritto dal telefono' });
    await agent.panel.locator('article.mine').filter({ hasText: 'scritto dal telefono' }).waitFor();
    expect(await agent.bubble('scritto dal telefono').count()).toBe(1);
  });

  test('a chat is started by number; a number that is not on WhatsApp is told in words', async () => {
    await agent.back();
    await agent.panel.getByRole('button', { name: 'New chat' }).click();
    const number = agent.panel.getByLabel('Start a chat by number');
    await number.fill('+39 333 000 0000');
    await agent.panel.getByRole('button', { name: 'Write', exact: true }).click();
    await agent.panel.getByText('This number is not on WhatsApp.').waitFor({ timeout: 20_000 });
    await number.fill('+39 392 000 1122');
    await agent.panel.getByRole('button', { name: 'Write', exact: true }).click();
    await agent.panel.locator('textarea').waitFor({ timeout: 20_000 });
    await agent.write('Buongiorno Paolo');
    await eventually(
      () => phone.texts('393920001122@c.us'),
      (texts) => texts.includes('Buongiorno Paolo'),
    );
  });

  test('a hidden number that becomes known joins two chats in the open widget', async () => {
    await agent.back();
    await agent.chat('Elena').waitFor();
    await phone.act('inbound', { from: '393401112223@c.us', body: 'Sono sempre io, Elena' });
    await phone.act('pair', { phone: '393401112223@c.us', lid: '98765432109876@lid' });
    await phone.act('inbound', { from: '98765432109876@lid', body: 'ora ci siamo' });
    await agent.chat('ora ci siamo').waitFor();
    await eventually(
      () => agent.chats.filter({ hasText: /Elena|340 111 2223/ }).count(),
      (count) => count === 1,
    );
  });

  test('a restart needs no new QR code, and nothing is missing', async () => {
    const port = Number(new URL(house.url).port);
    expect(await house.stop()).toBe(0);
    house = await startHouse({ ...database, dataFolder: house.dataFolder, port });
    phone = new SandboxPhone(house.sandboxUrl!);
    await agent.chat('Giulia Rossi').click({ timeout: 30_000 });
    await agent.bubble('scritto dal telefono').waitFor();
    await agent.write('di nuovo qui');
    await eventually(
      () => phone.texts(giulia),
      (texts) => texts.includes('di nuovo qui'),
      40_000,
    );
  });
});
