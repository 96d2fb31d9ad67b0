import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { violations } from '../widget/testing/axe.ts';
import { ApiClient } from './harness/client.ts';
import { eventually } from './harness/eventually.ts';
import { startHouse, type RunningHouse } from './harness/house.ts';
import { reach } from './harness/linked-house.ts';
import { SandboxPhone } from './harness/sandbox-phone.ts';
import { launchBrowser } from './harness/widget-page.ts';

// A day without a mouse on the real server: what docs/experience-chat.md promises of keys, focus and what is heard. The
// tests are the steps of one day; nothing in them clicks.

const marco = '393478812043@c.us';

let house: RunningHouse;
let phone: SandboxPhone;
let api: ApiClient;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  [house, browser] = await Promise.all([
    startHouse({ environment: { CHATDOCK_LOG_LEVEL: 'silent' } }),
    launchBrowser(),
  ]);
  phone = new SandboxPhone(() => house);
  api = await ApiClient.signIn(house.url, house.signIn!);
  const context = await browser.newContext({
    viewport: { width: 1_280, height: 900 },
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(60_000);
  page = await context.newPage();
  await page.goto(house.url);
  await page.locator('chatdock-widget .launcher').waitFor();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await house?.[Symbol.asyncDispose]();
});

interface Focused {
  role: string;
  name: string;
  /** What is read after the name. */
  description: string;
  active: string | null;
}
const focused = (): Promise<Focused | null> =>
  page.evaluate(() => {
    const root = document.querySelector('chatdock-widget')!.shadowRoot!;
    const one = root.activeElement;
    if (!one) return null;
    const said = one.getAttribute('aria-describedby');
    return {
      role: one.getAttribute('role') ?? one.tagName.toLowerCase(),
      name: (
        one.getAttribute('aria-label') ??
        (one as HTMLInputElement).labels?.[0]?.textContent ??
        one.textContent ??
        ''
      ).trim(),
      description: (said && root.getElementById(said)?.textContent) || '',
      active: root.getElementById(one.getAttribute('aria-activedescendant') ?? '')?.textContent ?? null,
    };
  });
const press = (...keys: string[]): Promise<void> =>
  keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
const type = (text: string): Promise<void> => page.keyboard.type(text);
/** Presses a key until something of this name has the focus. */
async function walkTo(name: string | RegExp, key = 'Tab'): Promise<void> {
  const seen: string[] = [];
  for (let step = 0; step < 60; step++) {
    const now = await focused();
    if (now && (typeof name === 'string' ? now.name === name : name.test(now.name))) return;
    seen.push(now ? `${now.role} ${now.name.slice(0, 30)}` : '·');
    await press(key);
  }
  throw new Error(`${String(name)} is not reached by ${key}: ${seen.join(' → ')}`);
}
const focusIs = (role: string): Promise<void> => expect.poll(async () => (await focused())?.role).toBe(role);
/** On the phone, once. */
const reached = (chat: string, text: string): Promise<unknown> =>
  eventually(
    () => phone.saidByUs(chat, text),
    (all) => all.length === 1,
    60_000,
  );
const panel = () => page.locator('chatdock-widget .panel');
const heard = () => page.locator('chatdock-widget [role=status][aria-live=polite]');

test('signed in and a number linked; the launcher says what it opens and what is unread', async () => {
  await walkTo('WhatsApp', 'Shift+Tab');
  const launcher = page.locator('chatdock-widget .launcher');
  expect(await launcher.getAttribute('aria-expanded')).toBe('false');
  await press('Enter');
  await focusIs('input');
  expect(await launcher.getAttribute('aria-expanded')).toBe('true');
  const controlled = await launcher.getAttribute('aria-controls');
  expect(await panel().getAttribute('id')).toBe(controlled);
  expect(await panel().getAttribute('aria-modal')).toBe('false');
  await type(house.signIn!.email);
  await walkTo('Password');
  await type(house.signIn!.password);
  await press('Enter');
  await panel().locator('.sign-in').waitFor({ state: 'detached' });
  await panel().getByRole('button', { name: 'Show the QR code' }).waitFor();
  await walkTo('Show the QR code');
  await press('Enter');
  await phone.scan();
  const [inbox] = await api.inboxes();
  await reach(api, inbox!.id, 'working');
  await panel().getByRole('option').filter({ hasText: 'Marco Bianchi' }).waitFor();
  await expect.poll(() => launcher.getAttribute('aria-label')).toMatch(/^WhatsApp, \d+ unread messages$/);
  expect(await violations(page)).toEqual([]);
});

test('the list is one stop: arrows, Home, End and letters move in it, the menu key has the row’s actions', async () => {
  await walkTo('Chats', 'F6');
  await press('End');
  const last = (await focused())!.active;
  await press('Home');
  const now = (await focused())!;
  expect(now.role).toBe('listbox');
  expect(now.active).not.toBe(last);
  // In one go: letters that come too far apart are a search each.
  await Promise.all(Array.from('marco', (letter) => press(letter)));
  expect((await focused())!.active).toContain('Marco Bianchi');
  const options = panel().getByRole('option');
  expect(await options.first().getAttribute('aria-setsize')).toBe(`${await options.count()}`);
  expect(await panel().locator('[role=option] button').count()).toBe(0);
  await press('Shift+F10');
  await focusIs('menuitem');
  await press('Escape');
  await focusIs('listbox');
});

test('a chat: written, read message by message with its words, answered, marked, noted, taken; F6 goes around by the launcher', async () => {
  await press('Enter');
  await focusIs('textarea');
  await type('Good morning');
  await press('Enter');
  await reached(marco, 'Good morning');
  await phone.writes(marco, 'Morning! Is it ready?');
  await panel().getByText('Morning! Is it ready?').waitFor();

  await walkTo(/^Messages with/, 'Shift+F6');
  const feed = panel().getByRole('feed');
  expect(await feed.getAttribute('aria-live')).toBeNull();
  await press('PageUp');
  const read = (await focused())!;
  expect(read).toMatchObject({ role: 'article', name: expect.stringMatching(/^Marco Bianchi, /) as string });
  expect(read.description).toContain('Is it ready?');
  await press('PageUp');
  expect((await focused())!.description).toContain('Good morning');
  // What has the focus lies wholly in sight.
  for (let up = 0; up < 4; up++) {
    await press('PageUp');
    const inside = await page.evaluate(() => {
      const root = document.querySelector('chatdock-widget')!.shadowRoot!;
      const [one, around] = [root.activeElement!, root.querySelector('[role=feed]')!].map((element) =>
        element.getBoundingClientRect(),
      );
      return [one!.top - around!.top, around!.bottom - one!.bottom].map(Math.round);
    });
    expect(Math.min(...inside)).toBeGreaterThanOrEqual(0);
  }
  await press('End');
  await expect.poll(() => panel().locator('article').last().innerText()).toContain('Is it ready?');
  await walkTo(/^Messages with/, 'Shift+F6');
  await press('PageUp', 'Enter');
  await panel().getByRole('menu', { name: 'Message actions' }).waitFor();
  await expect.poll(async () => (await focused())?.role).toMatch(/^menuitem/);
  await press('Enter');
  await panel().locator('.reactions .ours').waitFor();
  await focusIs('article');
  await press('r');
  await focusIs('textarea');
  await type('At five');
  await press('Enter');
  await reached(marco, 'At five');

  await walkTo('Reply', 'Shift+Tab');
  await press('ArrowRight');
  await focusIs('textarea');
  await type('She is in a hurry');
  await press('Enter');
  await panel().getByText('Only your colleagues see this.').waitFor();
  await press('Enter');
  await panel().locator('article.note').getByText('She is in a hurry').waitFor();
  expect(await phone.saidByUs(marco, 'She is in a hurry')).toEqual([]);
  await press('Escape');
  await walkTo('Take', 'Shift+Tab');
  await press('Enter');
  await panel().getByRole('button', { name: 'Assigned to: You' }).waitFor();

  const around: string[] = [];
  await walkTo('Message', 'F6');
  for (let step = 0; step < 3; step++) {
    await press('F6');
    around.push((await focused())!.role);
  }
  expect(around).toEqual(['button', 'feed', 'textarea']);
  expect(await violations(page)).toEqual([]);
});

test('several messages of one person are told in one sentence; nothing that can be pressed is too small', async () => {
  await walkTo('Back', 'Shift+Tab');
  await press('Enter');
  for (const text of ['One', 'Two', 'Three']) await phone.writes('393385550011@c.us', text);
  await expect.poll(() => heard().innerText()).toMatch(/\d new messages? from Sofia Conti/);
  const small = await panel()
    .locator('button, a[href], input, [role=option], [role=radio]')
    .evaluateAll((all) =>
      all
        .filter((one) => one.checkVisibility({ opacityProperty: true }) && !one.matches('.unseen, .unseen *'))
        .map((one) => ({ name: one.outerHTML.slice(0, 80), box: one.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 1 && (box.width < 24 || box.height < 24))
        .map(({ name }) => name),
    );
  expect(small).toEqual([]);
});

test('help, a new chat by number, the settings, signed out and closed: the focus is back where it began', async () => {
  await walkTo('Chats', 'F6');
  await press('?');
  await panel().getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
  await press('Escape');
  await panel().getByRole('option').first().waitFor();
  await walkTo('New chat');
  await press('Enter');
  await panel().getByLabel('Start a chat by number').waitFor();
  await walkTo(/^Start a chat by number/);
  await type('+44 7700 900789');
  await press('Enter');
  await focusIs('textarea');
  await type('Hello');
  await press('Enter');
  await reached('447700900789@c.us', 'Hello');
  await walkTo('Back', 'Shift+Tab');
  await press('Enter');
  await panel().getByRole('button', { name: 'Account and settings' }).waitFor();
  await walkTo('Account and settings');
  await press('Enter');
  await focusIs('menuitem');
  await walkTo('Sign out', 'ArrowDown');
  await press('Enter');
  await panel().locator('.sign-in').waitFor();
  await focusIs('input');
  await press('Escape');
  await expect.poll(async () => (await focused())?.name).toBe('WhatsApp');
  expect(await panel().isVisible()).toBe(false);
});
