import { sql } from 'kysely';
import type { Browser } from 'playwright';
import { encode } from 'uqr';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../db/database.ts';
import { ApiClient } from './harness/client.ts';
import { startHouse, type RunningHouse } from './harness/house.ts';
import { readModules } from './harness/qr-on-screen.ts';
import { SandboxPhone } from './harness/sandbox-phone.ts';
import { launchBrowser, WidgetPage } from './harness/widget-page.ts';

/** Nobody on the phone answers by themselves in this chat. */
const marco = '393478812043@c.us';

async function freshMariaDb(): Promise<string> {
  const server = process.env['CHATDOCK_TEST_MYSQL']!;
  const name = `main_job_${Date.now()}`;
  const admin = openDatabase(`${server}/mysql`, { connections: 1 });
  await sql`create database ${sql.ref(name)} character set utf8mb4 collate utf8mb4_bin`.execute(admin);
  await admin.destroy();
  return `${server}/${name}`;
}

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

// The tests of one database are the steps of one working day: each goes on where the last one ended.
describe.each([
  { name: 'SQLite', database: async () => undefined },
  { name: 'MariaDB', database: freshMariaDb },
])('the main job on $name', ({ database }) => {
  let house: RunningHouse;
  let phone: SandboxPhone;
  let widget: WidgetPage;
  let api: ApiClient;
  beforeAll(async () => {
    const databaseUrl = await database();
    house = await startHouse({
      ...(databaseUrl ? { databaseUrl } : {}),
      isDatabaseBare: true,
      environment: { CHATDOCK_LOG_LEVEL: 'silent' },
    });
    phone = new SandboxPhone(() => house);
    // The second tick comes when a test says so.
    await phone.do('faults', { slowAckMs: 600_000 });
    api = await ApiClient.signIn(house.url, house.signIn!);
  });
  afterAll(async () => {
    await widget?.[Symbol.asyncDispose]();
    await house?.[Symbol.asyncDispose]();
  });

  test('the QR code on the screen is the one WhatsApp gave, and scanning it links the number', async () => {
    widget = await WidgetPage.open(browser, { house });
    await widget.signIn(house.signIn!);
    await widget.button('Show the QR code').click();
    await widget.panel.locator('svg.qr path[d^=M]').waitFor({ timeout: 60_000 });

    const [inbox] = await api.inboxes();
    // A code lives twenty seconds: a new one may come between the look at the API and the look at the screen.
    await expect
      .poll(
        async () => {
          const { value } = await api.call<{ value: string }>('GET', `/inboxes/${inbox!.id}/session/pairing`);
          const { data, size } = encode(value, { border: 0, ecc: 'L' });
          const seen = await readModules(widget.page, size, 4);
          return seen.flat().filter((isDark, index) => isDark !== data.flat()[index]).length;
        },
        { timeout: 60_000 },
      )
      .toBe(0);

    // The moment of success passes by itself: whoever looks for it is there before.
    await Promise.all([
      widget.panel.getByRole('heading', { name: 'Linked' }).waitFor(),
      phone.do('scan-on-screen'),
    ]);
    await widget.row('Giulia Rossi').waitFor();
    await expect
      .poll(async () => (await api.inboxes())[0]!.session.state, { timeout: 60_000 })
      .toBe('working');
  });

  test('each chat shows its last words, when they were said and how many are unread', async () => {
    const { chats } = await phone.state();
    const unread = chats.filter((one) => one.unread > 0).slice(0, 3);
    expect(unread.length).toBeGreaterThan(1);
    for (const chat of unread) {
      const row = widget.row(chat.title.replace(/^~/, ''));
      await row.locator('time').waitFor();
      await row.getByRole('img', { name: `${chat.unread} unread message` }).waitFor();
      const last = chat.messages.at(-1)!;
      await expect
        .poll(() => row.locator('.preview').innerText())
        .toContain(last.body.split('\n')[0]!.slice(0, 20));
    }
  });

  test('a customer’s message appears by push, and opening the chat tells WhatsApp that it is read', async () => {
    await widget.openChat('Marco Bianchi');
    await phone.writes(marco, 'Is my bicycle ready?');
    await widget.bubbles('Is my bicycle ready?', 'theirs').waitFor();
    await expect
      .poll(async () => (await phone.state()).chats.find((chat) => chat.id === marco)!.unread)
      .toBe(0);
  });

  test('an answer stands there before the server has heard of it, then climbs tick by tick', async () => {
    const held = Promise.withResolvers<void>();
    await widget.page.route('**/messages', async (route) => {
      await held.promise;
      await route.continue();
    });
    await widget.write('It will be ready at five.');
    const bubble = widget.bubbles('It will be ready at five.', 'mine');
    await widget.ticks(bubble, 'Waiting to be sent').waitFor();
    held.resolve();
    await widget.ticks(bubble, 'Sent').waitFor();
    await widget.page.unroute('**/messages');

    const [sent, ...more] = await phone.saidByUs(marco, 'It will be ready at five.');
    expect(more).toEqual([]);
    await phone.do('ack', { id: sent!.id, ack: 2 });
    await widget.ticks(bubble, 'Delivered').waitFor();
    await phone.do('read-by-them', { chat: marco });
    await widget.ticks(bubble, 'Read').waitFor();
    expect(await bubble.count()).toBe(1);
  });

  test('what is typed on the phone appears once, as ours', async () => {
    await phone.do('from-phone', { to: marco, body: 'Typed on the phone' });
    await widget.bubbles('Typed on the phone', 'mine').waitFor();
    // A later message has arrived: an echo of the first would be there by now.
    await phone.writes(marco, 'Thanks!');
    await widget.bubbles('Thanks!', 'theirs').waitFor();
    expect(await widget.bubbles('Typed on the phone', 'mine').count()).toBe(1);
  });

  test('two equal texts one after the other are two bubbles here and two messages on the phone', async () => {
    await widget.write('ok');
    await widget.write('ok');
    const bubbles = widget.bubbles('ok', 'mine');
    await widget.ticks(bubbles.nth(0), 'Sent').waitFor();
    await widget.ticks(bubbles.nth(1), 'Sent').waitFor();
    expect(await bubbles.count()).toBe(2);
    expect(new Set((await phone.saidByUs(marco, 'ok')).map((one) => one.id)).size).toBe(2);
  });

  test('people are found by a part of their name; a number that is not on WhatsApp is named as such, one that is gets a chat', async () => {
    await widget.back();
    await widget.button('New chat').click();
    await widget.panel.getByRole('searchbox').fill('conti');
    await widget.row('Sofia Conti').waitFor();
    await widget.row('Giulia Rossi').waitFor({ state: 'detached' });

    const number = widget.panel.getByLabel('Start a chat by number');
    await number.fill('+39 320 555 0000');
    await widget.button('Write').click();
    await widget.panel.getByText('This number is not on WhatsApp.').waitFor();
    await number.fill('+44 7700 900789');
    await widget.button('Write').click();
    await widget.write('Hello, this is the workshop');
    await widget.ticks(widget.bubbles('Hello, this is the workshop', 'mine'), 'Sent').waitFor();
    expect(await phone.saidByUs('447700900789@c.us', 'Hello, this is the workshop')).toHaveLength(1);
    expect(widget.faults).toEqual([]);
  });
});
