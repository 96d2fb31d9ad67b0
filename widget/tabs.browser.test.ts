import type { BrowserContext, Page } from 'playwright';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { browser, buildAndLaunch, folder } from './testing/built-browser.ts';
import { aChat, aMessage } from './testing/rows.ts';
import { TinyServer } from './testing/tiny-server.ts';

let server: TinyServer;
let context: BrowserContext;

buildAndLaunch();
beforeEach(async () => {
  server = await TinyServer.start(folder);
  const at = Date.now();
  server.commit({
    chats: [
      aChat({ id: 1, last: { body: 'Hello', type: 'text', at, fromMe: false, ack: 0, revoked: false } }),
    ],
    messages: [aMessage({ id: 1, at, body: 'Hello' })],
  });
});
afterEach(async () => {
  await context?.close();
  await server[Symbol.asyncDispose]();
});

interface Watched {
  sockets: WebSocket[];
  Chatdock: { (...command: unknown[]): void; q?: unknown[] };
}

/**
 * A browser of one person, whose pages open the first chat by themselves; `isPlain`: what a page on plain http lacks is
 * taken away.
 */
async function aBrowser(isPlain: boolean): Promise<void> {
  context = await browser.newContext({ viewport: { width: 460, height: 700 } });
  await context.addInitScript((plain) => {
    if (plain) Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined });
    const sockets: WebSocket[] = [];
    const page = window as unknown as Watched;
    page.sockets = sockets;
    window.WebSocket = class extends WebSocket {
      constructor(...args: ConstructorParameters<typeof WebSocket>) {
        super(...args);
        sockets.push(this);
      }
    };
    const early = ((...command: unknown[]) => void (early.q ??= []).push(command)) as Watched['Chatdock'];
    page.Chatdock = early;
    early('openChat', 1);
    // Signed in once for all tabs.
    new MutationObserver((_, itself) => {
      const loader = document.querySelector<HTMLElement>('script[src$="/loader.js"]');
      if (!loader) return;
      loader.dataset['auth'] = 'cookie';
      itself.disconnect();
    }).observe(document, { childList: true, subtree: true });
  }, isPlain);
}

/** A tab with the widget signed in and the first chat open. */
async function aTab(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server.url}/widget/host/plain/index.html`);
  if (!server.isSignedIn) {
    await page.locator('input[name=email]').fill('marta@example.com');
    await page.locator('input[name=password]').fill('secret');
    await page.keyboard.press('Enter');
  }
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  return page;
}

const hasSocket = (page: Page): Promise<boolean> =>
  page.evaluate(() => (window as unknown as Watched).sockets.some((one) => one.readyState === 1));

async function leaderOf(tabs: readonly Page[]): Promise<Page> {
  for (;;) {
    const leads = await Promise.all(tabs.map(hasSocket));
    if (leads.filter(Boolean).length === 1) return tabs[leads.indexOf(true)]!;
    await new Promise((done) => setTimeout(done, 50));
  }
}
const times = (page: Page, text: string): Promise<number> => page.getByText(text, { exact: true }).count();
let lastId = 10;
function say(body: string): void {
  const id = ++lastId;
  server.commit({ messages: [aMessage({ id, body, at: Date.now() })] });
}

const ways: [string, boolean][] = [
  ['with locks', false],
  ['without locks, as on plain http', true],
];
test.each(ways)(
  '%s: ten tabs have one socket; its tab is closed, then the next crashes: another goes on and nothing is missed or doubled',
  { timeout: 240_000 },
  async (_, isPlain) => {
    await aBrowser(isPlain);
    const tabs: Page[] = [];
    for (let n = 0; n < 10; n++) tabs.push(await aTab());
    await leaderOf(tabs);
    await expect.poll(() => server.subscriberCount).toBe(1);
    say('To all ten');
    for (const tab of tabs) await tab.getByText('To all ten').first().waitFor();

    const closed = await leaderOf(tabs);
    await closed.close();
    say('While it closes');
    const nine = tabs.filter((tab) => tab !== closed);
    for (const tab of nine) await tab.getByText('While it closes').first().waitFor();

    const crashed = await leaderOf(nine);
    const gone = new Promise((done) => crashed.once('crash', done));
    void (await context.newCDPSession(crashed)).send('Page.crash').catch(() => undefined);
    await gone;
    say('While it crashes');
    const eight = nine.filter((tab) => tab !== crashed);
    for (const tab of eight) await tab.getByText('While it crashes').first().waitFor();
    await leaderOf(eight);
    for (const text of ['While it closes', 'While it crashes'])
      for (const tab of eight) expect(await tab.locator('.bubble', { hasText: text }).count()).toBe(1);
  },
);

test('a tab that hangs is robbed of the lead', { timeout: 240_000 }, async () => {
  await aBrowser(false);
  const tabs = [await aTab(), await aTab(), await aTab()];
  const hung = await leaderOf(tabs);
  // Until it has been robbed, however long that takes, and without taking the processor from the others.
  const hand = await context.newCDPSession(hung);
  await hand.send('Debugger.enable');
  const hangs = new Promise((done) => hand.once('Debugger.paused', done));
  await hand.send('Debugger.pause');
  void hung.evaluate(() => 1).catch(() => undefined);
  await hangs;
  const others = tabs.filter((tab) => tab !== hung);
  await leaderOf(others);
  say('Without the one that hangs');
  for (const tab of others) await tab.getByText('Without the one that hangs').first().waitFor();
  await hand.send('Debugger.disable');
});

test(
  'unsent texts and a draft survive a closed tab: they go once, in order',
  { timeout: 240_000 },
  async () => {
    await aBrowser(false);
    const first = await aTab();
    server.inbox = {
      ...server.inbox,
      session: {
        ...server.inbox.session,
        capabilities: { ...server.inbox.session.capabilities, media: true },
      },
    };
    server.isDown = true;
    server.cut();
    const composer = first.getByRole('textbox', { name: 'Message' });
    for (const text of ['First', 'Second', 'Third']) {
      await composer.fill(text);
      await composer.press('Enter');
    }
    await composer.fill('Half a sentence');
    await first.getByText('Third').first().waitFor();
    await first.waitForFunction(async () => {
      const names = (await indexedDB.databases()).map(({ name }) => name ?? '');
      const name = names.find((one) => one.startsWith('chatdock:'));
      if (!name) return false;
      const db = await new Promise<IDBDatabase>((done) => {
        const asked = indexedDB.open(name);
        asked.onsuccess = () => done(asked.result);
      });
      const keys = await new Promise<IDBValidKey[]>((done) => {
        const asked = db.transaction('kept').objectStore('kept').getAllKeys();
        asked.onsuccess = () => done(asked.result);
      });
      db.close();
      return keys.filter((key) => String(key).startsWith('out:')).length === 3 && keys.includes('draft:1');
    });
    await first.close();
    server.isDown = false;
    const next = await aTab();
    await next.locator('.bubble', { hasText: 'Third' }).waitFor();
    await expect
      .poll(() => next.getByRole('textbox', { name: 'Message' }).inputValue())
      .toBe('Half a sentence');
    await expect
      .poll(() =>
        server.told.filter(({ what }) => what.endsWith('/messages')).map(({ body }) => body['body']),
      )
      .toEqual(['First', 'Second', 'Third']);
    for (const text of ['First', 'Second', 'Third'])
      expect(await next.locator('.bubble', { hasText: text }).count()).toBe(1);
  },
);

test('where IndexedDB is forbidden texts are sent all the same', { timeout: 240_000 }, async () => {
  await aBrowser(false);
  await context.addInitScript(() => {
    Object.defineProperty(window, 'indexedDB', {
      get: () => {
        throw new DOMException('denied', 'SecurityError');
      },
    });
  });
  const tab = await aTab();
  const composer = tab.getByRole('textbox', { name: 'Message' });
  await composer.fill('In memory');
  await composer.press('Enter');
  await expect.poll(() => server.told.filter(({ what }) => what.endsWith('/messages')).length).toBe(1);
  expect(await times(tab, 'In memory')).toBeGreaterThan(0);
});

test('the number of unread messages stands before the page’s own title, and its icon has a dot, whatever the page makes of them', async () => {
  await aBrowser(false);
  const tab = await aTab();
  await tab.evaluate(() => (document.title = 'Contacts'));
  const iconIs = (part: string) =>
    tab.waitForFunction(
      (wanted) => document.querySelector<HTMLLinkElement>('link[rel~=icon]')?.href.includes(wanted),
      part,
    );
  await tab.evaluate(() => {
    document.head.querySelectorAll('link[rel~=icon]').forEach((one) => one.remove());
    const icon = document.createElement('link');
    icon.rel = 'shortcut icon';
    icon.setAttribute('href', 'first.png');
    icon.type = 'image/png';
    document.head.append(icon);
  });
  const at = Date.now();
  const last = { body: 'Hi', type: 'text' as const, at, fromMe: false, ack: 0 as const, revoked: false };
  server.commit({ chats: [aChat({ id: 2, name: 'Marco', unread: 3, last })] });
  await tab.waitForFunction(() => document.title === '(3) Contacts');
  await iconIs('/assets/unread-');
  await tab.evaluate(() => (document.title = 'Accounts'));
  await tab.waitForFunction(() => document.title === '(3) Accounts');
  await tab.evaluate(() => (document.querySelector<HTMLLinkElement>('link[rel~=icon]')!.href = 'second.png'));
  await iconIs('/assets/unread-');
  server.commit({ chats: [aChat({ id: 2, name: 'Marco', unread: 0, last })] });
  await tab.waitForFunction(() => document.title === 'Accounts');
  await iconIs('second.png');
  // A page without an icon of its own, and a widget that goes while something is unread.
  await tab.evaluate(() => document.querySelector('link[rel~=icon]')!.remove());
  server.commit({ chats: [aChat({ id: 2, name: 'Marco', unread: 1, last })] });
  await iconIs('/assets/unread-');
  await tab.evaluate(() => window.Chatdock!.shutdown());
  await tab.waitForFunction(
    () => !document.querySelector('link[rel~=icon]') && document.title === 'Accounts',
  );
});
