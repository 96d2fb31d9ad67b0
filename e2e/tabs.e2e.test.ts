import type { Browser, Page, WebSocket } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './harness/eventually.ts';
import { startLinkedHouse, type LinkedHouse } from './harness/linked-house.ts';
import { launchBrowser, WidgetPage } from './harness/widget-page.ts';

const giulia = '393331234567@c.us';
const marco = '393478812043@c.us';

let browser: Browser;
let day: LinkedHouse;
beforeAll(async () => {
  [browser, day] = await Promise.all([launchBrowser(), startLinkedHouse()]);
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await day?.house[Symbol.asyncDispose]();
});

const composer = (tab: WidgetPage) => tab.panel.locator('.composer textarea');

/** What we have said in this chat, oldest first, as the phone has it. */
async function said(chat: string): Promise<string[]> {
  const { chats } = await day.phone.state();
  const messages = chats.find((one) => one.id === chat)?.messages ?? [];
  return messages.filter((one) => one.fromMe).map((one) => one.body);
}

/** The open sockets of a tab; watched from before it is opened. */
function watchSockets(page: Page): Set<WebSocket> {
  const open = new Set<WebSocket>();
  page.on('websocket', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  return open;
}

test('texts nobody has answered for and a half-written one outlive a reload and a closed tab: each goes once, in order', async () => {
  const { house } = day;
  await using agent = await WidgetPage.open(browser, { house });
  await agent.signIn(house.signIn!);
  await agent.openChat('Giulia Rossi');
  // The server takes the first, but its answer is lost; from then on nothing gets through.
  let isFirst = true;
  let taken = 0;
  await agent.page.context().route(/\/chats\/\d+\/messages$/, async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    if (isFirst) {
      isFirst = false;
      taken = (await route.fetch()).status();
    }
    return route.abort('connectionreset');
  });
  for (const text of ['Kept one', 'Kept two', 'Kept three']) await agent.write(text);
  await composer(agent).fill('Half a sentence');
  await agent.bubbles('Kept three', 'mine').waitFor();
  await expect.poll(() => taken).toBe(202);

  await agent.page.reload();
  await agent.page.locator('chatdock-widget .launcher').click();
  await agent.row('Giulia Rossi').getByText('Half a sentence').waitFor();
  await agent.openChat('Giulia Rossi');
  await agent.ticks(agent.bubbles('Kept three', 'mine'), 'Waiting to be sent').waitFor();
  await expect.poll(() => composer(agent).inputValue()).toBe('Half a sentence');

  await agent.page.close();
  await agent.page.context().unrouteAll();
  const next = await agent.anotherTab(house);
  await next.openChat('Giulia Rossi');
  await expect.poll(() => composer(next).inputValue()).toBe('Half a sentence');
  const sent = await eventually(
    async () => (await said(giulia)).filter((text) => text.startsWith('Kept')),
    (texts) => texts.includes('Kept three'),
  );
  expect(sent).toEqual(['Kept one', 'Kept two', 'Kept three']);
  for (const text of sent) {
    await next.ticks(next.bubbles(text, 'mine'), 'Waiting to be sent').waitFor({ state: 'detached' });
    expect(await next.bubbles(text, 'mine').count()).toBe(1);
  }
  expect(next.faults).toEqual([]);
});

test('two tabs have one socket and share drafts; when the first closes, the second takes over and misses nothing', async () => {
  const { house, phone } = day;
  let sockets = new Set<WebSocket>();
  await using first = await WidgetPage.open(browser, {
    house,
    prepare: async (page) => void (sockets = watchSockets(page)),
  });
  await first.signIn(house.signIn!);
  await first.openChat('Marco Bianchi');
  await expect.poll(() => sockets.size).toBe(1);
  let others = new Set<WebSocket>();
  const second = await first.anotherTab(house, (page) => void (others = watchSockets(page)));
  await second.row('Marco Bianchi').waitFor();
  await composer(first).fill('Begun in the first');
  await second.row('Marco Bianchi').getByText('Begun in the first').waitFor();
  await second.openChat('Marco Bianchi');
  await expect.poll(() => composer(second).inputValue()).toBe('Begun in the first');
  await phone.writes(marco, 'To both');
  for (const tab of [first, second]) await tab.bubbles('To both', 'theirs').waitFor();
  expect(others.size).toBe(0);

  // It comes while nobody leads.
  await Promise.all([first.page.close(), phone.writes(marco, 'While it closes')]);
  await second.bubbles('While it closes', 'theirs').waitFor();
  await expect.poll(() => others.size).toBe(1);
  await second.write('Finished in the second');
  await second.bubbles('Finished in the second', 'mine').waitFor();
  await eventually(
    () => said(marco),
    (texts) => texts.includes('Finished in the second'),
  );
  expect((await said(marco)).filter((text) => text === 'Finished in the second')).toHaveLength(1);
  expect(await second.bubbles('While it closes', 'theirs').count()).toBe(1);
  expect(second.faults).toEqual([]);
});

test('another language is chosen in the settings: it speaks it at once, in the other tab too, and after a reload', async () => {
  const { house } = day;
  await using agent = await WidgetPage.open(browser, { house });
  await agent.signIn(house.signIn!);
  await agent.row('Giulia Rossi').waitFor();
  const other = await agent.anotherTab(house);
  await other.row('Giulia Rossi').waitFor();
  await agent.button('Account and settings').click();
  await agent.panel.getByRole('menuitem', { name: 'Settings' }).click();
  await agent.panel.getByRole('radio', { name: 'Русский' }).check({ force: true });
  await agent.panel.getByRole('heading', { name: 'Настройки' }).waitFor();
  await agent.panel.getByRole('button', { name: 'Назад' }).click();
  await agent.panel.getByRole('searchbox', { name: 'Поиск по чатам и сообщениям' }).waitFor();
  await other.panel.getByRole('searchbox', { name: 'Поиск по чатам и сообщениям' }).waitFor();
  await agent.page.reload();
  await agent.page.locator('chatdock-widget .launcher').click();
  await agent.panel.getByRole('searchbox', { name: 'Поиск по чатам и сообщениям' }).waitFor();
  expect(agent.faults).toEqual([]);
});
