// `npm run screenshots`: the house with its sandbox, every screen of the widget and of the admin page in every look, into
// docs/screens; `-- admin` takes the admin page alone. Look at them after a change of the view; what embarrasses in a
// picture embarrasses more in a customer's CRM.
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright';
import sharp from 'sharp';
import { ApiClient } from '../e2e/harness/client.ts';
import { startHouse, type RunningHouse } from '../e2e/harness/house.ts';
import { launchBrowser } from '../e2e/harness/widget-page.ts';
import type { Chat } from '../server/contract/wire.ts';
import { takeAdminScreens } from './screenshots-admin.ts';

interface Look {
  name: string;
  title: string;
  locale: string;
  width?: number;
  dark?: boolean;
  text?: string;
}
const looks: Look[] = [
  { name: 'light', title: 'Light', locale: 'en' },
  { name: 'dark', title: 'Dark', locale: 'en', dark: true },
  { name: 'russian', title: 'Russian', locale: 'ru' },
  { name: 'italian', title: 'Italian, dark', locale: 'it', dark: true },
  { name: 'narrow', title: '320 px', locale: 'en', width: 320 },
  { name: 'rtl', title: 'Right to left (pseudo-locale)', locale: 'ar-XB' },
  { name: 'large', title: 'Largest text', locale: 'en', text: 'largest' },
];
const only = process.argv.slice(2);
const folder = join(import.meta.dirname, '..', 'docs', 'screens');
const widthPx = 400;

/** Waits for something that another program does. */
async function until<Found>(what: string, ask: () => Promise<Found | undefined | false>): Promise<Found> {
  for (const end = Date.now() + 120_000; Date.now() < end;) {
    const found = await ask();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`in two minutes there was no ${what}`);
}

/** What is on the screens, in order. */
const taken = new Map<string, string>();

class Walk {
  readonly page: Page;
  readonly look: Look;
  constructor(page: Page, look: Look) {
    this.page = page;
    this.look = look;
  }

  static async open(context: BrowserContext, house: RunningHouse, look: Look): Promise<Walk> {
    const page = await context.newPage();
    await page.addInitScript(
      ({ locale, textSize }) => {
        const chosen = JSON.stringify({ locale, ...(textSize ? { textSize } : {}) });
        for (const key of ['chatdock:preferences', ...Object.keys(localStorage)])
          if (key.startsWith('chatdock:preferences')) localStorage.setItem(key, chosen);
      },
      { locale: look.locale, textSize: look.text },
    );
    await page.goto(house.url);
    await page.locator('chatdock-widget .launcher').click();
    return new Walk(page, look);
  }

  async take(name: string, title: string): Promise<void> {
    taken.set(name, title);
    const { page } = this;
    // Pictures in the chat, letters of the system, and what fades in.
    // The pointer rests on nothing, unless the screen is about what it rests on.
    if (name !== 'message-menu') await page.mouse.move(0, 0);
    await page.waitForLoadState('networkidle').catch(() => undefined);
    await new Promise((done) => setTimeout(done, 350));
    const png = await page.locator('chatdock-widget .panel').screenshot({ animations: 'disabled' });
    await sharp(png)
      .webp({ quality: 72, effort: 6 })
      .toFile(join(folder, `${name}-${this.look.name}.webp`));
  }

  /** The screens before a number is linked; `session` is what the server is made to say. */
  async pretend(session: Record<string, unknown>): Promise<void> {
    await this.page.unrouteAll();
    await this.page.route(/\/api\/v1\/inboxes$/, async (route) => {
      const answer = await route.fetch();
      const { list } = (await answer.json()) as { list: { session: object }[] };
      for (const inbox of list) inbox.session = { ...inbox.session, ...session };
      await route.fulfill({ response: answer, json: { list } });
    });
    const pairing = session['pairing'] as object | undefined;
    await this.page.route(/\/session\/pairing$/, (route) =>
      pairing
        ? route.fulfill({ json: { ...pairing, value: session['value'] } })
        : route.fulfill({ status: 404, json: { code: 'not-found', status: 404, title: '', type: '' } }),
    );
    await this.page.reload();
    await this.page.locator('chatdock-widget .launcher').click();
  }
}

async function linkingScreens(walk: Walk): Promise<void> {
  const { page } = walk;
  const since = Date.now();
  const code = (kind: string): object => ({
    kind,
    issuedAt: Date.now() - 9_000,
    expiresAt: Date.now() + (kind === 'qr' ? 51_000 : 171_000),
    turn: 1,
  });
  const qr = '2@Lk0b6Q1yH7c0kq5sUqkqYy2cVQ9mXvF3rZpW8tN4,uJ5eX1oPz7aBq2Rk9LmT6wYd3Vn8Gf0H,hS4cK1iE9jD=,1';
  await walk.pretend({
    state: 'pairing',
    code: 'none',
    action: 'none',
    me: null,
    since,
    pairing: code('qr'),
    value: qr,
  });
  await page.locator('.qr path[d^=M]').waitFor();
  await walk.take('link-qr', 'Linking by QR code');
  await page.getByRole('tab').nth(1).click();
  await page.locator('input[type=tel]').waitFor();
  await walk.take('link-number', 'Linking by number');
  await walk.pretend({ state: 'pairing', me: null, since, pairing: code('code'), value: 'WZYE-1R4T' });
  await page.locator('.code .box').first().waitFor();
  await walk.take('link-code', 'The pairing code');
  await walk.pretend({ state: 'syncing', code: 'none', me: null, progress: 42, since });
  await page.locator('.banner progress').waitFor();
  await walk.take('link-syncing', 'Loading chats');
  await walk.pretend({ state: 'failed', code: 'no-internet', action: 'retry', me: null, since });
  await page.locator('.link-details summary').click();
  await walk.take('link-trouble', 'A reason, one action, details to hand on');
  await page.unrouteAll();
}

async function chatScreens(walk: Walk, photoChat: string): Promise<void> {
  const { page } = walk;
  await page.reload();
  await page.locator('chatdock-widget .launcher').click();
  await page.getByRole('option').first().waitFor();
  await walk.take('chats', 'The list of chats');
  const menu = page.locator('.side .bar .icon-button[aria-haspopup=menu]').last();
  await menu.click();
  await walk.take('menu', 'The menu');
  await page.getByRole('menuitem').first().click();
  await page.locator('.set-section').first().waitFor();
  await walk.take('settings', 'Settings');
  const restart = page.locator('.set-acts button').last();
  await restart.click();
  await restart.scrollIntoViewIfNeeded();
  await walk.take('restart', 'A number is restarted, after a question');
  await page.locator('.set-acts button').first().click();
  await page.locator('.set-more').click();
  await page.locator('.keys').first().waitFor();
  await walk.take('shortcuts', 'Keyboard shortcuts');
  await page.keyboard.press('Escape');
  await page.getByRole('option').filter({ hasText: photoChat }).first().click();
  await page.locator('article').first().waitFor();
  await page.locator('.emoji-place').waitFor();
  await walk.take('chat', 'A chat');
  await page.locator('article').last().hover();
  await page.locator('article').last().locator('.handle').click();
  await walk.take('message-menu', 'What can be done to a message');
  await page.keyboard.press('Escape');
  await page.locator('.emoji-place button').first().click();
  await page.locator('.emoji-grid button').first().waitFor();
  await walk.take('emoji', 'Emoji');
  await page.keyboard.press('Escape');
  await page.locator('.crm-chip').click();
  await page.locator('.crm-head').waitFor();
  await walk.take('crm', 'Who this is in the CRM');
  await page.keyboard.press('Escape');
  await page.locator('.composer textarea').focus();
  await page.locator('.bar .icon-button').first().click();
  await page.getByRole('listbox').waitFor();
  await page.locator('.side .bar .icon-button').first().click();
  await walk.take('contacts', 'A new chat');
}

const house = await startHouse({ environment: { CHATDOCK_LOG_LEVEL: 'silent' } });
const browser = await launchBrowser();
try {
  mkdirSync(folder, { recursive: true });
  // The admin's screens beside ours are made by somebody else.
  if (!only.length)
    for (const name of readdirSync(folder)) if (!name.startsWith('admin')) rmSync(join(folder, name));
  const api = await ApiClient.signIn(house.url, house.signIn!);
  const [inbox] = await api.inboxes();
  const size = (look: Look): { width: number; height: number } => ({
    width: look.width ?? widthPx,
    height: 720,
  });
  const contextOf = (look: Look, state?: Awaited<ReturnType<BrowserContext['storageState']>>) =>
    browser.newContext({
      viewport: size(look),
      colorScheme: look.dark ? 'dark' : 'light',
      deviceScaleFactor: 1.5,
      ...(state ? { storageState: state } : {}),
    });
  const chosen = looks.filter(({ name }) => !only.length || only.includes(name));
  let state: Awaited<ReturnType<BrowserContext['storageState']>> | undefined;
  for (const look of [{ ...looks[0]!, name: '' }, ...chosen]) {
    const context = await contextOf(look);
    const walk = await Walk.open(context, house, look);
    await walk.page.locator('input[name=email]').waitFor();
    if (look.name) await walk.take('sign-in', 'Signing in');
    else {
      await walk.page.locator('input[name=email]').fill(house.signIn!.email);
      await walk.page.locator('input[name=password]').fill(house.signIn!.password);
      await walk.page.keyboard.press('Enter');
      await walk.page.locator('.sign-in').waitFor({ state: 'detached' });
      state = await context.storageState();
    }
    await context.close();
  }
  for (const look of chosen) {
    const context = await contextOf(look, state);
    await linkingScreens(await Walk.open(context, house, look));
    await context.close();
  }
  await api.call('POST', `/inboxes/${inbox!.id}/session/link`, { method: 'qr' });
  await until('code on a screen', async () => {
    const { waiting } = (await (await fetch(`${house.sandboxUrl}api/state`)).json()) as { waiting: number };
    return waiting > 0;
  });
  await fetch(`${house.sandboxUrl}api/scan-on-screen`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  await until('linked number', async () => (await api.inboxes())[0]?.session.state === 'working');
  // The faces come one after the other.
  await until('chats', async () => {
    const { list } = await api.call<{ list: Chat[] }>('GET', `/inboxes/${inbox!.id}/chats`);
    return list.filter(({ picture }) => picture !== null).length >= 4;
  });
  for (const look of chosen) {
    const context = await contextOf(look, state);
    await chatScreens(await Walk.open(context, house, look), look.locale === 'ru' ? 'Анна' : 'Giulia');
    await context.close();
  }
  // Once as a whole: the widget in the page it lives in, with list and chat side by side, by day and by night.
  const isAll = only.join() !== 'admin';
  for (const look of isAll ? [looks[0]!, looks[1]!] : []) {
    const wide = { ...look, name: look.dark ? 'wide-dark' : 'wide', width: 1_280 };
    const context = await contextOf(wide, state);
    const walk = await Walk.open(context, house, wide);
    await walk.page.getByRole('option').first().waitFor();
    await walk.page.locator('.only-large').first().click();
    await walk.page.getByRole('option').first().click();
    await walk.page.locator('article').first().waitFor();
    await new Promise((done) => setTimeout(done, 600));
    const png = await walk.page.screenshot({ animations: 'disabled' });
    await sharp(png)
      .resize(1_280)
      .webp({ quality: 72 })
      .toFile(join(folder, `page-${wide.name}.webp`));
    await context.close();
  }
  // Last: its customers write more, to be seen in the events.
  if (!only.length || only.includes('admin')) await takeAdminScreens(browser, house, folder);
  if (isAll) writeFileSync(join(folder, 'README.md'), page(looks));
} finally {
  await browser.close();
  await house[Symbol.asyncDispose]();
}
const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
console.log(`${readdirSync(folder).length} files, ${Math.round(bytes / 1024)} KB in docs/screens`);

function page(columns: readonly Look[]): string {
  const rows = Array.from(taken, ([name, title]) => {
    const cells = columns.map((look) => {
      const file = `${name}-${look.name}.webp`;
      return existsSync(join(folder, file)) ? `![${title}, ${look.title}](${file})` : '';
    });
    return `| ${[`**${title}**`, ...cells].join(' | ')} |`;
  });
  return [
    '# Screens',
    '',
    'Made by `npm run screenshots` from the product itself with its sandbox; not drawn.',
    '',
    '![The widget in a CRM’s page](page-wide.webp)',
    '',
    '![The same in the dark](page-wide-dark.webp)',
    '',
    'The admin page: [its screens](admin.md).',
    '',
    `| | ${columns.map(({ title }) => title).join(' | ')} |`,
    `| --- | ${columns.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
  ].join('\n');
}
