import type { Page } from 'playwright';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { violations } from './testing/axe.ts';
import { browser, buildAndLaunch, folder } from './testing/built-browser.ts';
import { openWidget } from './testing/page.ts';
import { aChat, aMessage } from './testing/rows.ts';
import { TinyServer } from './testing/tiny-server.ts';

let server: TinyServer;
let page: Page;
const faults: string[] = [];
const many = 400;

buildAndLaunch();
beforeEach(async () => {
  server = await TinyServer.start(folder);
  faults.length = 0;
  const now = Date.now();
  const messages = Array.from({ length: many }, (_, n) =>
    aMessage({ id: n + 1, chatId: 1, body: `line ${n + 1}`, at: now - (many - n) * 60_000 }),
  );
  messages[19] = { ...messages[19]!, body: 'Where is my <b>parcel</b>?' };
  server.commit({
    chats: [aChat({ id: 1, name: 'Harbour flat' }), aChat({ id: 2, name: 'Parcel service' })],
    messages,
  });
  server.instead.set('GET /search', () => ({
    status: 200,
    body: {
      chats: [],
      contacts: [],
      messages: [
        {
          message: server.messages.get(20),
          chat: server.chats.get(1),
          snippet: 'Where is my <b>parcel</b>?',
          highlights: [[15, 21]],
        },
      ],
      next: null,
    },
  }));
  page = await openWidget(browser, server, 'strict-csp', {}, faults);
});
afterEach(async () => {
  await page?.context().close();
  await server[Symbol.asyncDispose]();
});

const feed = () => page.getByRole('feed');

test('a message is found below the chats, marked, and opens its chat at that place, far back', async () => {
  await page.getByRole('searchbox').fill('parcel');
  const hits = page.getByRole('listbox', { name: 'Messages' });
  await hits.getByRole('option').waitFor();
  expect(await hits.locator('mark').allTextContents()).toEqual(['parcel']);
  await page
    .getByRole('listbox', { name: 'Chats' })
    .getByRole('option', { name: /Parcel service/ })
    .waitFor();
  expect(await violations(page)).toEqual([]);
  await hits.getByRole('option').click();
  const goal = page.locator('.message.goal');
  await goal.waitFor();
  await expect.poll(() => goal.textContent()).toContain('Where is my <b>parcel</b>?');
  await feed().getByText('line 30', { exact: true }).waitFor();
  expect(await feed().getByText(`line ${many}`, { exact: true }).count()).toBe(0);
  expect(faults).toEqual([]);
});

test('from where a jump has led one reads on to the newest, or goes there at once', async () => {
  await page.getByRole('searchbox').fill('parcel');
  await page.getByRole('listbox', { name: 'Messages' }).getByRole('option').click();
  await page.locator('.message.goal').waitFor();
  // A new one does not stand where it would leave a hole.
  server.commit({ messages: [aMessage({ id: many + 1, chatId: 1, body: 'just now', at: Date.now() })] });
  await feed().getByText('line 30', { exact: true }).waitFor();
  await feed().hover();
  await expect
    .poll(
      async () => {
        await page.mouse.wheel(0, 450);
        // Any of them: on a busy machine several turns of the wheel come at once.
        return feed()
          .getByText(/^line 1\d\d$/)
          .count();
      },
      { timeout: 120_000 },
    )
    .toBeGreaterThan(0);
  await page.locator('button.jump').click();
  await feed().getByText('just now', { exact: true }).waitFor();
  expect(faults).toEqual([]);
});
