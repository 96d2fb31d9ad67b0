import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './harness/eventually.ts';
import { startLinkedHouse, type LinkedHouse } from './harness/linked-house.ts';
import { launchBrowser, WidgetPage } from './harness/widget-page.ts';

const giulia = '393331234567@c.us';

let linked: LinkedHouse;
let browser: Browser;

beforeAll(async () => {
  [linked, browser] = await Promise.all([startLinkedHouse(), launchBrowser()]);
  // So many that what is looked for is not on the page that opening a chat reads.
  await linked.phone.writes(giulia, 'The Zanzibar invoice is the first');
  for (let index = 0; index < 70; index++) await linked.phone.writes(giulia, `Small talk ${index}`);
  await linked.phone.writes(giulia, 'About the zanzibar invoice again');
  // The index follows the merge a moment later.
  await eventually(
    () => linked.api.call<{ messages: unknown[] }>('GET', '/search?q=zanzibar+inv&in=messages'),
    ({ messages }) => messages.length === 2,
  );
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await linked?.house[Symbol.asyncDispose]();
});

test('a message is found from the list, with what was found marked, and gone to far back in its chat', async () => {
  await using agent = await WidgetPage.open(browser, { house: linked.house });
  await agent.signIn(linked.house.signIn!);
  await agent.row('Giulia Rossi').waitFor();
  const field = agent.panel.getByRole('searchbox', { name: 'Search chats and messages' });
  const hits = agent.panel.getByRole('listbox', { name: 'Messages', exact: true }).getByRole('option');
  await field.fill('zanzibar inv');
  await expect.poll(() => hits.count()).toBe(2);
  await expect.poll(() => hits.last().locator('mark').allInnerTexts()).toEqual(['Zanzibar', 'inv']);
  await hits.last().click();
  const bubble = agent.bubbles('The Zanzibar invoice is the first', 'theirs');
  await bubble.waitFor();
  await expect.poll(() => bubble.evaluate((one) => one.matches(':focus'))).toBe(true);
  // It lies in the middle of the chat: the newest is a press away.
  await agent.button('Go to the latest message').click();
  await agent.bubbles('About the zanzibar invoice again', 'theirs').waitFor();
  expect(agent.faults).toEqual([]);
}, 240_000);

test('inside a chat: counted, marked, older and newer by the keyboard, and back to the composer', async () => {
  await using agent = await WidgetPage.open(browser, { house: linked.house });
  await agent.signIn(linked.house.signIn!);
  await agent.openChat('Giulia Rossi');
  await agent.page.keyboard.press('Control+f');
  const field = agent.panel.getByRole('searchbox', { name: 'Search in this chat' });
  const hit = agent.panel.locator('article.hit');
  await field.fill('zanzibar inv');
  await agent.panel.getByText('1 of 2', { exact: true }).waitFor();
  await expect.poll(() => hit.locator('mark').allInnerTexts()).toEqual(['zanzibar', 'inv']);
  await field.press('Enter');
  await agent.panel.getByText('2 of 2', { exact: true }).waitFor();
  await hit.getByText('is the first').waitFor();
  expect(await field.evaluate((one) => one.matches(':focus'))).toBe(true);
  await field.press('Shift+Enter');
  await agent.panel.getByText('1 of 2', { exact: true }).waitFor();
  await hit.getByText('again').waitFor();
  await field.fill('nobody ever said this');
  await agent.panel.getByText('Nothing found', { exact: true }).waitFor();
  await field.press('Escape');
  await expect.poll(() => agent.panel.locator('mark').count()).toBe(0);
  expect(await agent.panel.locator('.composer textarea').evaluate((one) => one.matches(':focus'))).toBe(true);
  expect(agent.faults).toEqual([]);
}, 240_000);
