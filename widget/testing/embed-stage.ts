import type { BrowserContext, Page } from 'playwright';
import { afterEach, beforeEach } from 'vitest';
import type { Chatdock } from '../npm/index.d.ts';
import { browser, buildAndLaunch, folder } from './built-browser.ts';
import { HostSite } from './host-site.ts';
import { aChat, aMessage } from './rows.ts';
import { TinyServer } from './tiny-server.ts';

/** What the tests of the embed contract begin with: a server, somebody else's site, and a page of it with the widget. */
export let server: TinyServer;
export let site: HostSite;
/** The browser's person, once a page was opened. */
export let context: BrowserContext;

/** Once, at the top of a file: builds the widget, and begins every test anew. */
export function setTheHost(): void {
  buildAndLaunch();
  beforeEach(async () => {
    server = await TinyServer.start(folder);
    site = await HostSite.start();
    server.commit({
      chats: [aChat({ id: 1 }), aChat({ id: 2 })],
      messages: [aMessage({ id: 1, body: 'Good day' })],
    });
    server.instead.set('POST /inboxes/1/chats', (body) => ({
      status: 200,
      body: aChat({ id: String(body['phone']).replaceAll(/\D/g, '') === '393331234567' ? 1 : 2 }),
    }));
  });
  afterEach(async () => {
    await context?.close();
    await site[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
}

/** What the server answers to a token of the host's. */
export const vouched = (body: Record<string, unknown>, lifeMs = 15 * 60_000) => ({
  status: 200,
  body: {
    agent: { id: 1, email: 'marta@example.com', name: 'Marta', role: 'agent', locale: 'en', disabled: false },
    organisation: { id: 1, name: 'Harbour' },
    token: `for-${String(body['token'])}`.padEnd(24, 'x'),
    csrf: null,
    expiresAt: Date.now() + lifeMs,
  },
});

/** A tab of a browser that has been nowhere. */
export async function emptyTab(size?: { width: number; height: number }): Promise<Page> {
  context = await browser.newContext(size ? { viewport: size } : {});
  return context.newPage();
}

/** A page of the site with the widget's tag in it, which writes down the widget's events. */
export async function host(attributes: string, body = '<h1>A page</h1>', hash = ''): Promise<Page> {
  site.pages.set('/', {
    html: `<!doctype html><html lang="en"><head><title>host</title><script>
      window.events = [];
      for (const name of ['ready','open','close','unread','message','chat:opened','connection','session','context','click-to-chat','error'])
        document.addEventListener('chatdock:' + name, (event) => {
          events.push([name, name === 'click-to-chat' ? event.detail.phone : event.detail ?? null]);
          if (name === 'click-to-chat' && window.refuses) event.preventDefault();
        });
      </script><script src="${server.url}/widget/v1/loader.js" ${attributes}></script></head><body>${body}</body></html>`,
  });
  const page = await emptyTab({ width: 1_000, height: 760 });
  await page.goto(`${site.url}/${hash}`);
  return page;
}
export const chatdock = (page: Page) => page.evaluateHandle(() => window.Chatdock as Chatdock);
export const eventsOf = (page: Page, name: string): Promise<unknown[]> =>
  page.evaluate(
    (wanted) =>
      (window as unknown as { events: [string, unknown][] }).events
        .filter(([one]) => one === wanted)
        .map(([, detail]) => detail),
    name,
  );

export async function signIn(page: Page): Promise<void> {
  await page.locator('input[name=email]').fill('marta@example.com');
  await page.locator('input[name=password]').fill('secret');
  await page.keyboard.press('Enter');
  await page.getByRole('option').first().waitFor();
}
