import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Chat } from '../server/contract/wire.ts';
import { ApiClient } from './harness/client.ts';
import { startLinkedHouse, type LinkedHouse } from './harness/linked-house.ts';
import { launchBrowser, WidgetPage } from './harness/widget-page.ts';

const password = 'a quiet harbour in March';
const ben = { email: 'ben@crm.example', name: 'Ben Carter', password };
const giulia = '393331112233@c.us';

let linked: LinkedHouse;
let browser: Browser;
let benApi: ApiClient;

beforeAll(async () => {
  [linked, browser] = await Promise.all([startLinkedHouse(), launchBrowser()]);
  const { api, house } = linked;
  await api.call('POST', '/agents', ben);
  benApi = await ApiClient.signIn(house.url, ben);
  await api.call('POST', '/canned-replies', {
    shortcut: 'hello',
    body: 'Hello {{contact.name}}{{order.id}}, {{agent.name}} here.',
  });
  await api.call('POST', '/labels', { name: 'VIP', colour: 'purple' });
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await linked?.house[Symbol.asyncDispose]();
});

async function chatNamed(name: string): Promise<Chat> {
  const { list } = (await linked.api.call('GET', `/inboxes/${linked.inboxId}/chats`)) as { list: Chat[] };
  return list.find((chat) => chat.name === name)!;
}

test('what Agents do around a chat is seen by each other at once and by the customer never', async () => {
  const { house } = linked;
  await using ann = await WidgetPage.open(browser, { house });
  await ann.signIn(house.signIn!);
  await ann.row('Giulia Rossi').waitFor();
  await using other = await WidgetPage.open(browser, { house });
  await other.signIn(ben);
  await ann.openChat('Giulia Rossi');
  await other.openChat('Giulia Rossi');
  const chat = await chatNamed('Giulia Rossi');

  // Both take it; Ben was faster, and Ann's screen has not heard yet.
  await ann.page.route(`**/chats/${chat.id}/claim`, async (route) => {
    await benApi.call('POST', `/chats/${chat.id}/claim`, {});
    await route.continue();
  });
  await ann.button('Take').click();
  await ann.panel.getByText('Ben Carter was faster and has this chat now.').waitFor();
  await ann.button('Assigned to: Ben Carter').waitFor();
  await other.button('Assigned to: You').waitFor();

  // A label, put on by one, is seen by the other.
  await other.button('Labels').click();
  await other.panel.getByRole('menuitemcheckbox', { name: 'VIP' }).click();
  await other.page.keyboard.press('Escape');
  await ann.panel.locator('.work-labels .label', { hasText: 'VIP' }).waitFor();

  // Ben has it open, too, and is seen to; he writes, and Ann sees that he does, and when he has stopped.
  await ann.panel.getByRole('img', { name: 'Ben Carter is looking at this chat' }).waitFor();
  await other.panel.locator('textarea').fill('I am on it');
  await ann.panel.getByText('Ben Carter is replying…').waitFor();
  await other.write('I am on it');
  await ann.panel.getByText('Ben Carter is replying…').waitFor({ state: 'detached' });
  await ann.bubbles('I am on it', 'mine').waitFor();

  // A note is for colleagues.
  await ann.panel.getByRole('radio', { name: 'Note' }).click();
  await ann.write('She pays late');
  await ann.panel.getByText('Only your colleagues see this.').waitFor();
  await ann.page.keyboard.press('Enter');
  const note = other.panel.locator('article.note', { hasText: 'She pays late' });
  await note.waitFor();
  expect(await note.getByRole('button', { name: 'Edit the note' }).count()).toBe(0);
  expect(await linked.phone.saidByUs(giulia, 'She pays late')).toEqual([]);

  // A canned reply by the keyboard alone: what is missing is named, and nothing goes while it is.
  await ann.panel.getByRole('radio', { name: 'Reply' }).click();
  await ann.panel.getByRole('textbox', { name: 'Message' }).pressSequentially('/he');
  await ann.panel.getByRole('option', { name: '/hello' }).waitFor();
  await ann.page.keyboard.press('Enter');
  const { name } = linked.api.me.agent;
  const field = ann.panel.locator('.composer textarea');
  await expect.poll(() => field.inputValue()).toBe(`Hello Giulia Rossi{{order.id}}, ${name} here.`);
  await ann.button('order.id').waitFor();
  await ann.page.keyboard.press('Enter');
  await expect.poll(() => field.inputValue()).toBe(`Hello Giulia Rossi{{order.id}}, ${name} here.`);
  expect(await linked.phone.saidByUs(giulia, `Hello Giulia Rossi{{order.id}}, ${name} here.`)).toEqual([]);
  await ann.button('Leave out').click();
  await expect.poll(() => field.inputValue()).toBe(`Hello Giulia Rossi, ${name} here.`);

  // The list knows whose it is.
  await other.back();
  await other.panel.getByRole('radio', { name: 'Mine' }).click();
  await other.row('Giulia Rossi').waitFor();
  await expect.poll(() => other.panel.getByRole('option').count()).toBe(1);

  // The whole chat as a file.
  await ann.button('Chat menu').click();
  await ann.panel.getByRole('menuitem', { name: 'Export' }).click();
  const [download] = await Promise.all([
    ann.page.waitForEvent('download'),
    ann.panel.getByRole('menuitem', { name: 'As text', exact: true }).click(),
  ]);
  const text = await readFile(await download.path(), 'utf8');
  expect(download.suggestedFilename()).toBe('Giulia Rossi.txt');
  expect(text).toContain('I am on it');
  expect(text).not.toContain('She pays late');
  expect([...ann.faults, ...other.faults]).toEqual([]);
}, 240_000);

test('an admin makes, renames, recolours and deletes labels and canned replies in the widget; an agent only uses them', async () => {
  const { house, api } = linked;
  await using ann = await WidgetPage.open(browser, { house });
  await ann.signIn(house.signIn!);
  await ann.openChat('Marco Bianchi');
  const sheet = ann.panel.getByRole('dialog');

  await ann.button('Labels').click();
  await ann.panel.getByRole('menuitem', { name: 'Manage labels' }).click();
  await sheet.getByRole('textbox', { name: 'New label' }).fill('Late payer');
  await sheet.getByRole('radio', { name: 'Red' }).check({ force: true });
  await sheet.getByRole('button', { name: 'Add' }).click();
  await sheet.getByRole('button', { name: 'Change: Late payer' }).click();
  const name = sheet.getByRole('textbox', { name: 'Name of the label' });
  // A name that is taken is refused, and what was typed stays.
  await name.fill('VIP');
  await sheet.getByRole('button', { name: 'Save' }).click();
  await sheet.getByText('There is a label of this name already.').waitFor();
  await name.fill('Pays late');
  await sheet.getByRole('radio', { name: 'Orange' }).check({ force: true });
  await sheet.getByRole('button', { name: 'Save' }).click();
  await sheet.locator('.label.orange', { hasText: 'Pays late' }).waitFor();
  await sheet.getByRole('button', { name: 'Close' }).click();

  await ann.button('Labels').click();
  await ann.panel.getByRole('menuitemcheckbox', { name: 'Pays late' }).click();
  await ann.page.keyboard.press('Escape');
  await ann.panel.locator('.work-labels .label.orange', { hasText: 'Pays late' }).waitFor();

  await ann.button('Chat menu').click();
  await ann.panel.getByRole('menuitem', { name: 'Canned replies' }).click();
  await sheet.getByRole('textbox', { name: 'Shortcut' }).fill('/bye');
  await sheet.getByRole('combobox', { name: 'Category' }).fill('Farewells');
  await sheet.getByRole('textbox', { name: 'Text' }).fill('Goodbye ');
  await sheet.getByRole('button', { name: 'Contact’s name' }).click();
  await sheet.getByRole('button', { name: 'Add' }).click();
  await sheet.getByRole('button', { name: 'Change: /bye' }).click();
  await sheet.getByRole('textbox', { name: 'Text' }).fill('So long, {{contact.name}}');
  await sheet.getByRole('button', { name: 'Save' }).click();
  await sheet.getByText('So long, {{contact.name}}').waitFor();
  await sheet.getByRole('button', { name: 'Rename the category: Farewells' }).click();
  await ann.page.keyboard.type(' and such');
  await ann.page.keyboard.press('Enter');
  await sheet.getByRole('button', { name: 'Rename the category: Farewells and such' }).waitFor();
  await sheet.getByRole('combobox', { name: 'Show' }).selectOption('Farewells and such');
  await sheet.getByText('/hello').waitFor({ state: 'detached' });
  await sheet.getByRole('button', { name: 'Close' }).click();
  // Found by its category, too.
  await ann.panel.getByRole('textbox', { name: 'Message' }).pressSequentially('/fare');
  await ann.panel
    .getByRole('group', { name: 'Farewells and such' })
    .getByRole('option', { name: '/bye' })
    .waitFor();
  await ann.page.keyboard.press('Enter');
  await expect
    .poll(() => ann.panel.locator('.composer textarea').inputValue())
    .toBe('So long, Marco Bianchi');

  // Deleted, it is on no chat any more.
  await ann.button('Labels').click();
  await ann.panel.getByRole('menuitem', { name: 'Manage labels' }).click();
  await sheet.getByRole('button', { name: 'Delete: Pays late' }).click();
  await sheet.getByRole('button', { name: 'Delete?' }).click();
  await sheet.getByRole('button', { name: 'Close' }).click();
  await ann.panel.locator('.work-labels .label', { hasText: 'Pays late' }).waitFor({ state: 'detached' });

  // Who is no admin is not offered it.
  await using other = await WidgetPage.open(browser, { house });
  await other.signIn(ben);
  await other.openChat('Marco Bianchi');
  await other.button('Labels').click();
  await other.panel.getByRole('menuitemcheckbox', { name: 'VIP' }).waitFor();
  expect(await other.panel.getByRole('menuitem', { name: 'Manage labels' }).count()).toBe(0);
  expect(api.me.agent.role).toBe('admin');
  expect([...ann.faults, ...other.faults]).toEqual([]);
}, 240_000);

test('without a socket notes and who is replying come by polling', async () => {
  const { house, api } = linked;
  await using page = await WidgetPage.open(browser, {
    house,
    prepare: (one) => one.routeWebSocket(/\/ws/, (socket) => socket.close()),
  });
  await page.signIn(house.signIn!);
  await page.openChat('Giulia Rossi');
  const chat = await chatNamed('Giulia Rossi');
  await benApi.call('POST', `/chats/${chat.id}/notes`, { clientId: randomUUID(), body: 'By polling' });
  await page.panel.locator('article.note', { hasText: 'By polling' }).waitFor();
  const saying = setInterval(() => void benApi.call('POST', `/chats/${chat.id}/replying`, {}), 2_000);
  try {
    await page.panel.getByText('Ben Carter is replying…').waitFor();
  } finally {
    clearInterval(saying);
  }
  await page.panel.getByText('Ben Carter is replying…').waitFor({ state: 'detached' });
  expect(api.me.agent.role).toBe('admin');
}, 240_000);
