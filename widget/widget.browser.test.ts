import type { BrowserContext, Page } from 'playwright';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { violations } from './testing/axe.ts';
import { browser, buildAndLaunch, folder } from './testing/built-browser.ts';
import { aChat, aMessage, aSession } from './testing/rows.ts';
import { tellWhereDrawn, type Drawn } from './testing/drawn-at.ts';
import { problem, TinyServer } from './testing/tiny-server.ts';

let server: TinyServer;
let context: BrowserContext;
const faults: string[] = [];

buildAndLaunch();
beforeEach(async () => {
  server = await TinyServer.start(folder);
  faults.length = 0;
  const now = Date.now();
  server.commit({
    chats: [
      aChat({
        id: 1,
        unread: 1,
        last: { body: 'Hello *there*', type: 'text', at: now, fromMe: false, ack: 0, revoked: false },
      }),
      aChat({
        id: 2,
        name: 'Showroom',
        kind: 'group',
        last: { body: '', type: 'image', at: now - 1, fromMe: true, ack: 3, revoked: false },
      }),
    ],
    messages: Array.from({ length: 135 }, (_, index) =>
      aMessage({
        id: index + 1,
        at: now - (135 - index) * 400_000,
        fromMe: index % 3 === 0,
        ack: 3,
        body: `Message ${index + 1}${index % 4 ? '' : '\nwith a second line, and a link: https://example.com/' + index}`,
      }),
    ),
  });
});
afterEach(async () => {
  await context?.close();
  await server[Symbol.asyncDispose]();
});

async function open(
  path: string,
  options: { width?: number; dark?: boolean; locale?: string } = {},
): Promise<Page> {
  context = await browser.newContext({
    viewport: { width: options.width ?? 1_000, height: 760 },
    colorScheme: options.dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (line) => {
    if (/Content Security Policy|TrustedHTML|TrustedScript/.test(line.text())) faults.push(line.text());
  });
  if (options.locale) {
    await page.addInitScript(
      (language) => localStorage.setItem('chatdock:preferences', JSON.stringify({ language })),
      options.locale,
    );
  }
  await page.goto(`${server.url}/widget/host/${path}/index.html`);
  return page;
}
async function signIn(page: Page): Promise<void> {
  await page.locator('.launcher').click();
  await page.locator('input[name=email]').fill('marta@example.com');
  await page.locator('input[name=password]').fill('secret');
  await page.keyboard.press('Enter');
  await page.locator('.sign-in').waitFor({ state: 'detached' });
}
/** A chat opened and come to rest. */
async function openChat(page: Page): Promise<void> {
  await page.getByRole('option').first().click();
  await page.getByText('Message 135').waitFor();
}

test('a page with a strict policy and Trusted Types: it opens, signs in and chats', async () => {
  const page = await open('strict-csp');
  await signIn(page);
  await openChat(page);
  await page.locator('textarea').fill('Ciao');
  await page.keyboard.press('Enter');
  await page.locator('article.mine').last().getByText('Ciao').waitFor();
  expect(await page.evaluate(() => document.querySelector('chatdock-widget')?.shadowRoot?.mode)).toBe('open');
  expect(faults).toEqual([]);
});

test('a code for the second factor has a field of its own once the server asks for it: digits or one for recovery, by keys alone', async () => {
  const tried: unknown[] = [];
  server.instead.set('POST /auth/sign-in', ({ password, code }) => {
    tried.push(code ?? null);
    if (password !== 'secret') return problem(401, 'wrong-credentials');
    if (code === undefined) return problem(401, 'code-required');
    return code === 'k7mq-p2xd-9rtw' ? undefined : problem(401, 'wrong-credentials');
  });
  const page = await open('strict-csp');
  await page.locator('.launcher').click();
  await page.locator('input[name=email]').fill('marta@example.com');
  expect(await page.locator('input[name=code]').count()).toBe(0);
  await page.keyboard.press('Tab');
  await page.keyboard.type('secret');
  await page.keyboard.press('Enter');
  const code = page.getByRole('textbox', { name: 'Code of your authenticator app' });
  await code.waitFor();
  expect(await code.getAttribute('autocomplete')).toBe('one-time-code');
  const hasFocus = (): Promise<boolean> =>
    code.evaluate((field) => (field.getRootNode() as ShadowRoot).activeElement === field);
  await expect.poll(hasFocus).toBe(true);
  expect(await page.getByRole('alert').textContent()).toBe('');
  expect(await violations(page)).toEqual([]);
  await page.keyboard.type('123456');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('This code does not fit.').waitFor();
  // It stands ready to be written over.
  await expect.poll(hasFocus).toBe(true);
  await page.keyboard.type('k7mq-p2xd-9rtw');
  await page.keyboard.press('Enter');
  await page.getByRole('option').first().waitFor();
  expect(tried).toEqual([null, '123456', 'k7mq-p2xd-9rtw']);
  expect(faults).toEqual([]);
});

test('a QR code is drawn black on white under the strict policy, in the dark theme too', async () => {
  const hint = { kind: 'qr' as const, issuedAt: Date.now(), expiresAt: Date.now() + 60_000, turn: 1 };
  server.pairing = { ...hint, value: '2@some-long-code-from-the-phone,abc' };
  server.commit({ session: aSession({ state: 'pairing', me: null, pairing: hint }) });
  const page = await open('strict-csp', { dark: true });
  await signIn(page);
  await page.locator('.qr path[d^=M]').waitFor();
  const [ink, paper] = await page
    .locator('.qr')
    .evaluate((element) => [
      getComputedStyle(element.querySelector('path')!).fill,
      getComputedStyle(element).backgroundColor,
    ]);
  expect([ink, paper]).toEqual(['rgb(0, 0, 0)', 'rgb(255, 255, 255)']);
  expect(await violations(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('keys typed into the composer are not seen by the page, even in its capture phase and behind its modal', async () => {
  const page = await open('espo');
  await signIn(page);
  await openChat(page);
  await page.evaluate(() => document.querySelector<HTMLElement>('#edit')!.click());
  await page.locator('textarea').click();
  await page.keyboard.type('text for the customer');
  await expect.poll(() => page.locator('textarea').inputValue()).toBe('text for the customer');
  await page.keyboard.press('Enter');
  await page.locator('article.mine').last().getByText('text for the customer').waitFor();
  expect(await page.locator('#keys').textContent()).toBe('');
});

test('the styles of the page do not reach inside', async () => {
  const page = await open('espo');
  await signIn(page);
  const style = await page.locator('.search input').evaluate((element) => {
    const { float, textTransform, color } = getComputedStyle(element);
    return { float, textTransform, isRed: color === 'rgb(255, 0, 0)' };
  });
  expect(style).toEqual({ float: 'none', textTransform: 'none', isRed: false });
});

test('Escape closes and the focus is back on the launcher; opening again keeps the place', async () => {
  const page = await open('plain');
  await signIn(page);
  await openChat(page);
  await page.keyboard.press('Escape');
  await page.locator('.panel').waitFor({ state: 'hidden' });
  await expect
    .poll(() =>
      page.evaluate(() => document.querySelector('chatdock-widget')!.shadowRoot!.activeElement?.className),
    )
    .toContain('launcher');
  await page.keyboard.press('Enter');
  await page.locator('textarea').waitFor();
});

test('shutdown leaves nothing behind, and a second loader does nothing', async () => {
  const page = await open('plain');
  await page.addScriptTag({ url: '/widget/v1/loader.js' });
  expect(await page.locator('chatdock-widget').count()).toBe(1);
  await signIn(page);
  await page.evaluate(() => (window as unknown as { Chatdock: { shutdown(): void } }).Chatdock.shutdown());
  await expect.poll(() => page.locator('chatdock-widget').count()).toBe(0);
  expect(await page.evaluate(() => 'Chatdock' in window || 'WhatsAppWidget' in window)).toBe(false);
});

test('an app that does not load leaves a launcher that tries again, and the page is not covered', async () => {
  context = await browser.newContext();
  const page = await context.newPage();
  await page.route('**/assets/app-*', (route) => route.abort());
  await page.goto(`${server.url}/widget/host/plain/index.html`);
  await page.locator('.launcher').click();
  await page.locator('.launcher.failed').waitFor();
  await page.locator('input').fill('the page still works');
  await page.unroute('**/assets/app-*');
  await page.locator('.launcher').click();
  await page.locator('input[name=email]').waitFor();
  expect(await page.locator('.launcher.failed').count()).toBe(0);
});

test('commands given before the loader came are carried out', async () => {
  context = await browser.newContext();
  const page = await context.newPage();
  await page.addInitScript(() => {
    const early = window as unknown as { Chatdock: { (...command: unknown[]): void; q?: unknown[] } };
    early.Chatdock = function (...command: unknown[]) {
      (early.Chatdock.q ??= []).push(command);
    } as typeof early.Chatdock;
    early.Chatdock('open');
  });
  await page.goto(`${server.url}/widget/host/plain/index.html`);
  await page.locator('input[name=email]').waitFor();
});

/** A Message in the middle of the feed: where it stands, px. The same one every time. */
const whereRead = (page: Page): Promise<number> =>
  page.locator('.feed').evaluate((feed) => {
    const kept = window as unknown as Drawn & { read?: string };
    const all = Array.from(feed.querySelectorAll('article'));
    const { top } = feed.getBoundingClientRect();
    kept.read ??= all.find((one) => one.getBoundingClientRect().top > top + 100)?.textContent ?? '';
    const read = all.find((one) => one.textContent === kept.read);
    return read ? kept.drawnAt(read) : -1e6;
  });

/** A chat whose older page is held back until the reader's place is known. */
async function openWithOlderHeld() {
  const held = Promise.withResolvers<undefined>();
  let pages = 0;
  server.instead.set('GET /chats/1/messages', () => (pages++ ? held.promise : undefined));
  const page = await open('plain');
  await signIn(page);
  await openChat(page);
  return { page, held, asked: () => pages };
}

test('older messages are put before without moving what is being read by more than a pixel', async () => {
  const { page, held } = await openWithOlderHeld();
  const feed = page.locator('.feed');
  await feed.evaluate((element) => (element.scrollTop = 500));
  await page.locator('.jump').waitFor();
  await tellWhereDrawn(page);
  const before = await whereRead(page);
  const height = await feed.evaluate((element) => element.scrollHeight);
  held.resolve(undefined);
  await expect
    .poll(() => feed.evaluate((element) => element.scrollHeight), { timeout: 120_000 })
    .toBeGreaterThan(height + 1_000);
  for (let turn = 0; turn < 6; turn++)
    expect(Math.abs((await whereRead(page)) - before)).toBeLessThanOrEqual(1);
});

test('a reader further up is not pulled down by a new message, and is told of it', async () => {
  const page = await open('plain');
  await signIn(page);
  await openChat(page);
  await page.locator('.feed').evaluate((element) => (element.scrollTop -= 1_200));
  await page.locator('.jump').waitFor();
  await tellWhereDrawn(page);
  // What is read counts: older pages and rows measured above it may move the number of px above.
  const before = await whereRead(page);
  server.commit({ messages: [aMessage({ id: 500, body: 'News', at: Date.now() })] });
  await page.locator('.jump-count').getByText('1 new message').waitFor();
  expect(Math.abs((await whereRead(page)) - before)).toBeLessThanOrEqual(1);
  await page.locator('.jump').click();
  await page.getByText('News').waitFor();
});

/** The list is not told of any scroll until `hear` is called, as on a page too busy to tell at once. */
const deafen = (page: Page): Promise<void> =>
  page.locator('.feed').evaluate((feed) => {
    const late = new AbortController();
    feed.getRootNode().addEventListener('scroll', (event) => event.stopImmediatePropagation(), {
      capture: true,
      signal: late.signal,
    });
    Object.assign(window, { late });
  });
const hear = (page: Page): Promise<void> =>
  page.locator('.feed').evaluate(async (feed) => {
    for (let turn = 0; turn < 4; turn++) await new Promise(requestAnimationFrame);
    (window as unknown as { late: AbortController }).late.abort();
    feed.dispatchEvent(new Event('scroll'));
  });
const heightOf = (page: Page): Promise<number> => page.locator('.feed').evaluate((feed) => feed.scrollHeight);
const toEndOf = (page: Page): Promise<number> =>
  page.locator('.feed').evaluate((feed) => feed.scrollHeight - feed.scrollTop - feed.clientHeight);

test('who scrolls up in the moment a message comes is not pulled down, though the page learns of the scroll later', async () => {
  // All on one page: nothing but the message makes the list higher.
  for (let id = 1; id <= 90; id++) server.messages.delete(id);
  const page = await open('plain');
  await signIn(page);
  await openChat(page);
  await deafen(page);
  await page.locator('.feed').evaluate((feed) => (feed.scrollTop -= 1_200));
  const height = await heightOf(page);
  // As many as make the list higher, whatever rows drawn for the first time take off it.
  const news = Array.from({ length: 40 }, (_, index) => aMessage({ id: 500 + index, body: 'News' }));
  server.commit({ messages: news.map((row, index) => ({ ...row, at: Date.now() + index })) });
  await expect.poll(() => heightOf(page), { timeout: 20_000 }).toBeGreaterThan(height + 300);
  await hear(page);
  await page.locator('.jump').waitFor();
  expect(await toEndOf(page)).toBeGreaterThan(1_000);
  // Whoever stays at the end goes along as ever.
  await page.locator('.jump').click();
  await page.locator('.jump').waitFor({ state: 'detached' });
  server.commit({ messages: [aMessage({ id: 600, body: 'More news', at: Date.now() })] });
  await page.locator('article').last().getByText('More news').waitFor();
  await expect.poll(() => toEndOf(page), { timeout: 20_000 }).toBeLessThanOrEqual(8);
});

test('who scrolls up in the moment older ones come, or room is taken below, stays there, though the page learns of the scroll later', async () => {
  const { page, held, asked } = await openWithOlderHeld();
  await expect.poll(asked).toBe(2);
  await deafen(page);
  await page.locator('.feed').evaluate((feed) => (feed.scrollTop -= 900));
  const height = await heightOf(page);
  const before = await toEndOf(page);
  held.resolve(undefined);
  await expect.poll(() => heightOf(page), { timeout: 20_000 }).toBeGreaterThan(height + 1_000);
  // Rows drawn for the first time there may be a little higher or lower than was thought.
  expect(Math.abs((await toEndOf(page)) - before)).toBeLessThan(200);
  await hear(page);
  await page.locator('.jump').click();
  await page.locator('.jump').waitFor({ state: 'detached' });
  await deafen(page);
  await page.locator('.feed').evaluate((feed) => (feed.scrollTop -= 700));
  await page.locator('textarea').fill('One\nTwo\nThree\nFour');
  await hear(page);
  await page.locator('.jump').waitFor();
  expect(await toEndOf(page)).toBeGreaterThan(600);
});

test('five thousand chats are a list of few elements', async () => {
  server.commit({
    chats: Array.from({ length: 5_000 }, (_, index) => aChat({ id: index + 10, name: `Customer ${index}` })),
  });
  const page = await open('plain');
  await signIn(page);
  await page.getByRole('option').first().waitFor();
  expect(await page.locator('.listbox *').count()).toBeLessThanOrEqual(400);
  expect(await page.getByRole('option').count()).toBeLessThanOrEqual(40);
  await page.getByRole('listbox').focus();
  await page.keyboard.press('End');
  await page.getByText('Customer 0', { exact: true }).waitFor();
});
