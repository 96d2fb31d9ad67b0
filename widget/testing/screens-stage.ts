import type { Page } from 'playwright';
import { afterEach, beforeEach } from 'vitest';
import { browser, buildAndLaunch, folder } from './built-browser.ts';
import { aChat, aMessage, aSession } from './rows.ts';
import { TinyServer } from './tiny-server.ts';

/** A server with two Chats. */
export let server: TinyServer;
/** The page, once it was opened. */
export let page: Page;

/** Once, at the top of a file: builds the widget, and begins every test anew. */
export function setTheScreens(): void {
  buildAndLaunch();
  beforeEach(async () => {
    server = await TinyServer.start(folder);
    const now = Date.now();
    const last = {
      body: 'Ciao',
      type: 'text' as const,
      at: now,
      fromMe: false,
      ack: 0 as const,
      revoked: false,
    };
    server.commit({
      chats: [
        aChat({ id: 1, unread: 3, pinned: true, last }),
        aChat({ id: 2, name: 'Elena', last: { ...last, fromMe: true, ack: 3, at: now - 1 } }),
      ],
      messages: [
        aMessage({ id: 1, at: now - 9, body: 'Ciao' }),
        aMessage({ id: 2, at: now, fromMe: true, ack: 3 }),
      ],
    });
  });
  afterEach(async () => {
    await page?.context().close();
    await server[Symbol.asyncDispose]();
  });
}

export interface Look {
  name: string;
  width?: number;
  height?: number;
  dark?: boolean;
  locale?: string;
  /** Letters so many times as large. */
  text?: number;
  calm?: boolean;
  forced?: boolean;
}

export async function openPage(look: Partial<Look> = {}): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 460, height: look.height ?? 900 },
    colorScheme: look.dark ? 'dark' : 'light',
    forcedColors: look.forced ? 'active' : 'none',
    reducedMotion: look.calm ? 'reduce' : 'no-preference',
  });
  page = await context.newPage();
  if (look.locale) {
    await page.addInitScript(
      (locale) => localStorage.setItem('chatdock:preferences', JSON.stringify({ locale })),
      look.locale,
    );
  }
  await page.goto(`${server.url}/widget/host/plain/index.html`);
  if (look.text) await page.addStyleTag({ content: `chatdock-widget { --cd-scale: ${look.text} }` });
  await page.locator('.launcher').click();
  await page.locator('input[name=email]').waitFor();
}
export async function signIn(): Promise<void> {
  await page.locator('input[name=email]').fill('marta@example.com');
  await page.locator('input[name=password]').fill('secret');
  await page.keyboard.press('Enter');
  await page.locator('.sign-in').waitFor({ state: 'detached' });
}
export const hint = (kind: 'qr' | 'code') => ({
  kind,
  issuedAt: Date.now(),
  expiresAt: Date.now() + 60_000,
  turn: 1,
});
/** The Session shows this code. */
export function showCode(kind: 'qr' | 'code'): void {
  const pairing = hint(kind);
  server.pairing = { ...pairing, value: kind === 'qr' ? '2@some-long-code-of-a-phone,abc' : 'ABCD-EFGH' };
  server.commit({ session: aSession({ state: 'pairing', me: null, pairing }) });
}
/** The button of the window’s menu. */
export const menu = () => page.locator('.bar .icon-button[aria-haspopup=menu]').first();
