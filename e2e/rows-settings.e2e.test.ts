import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLinkedHouse, type LinkedHouse } from './harness/linked-house.ts';
import { PushSwitch } from './harness/push-switch.ts';
import { launchBrowser, WidgetPage } from './harness/widget-page.ts';

// The rows of docs/experience.md about what an Agent chooses and what goes for every screen.

const marco = '393478812043@c.us';
const emma = '447700900123@c.us';
const secret = 'zanzibarsaddle';

let browser: Browser;
let day: LinkedHouse;
beforeAll(async () => {
  [browser, day] = await Promise.all([
    launchBrowser(),
    startLinkedHouse({ engine: 'baileys', environment: { CHATDOCK_LOG_LEVEL: 'trace' } }),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await day?.house[Symbol.asyncDispose]();
});

async function openSettings(agent: WidgetPage): Promise<void> {
  await agent.button('Account and settings').click();
  await agent.panel.getByRole('menuitem', { name: 'Settings', exact: true }).click();
  await agent.panel.getByRole('heading', { name: 'Settings' }).waitFor();
}
const launcher = (agent: WidgetPage) => agent.page.locator('chatdock-widget .launcher');

/** Notifications of all tabs, in place of the browser's own. */
async function watchNotifications(context: BrowserContext): Promise<{ title: string; body: string }[]> {
  const shown: { title: string; body: string }[] = [];
  await context.exposeBinding('noteShown', (_source, title: string, body: string) => {
    const last = shown.at(-1);
    // Under one tag: when two tabs believe for a moment that they lead, the second takes the place of the first.
    if (last?.title !== title || last.body !== body) shown.push({ title, body });
  });
  await context.addInitScript(() => {
    class Recorded extends EventTarget {
      /** Of the site, not of the tab. */
      static get permission(): NotificationPermission {
        return (localStorage.getItem('may notify') as NotificationPermission | null) ?? 'default';
      }
      static async requestPermission(): Promise<NotificationPermission> {
        localStorage.setItem('may notify', navigator.userActivation.isActive ? 'granted' : 'denied');
        return Recorded.permission;
      }
      constructor(title: string, options: NotificationOptions = {}) {
        super();
        (window as unknown as Record<string, (...texts: string[]) => void>)['noteShown']!(
          title,
          options.body ?? '',
        );
      }
      close(): void {}
    }
    Object.defineProperty(window, 'Notification', { value: Recorded, configurable: true });
  });
  return shown;
}

test('asked for by a click, one notification for all tabs, without the text where that is wished; read in one tab is read in all', async () => {
  const { house, phone } = day;
  let shown: { title: string; body: string }[] = [];
  await using agent = await WidgetPage.open(browser, {
    house,
    prepare: async (page) => void (shown = await watchNotifications(page.context())),
  });
  await agent.signIn(house.signIn!);
  await agent.row('Marco Bianchi').waitFor();
  expect(await agent.page.evaluate(() => Notification.permission)).toBe('default');
  await openSettings(agent);
  await agent.panel.getByRole('radio', { name: 'Chime' }).check({ force: true });
  await agent.panel.getByRole('slider', { name: 'Volume' }).fill('30');
  await agent.panel.getByRole('switch', { name: 'Quiet hours' }).check();
  await agent.panel.getByLabel('From').fill('22:00');
  await agent.panel.getByRole('switch', { name: 'Quiet hours' }).uncheck();
  await agent.panel.getByRole('switch', { name: 'Notifications on the desktop' }).check();
  const other = await agent.anotherTab(house);
  await other.row('Marco Bianchi').waitFor();
  for (const tab of [agent, other]) await launcher(tab).click();
  const counted = async (tab: WidgetPage) =>
    Number(/^\((\d+)\) Harbour CRM/.exec(await tab.page.title())?.[1]);
  await expect.poll(() => counted(agent)).toBeGreaterThan(0);
  const unread = (await counted(agent)) + 1;

  await phone.writes(marco, `First ${secret}`);
  await expect.poll(() => shown.map(({ title }) => title)).toEqual(['Marco Bianchi']);
  expect(shown[0]!.body).toContain(secret);
  for (const tab of [agent, other]) await expect.poll(() => counted(tab)).toBe(unread);
  // Whatever the page makes of its title, the number stays before it.
  await other.page.evaluate(() => (document.title = 'Harbour CRM · Deals'));
  await expect.poll(() => other.page.title()).toBe(`(${unread}) Harbour CRM · Deals`);

  await launcher(agent).click();
  await agent.panel.getByRole('switch', { name: 'Show the text of the message' }).uncheck();
  await agent.back();
  await launcher(agent).click();
  await phone.writes(marco, `Second ${secret}`);
  await expect.poll(() => shown.length).toBe(2);
  expect(shown[1]!.body).not.toContain(secret);

  await launcher(agent).click();
  await agent.openChat('Marco Bianchi');
  await expect.poll(() => other.page.title()).toBe(`(${unread - 1}) Harbour CRM · Deals`);
  await launcher(other).click();
  expect(await other.row('Marco Bianchi').locator('.count').count()).toBe(0);
  expect(shown).toHaveLength(2);
  expect([...agent.faults, ...other.faults]).toEqual([]);
});

test('all keys on one sheet, none of the page’s while it has the focus; names and messages are blurred for others’ eyes', async () => {
  const { house } = day;
  await using agent = await WidgetPage.open(browser, { house });
  await agent.signIn(house.signIn!);
  await agent.row('Marco Bianchi').waitFor();
  await agent.page.locator('h1').click();
  await agent.page.keyboard.press('?');
  expect(await agent.panel.getByRole('heading', { name: 'Keyboard shortcuts' }).count()).toBe(0);
  // What knows the keys comes after the list.
  const sheet = agent.panel.getByRole('heading', { name: 'Keyboard shortcuts' });
  const list = agent.panel.getByRole('listbox', { name: 'Chats' });
  await expect
    .poll(
      async () => {
        if (await list.count()) {
          await list.focus({ timeout: 1_000 }).catch(() => undefined);
          await agent.page.keyboard.press('?');
        }
        return sheet.count();
      },
      { timeout: 30_000 },
    )
    .toBe(1);
  expect(await agent.panel.locator('kbd').count()).toBeGreaterThan(12);
  await agent.page.keyboard.press('Escape');
  await openSettings(agent);
  await agent.panel.getByRole('switch', { name: 'Single-key shortcuts' }).uncheck();
  await agent.panel.getByRole('switch', { name: 'Blur names and messages' }).check();
  await agent.back();
  await agent.panel.getByRole('listbox', { name: 'Chats' }).focus();
  await agent.page.keyboard.press('?');
  expect(await agent.panel.getByRole('heading', { name: 'Keyboard shortcuts' }).count()).toBe(0);
  const blur = (name: string) =>
    agent
      .row(name)
      .locator('.name')
      .evaluate((one) => getComputedStyle(one).filter);
  await agent.page.mouse.move(5, 5);
  await expect.poll(() => blur('Marco Bianchi')).toContain('blur');
  await agent.row('Marco Bianchi').hover();
  await expect.poll(() => blur('Marco Bianchi')).not.toContain('blur(6');
});

test('the page’s colours are worn when that is chosen, and light, dark and the system’s at once', async () => {
  const { house } = day;
  await using agent = await WidgetPage.open(browser, { house });
  await agent.signIn(house.signIn!);
  await agent.page.evaluate(() => {
    const colours = {
      'body-bg': '#fdf6e3',
      'panel-bg': '#fdf6e3',
      'text-color': '#073642',
      'brand-primary': '#7a3e9d',
    };
    for (const [name, value] of Object.entries(colours))
      document.documentElement.style.setProperty(`--${name}`, value);
  });
  await openSettings(agent);
  const host = agent.page.locator('chatdock-widget');
  const paper = () => agent.panel.evaluate((one) => getComputedStyle(one).backgroundColor);
  await agent.panel.getByRole('radio', { name: 'This page' }).check({ force: true });
  await expect.poll(paper).toBe('rgb(253, 246, 227)');
  await agent.panel.getByRole('radio', { name: 'Dark' }).check({ force: true });
  await expect.poll(() => host.getAttribute('data-theme')).toBe('dark');
  const dark = await paper();
  expect(dark).not.toBe('rgb(253, 246, 227)');
  await agent.panel.getByRole('radio', { name: 'Auto' }).check({ force: true });
  await agent.page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(paper).not.toBe(dark);
  await agent.page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(paper).toBe(dark);
});

test('on a phone it fills the screen, letters are large enough not to be zoomed, and a finger pins and puts away; the page around does not move', async () => {
  const { house, phone } = day;
  const context = await browser.newContext({
    viewport: { width: 390, height: 780 },
    hasTouch: true,
    isMobile: true,
  });
  context.setDefaultTimeout(60_000);
  try {
    const page: Page = await context.newPage();
    await page.addInitScript(() => {
      const shifted: [at: number, what: string][] = [];
      Object.assign(window, { shifted });
      new PerformanceObserver((list) => {
        for (const one of list.getEntries() as (PerformanceEntry & { sources: { node: Node | null }[] })[])
          for (const { node } of one.sources)
            if (node?.getRootNode() === document && node.nodeName !== 'CHATDOCK-WIDGET')
              shifted.push([one.startTime, node.nodeName]);
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(house.url);
    // The buttons beside the page's numbers are its own wish; they are there.
    await page.locator('chatdock-mark').nth(7).waitFor();
    // Drawn with them; what was moved by that is told a little later.
    const before = await page.evaluate(
      () =>
        new Promise<number>((done) =>
          requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))),
        ),
    );
    await page.locator('chatdock-widget .launcher').tap();
    await page.locator('input[name=email]').fill(house.signIn!.email);
    await page.locator('input[name=password]').fill(house.signIn!.password);
    await page.keyboard.press('Enter');
    const row = (name: string) =>
      page
        .locator('chatdock-widget')
        .getByRole('option')
        .filter({ has: page.locator('.name', { hasText: name }) });
    await row('Emma Clarke').waitFor();
    const panel = page.locator('chatdock-widget .panel');
    expect(await panel.boundingBox()).toEqual({ x: 0, y: 0, width: 390, height: 780 });
    const small = await panel
      .locator('input, textarea, select')
      .evaluateAll((fields) =>
        fields.map((one) => Number.parseFloat(getComputedStyle(one).fontSize)).filter((px) => px < 16),
      );
    expect(small).toEqual([]);
    const narrow = await panel
      .locator('button')
      .evaluateAll((all) =>
        all
          .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 24)
          .map((one) => one.outerHTML),
      );
    expect(narrow).toEqual([]);

    /** True: the row went with the finger. What lets it comes after the list. */
    const swipe = async (name: string, by: number): Promise<boolean> => {
      // The last one rested, since the machine did.
      if ((await page.locator('chatdock-widget').getByRole('menu').count()) > 0)
        await page.keyboard.press('Escape');
      const box = (await row(name).boundingBox())!;
      const touch = await context.newCDPSession(page);
      const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      const send = (
        type: 'touchStart' | 'touchMove' | 'touchEnd' | 'touchCancel',
        touchPoints: { x: number; y: number }[],
      ) => touch.send('Input.dispatchTouchEvent', { type, touchPoints });
      // At once, as a finger does it: one that rests asks for the menu.
      const moves = Array.from({ length: 8 }, (_, step) => ({ x: at.x + (by * (step + 1)) / 8, y: at.y }));
      await Promise.all([send('touchStart', [at]), ...moves.map((one) => send('touchMove', [one]))]);
      const wentAlong = await row(name).evaluate(
        (one) => (one.firstElementChild as HTMLElement).style.transform !== '',
      );
      // What has not gone along yet may go with the end: a second one would take it back.
      await send(wentAlong ? 'touchEnd' : 'touchCancel', []);
      await touch.detach();
      return wentAlong;
    };
    await expect.poll(() => swipe('Emma Clarke', 130)).toBe(true);
    await row('Emma Clarke').getByRole('img', { name: 'Pinned' }).waitFor();
    await expect.poll(() => swipe('Sofia Conti', -130)).toBe(true);
    await row('Sofia Conti').waitFor({ state: 'detached' });
    await expect
      .poll(async () => {
        const { chats } = await phone.state();
        return (
          chats.find(({ id }) => id === emma)?.pinned &&
          chats.find(({ id }) => id === '393385550011@c.us')?.archived
        );
      })
      .toBe(true);
    const shifts = await page.evaluate(() => (window as unknown as { shifted: [number, string][] }).shifted);
    expect(shifts.filter(([at]) => at > before)).toEqual([]);
  } finally {
    await context.close();
  }
});

test('offline and reconnecting are said with how old the screen is; back at once when there is a way, and nothing is missing', async () => {
  const { house, phone } = day;
  const push = new PushSwitch();
  await using agent = await WidgetPage.open(browser, { house, prepare: (page) => push.install(page) });
  await agent.signIn(house.signIn!);
  await agent.openChat('Marco Bianchi');
  await expect.poll(() => push.count).toBe(1);
  const context = agent.page.context();
  await context.setOffline(true);
  await push.cut();
  await agent.panel.getByText('You are offline').waitFor();
  await agent.panel.getByText(/^updated /).waitFor();
  await phone.writes(marco, 'While you were away');
  await context.setOffline(false);
  push.mend();
  await agent.bubbles('While you were away', 'theirs').waitFor();
  await agent.panel.getByText('You are offline').waitFor({ state: 'detached' });

  // The network is there, the server is not.
  await context.route('**/api/v1/**', (route) => route.abort('connectionrefused'));
  await push.cut();
  await agent.panel.getByText('Reconnecting…').waitFor();
  await agent.panel.getByText(/^updated /).waitFor();
  await phone.writes(marco, 'And while it was');
  await context.unrouteAll();
  push.mend();
  // Unless it has tried by itself meanwhile.
  await agent
    .button('Try now')
    .click({ timeout: 5_000 })
    .catch(() => undefined);
  await agent.bubbles('And while it was', 'theirs').waitFor();
  await agent.panel.getByText('Reconnecting…').waitFor({ state: 'detached' });
  expect(await agent.bubbles('While you were away', 'theirs').count()).toBe(1);
  expect(agent.faults).toEqual([]);
});

test('nobody’s words are in the log of the server or of the page', async () => {
  const { house, phone } = day;
  const lines: string[] = [];
  await using agent = await WidgetPage.open(browser, {
    house,
    prepare: async (page) => void page.on('console', (one) => lines.push(one.text())),
  });
  await agent.signIn(house.signIn!);
  await agent.openChat('Marco Bianchi');
  await phone.writes(marco, `Third ${secret}`);
  await agent.bubbles(`Third ${secret}`, 'theirs').waitFor();
  await agent.write(`Fourth ${secret}`);
  // However far it has got meanwhile.
  await agent
    .bubbles(`Fourth ${secret}`, 'mine')
    .getByRole('img', { name: /^(Sent|Delivered|Read)$/ })
    .waitFor();
  const log = await readFile(join(house.dataFolder, 'chatdock.log'), 'utf8');
  expect(log.length).toBeGreaterThan(500);
  expect(log).not.toContain(secret);
  expect(lines.join('\n')).not.toContain(secret);
});
