import type { Browser, BrowserContext, Locator, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Chat } from '../server/contract/wire.ts';
import { CrmSite, type EmbedKey } from './harness/crm-site.ts';
import { eventually } from './harness/eventually.ts';
import { startLinkedHouse, type LinkedHouse } from './harness/linked-house.ts';
import { launchBrowser } from './harness/widget-page.ts';

// The embed contract of docs/experience-chat.md on the real server: every attribute of the tag, every verb and every event,
// on pages of another origin whose CRM vouches for its user.

const ben = { email: 'ben@crm.example', name: 'Ben Carter', password: 'a quiet harbour in March' };
const giulia = '393331234567@c.us';
const marco = '+39 347 881 2043';

let day: LinkedHouse;
let browser: Browser;
let crm: CrmSite;
let context: BrowserContext;
let chats: Chat[];
beforeAll(async () => {
  crm = await CrmSite.start();
  [day, browser] = await Promise.all([startLinkedHouse({ engine: 'baileys' }), launchBrowser()]);
  const { api, inboxId } = day;
  await api.call('POST', '/agents', ben);
  const key = await api.call<EmbedKey>('POST', '/organisation/embed-keys', { name: 'CRM', issuer: 'crm' });
  await api.call('PUT', '/organisation/origins', { list: [crm.origin] });
  crm.vouch = () => crm.jwt(key, ben.email, 'crm');
  chats = await eventually(
    async () => (await api.call<{ list: Chat[] }>('GET', `/inboxes/${inboxId}/chats`)).list,
    (list) => list.some(({ name }) => name === 'Marco Bianchi'),
  );
  // An answer of hers would take the place of what she is made to say.
  await day.phone.do('person', { id: 'giulia', autoReplyMs: null });
});
afterAll(async () => {
  await browser?.close();
  await crm?.[Symbol.asyncDispose]();
  await day?.house[Symbol.asyncDispose]();
});
afterEach(() => context?.close());

const events = [
  'ready',
  'open',
  'close',
  'unread',
  'message',
  'chat:opened',
  'connection',
  'session',
  'context',
  'click-to-chat',
  'error',
];
interface Opened {
  page: Page;
  panel: Locator;
  /** What happened, as the page heard it on `document`. */
  heard(name: string): Promise<unknown[]>;
}
/** A page of the CRM with the tag in it. `script` runs before the loader is there. */
async function open(
  attributes: string,
  { body = '<h1>Leads</h1>', script = '', hash = '' } = {},
): Promise<Opened> {
  crm.html = `<!doctype html><html lang="en"><head><title>A CRM</title><script>
    window.events = [];
    for (const name of ${JSON.stringify(events)})
      document.addEventListener('chatdock:' + name, (event) => {
        const { element, ...detail } = event.detail ?? {};
        events.push([name, event.detail && detail]);
        if (window.refuses === name) event.preventDefault();
      });
    ${script}</script>
    <script async src="${day.house.url}/widget/v1/loader.js" data-token-url="/token" ${attributes}></script>
    </head><body>${body}</body></html>`;
  context = await browser.newContext({ viewport: { width: 1_280, height: 900 } });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  await page.goto(`${crm.origin}/${hash}`);
  await page.locator('chatdock-widget').waitFor({ state: 'attached' });
  return {
    page,
    panel: page.locator('chatdock-widget .panel'),
    heard: (name) =>
      page.evaluate(
        (wanted) =>
          (window as unknown as { events: [string, unknown][] }).events
            .filter(([one]) => one === wanted)
            .map(([, detail]) => detail),
        name,
      ),
  };
}
const row = (panel: Locator, name: string): Locator => panel.getByRole('option').filter({ hasText: name });

test('looks and place by attributes: opened at once, its language, theme, side, distance, layer, name; an own button instead of ours', async () => {
  const { page, panel } = await open(
    'data-open data-locale="it" data-theme="dark" data-position="start" data-offset="40" data-z-index="77" data-label="Chat dei clienti" data-account="1" data-crm="generic"',
  );
  await panel.getByRole('searchbox', { name: 'Cerca chat e messaggi' }).waitFor();
  const look = await page.locator('chatdock-widget').evaluate((host) => {
    const launcher = host.shadowRoot!.querySelector('.launcher')!.getBoundingClientRect();
    return {
      theme: host.dataset['theme'],
      layer: getComputedStyle(host).zIndex,
      from: Math.round(launcher.left),
      under: Math.round(innerHeight - launcher.bottom),
    };
  });
  expect(look).toEqual({ theme: 'dark', layer: '77', from: 40, under: 40 });
  await context.close();

  const other = await open('data-launcher="#own" data-label="Customers"', {
    body: '<a id="own" href="/other">Chat</a>',
  });
  expect(await other.page.locator('chatdock-widget .launcher').isVisible()).toBe(false);
  await other.page.locator('#own').click();
  await row(other.panel, 'Giulia Rossi').waitFor();
  expect(other.page.url()).toBe(`${crm.origin}/`);
  await other.page.locator('#own').click();
  await expect.poll(() => other.panel.isVisible()).toBe(false);
  await context.close();

  const none = await open('data-launcher="none" data-theme="host"', {
    body: '<style>:root { --body-bg: #1d2430; --text-color: #eef; } body { background: #1d2430 }</style>',
  });
  expect(await none.page.locator('chatdock-widget .launcher').isVisible()).toBe(false);
  // The alias that pages of this kind use.
  await none.page.evaluate(() =>
    (window as unknown as { WhatsAppWidget: { open(): void } }).WhatsAppWidget.open(),
  );
  await row(none.panel, 'Giulia Rossi').waitFor();
  await expect.poll(() => none.page.locator('chatdock-widget').getAttribute('data-theme')).toBe('dark');
});

test('verbs: queued before the loader, then by name and by method; events on the page and by on, once and off', async () => {
  const { page, panel, heard } = await open('data-expose-content', {
    script: `window.Chatdock = function () { (Chatdock.q = Chatdock.q || []).push(arguments) }; Chatdock('openChat', '${marco}', { text: 'About your order' });`,
  });
  await panel.getByRole('heading', { name: 'Marco Bianchi' }).waitFor();
  const field = panel.locator('.composer textarea');
  await expect.poll(() => field.inputValue()).toBe('About your order');
  const [marcoChat] = chats.filter(({ name }) => name === 'Marco Bianchi');
  await expect.poll(() => heard('chat:opened')).toContainEqual({ chatId: marcoChat!.id });
  await expect.poll(() => heard('ready')).toHaveLength(1);
  await page.evaluate(() => window.Chatdock!.prefill('Another text'));
  await expect.poll(() => field.inputValue()).toBe('Another text');
  await expect.poll(async () => (await heard('connection')).at(-1)).toEqual({ state: 'live' });
  await expect.poll(() => heard('session')).toContainEqual({ inboxId: day.inboxId, state: 'working' });

  await day.phone.writes(giulia, 'Is my bicycle there?');
  await expect
    .poll(() => heard('message'))
    .toContainEqual(expect.objectContaining({ direction: 'in', preview: 'Is my bicycle there?' }));
  const unread = async () =>
    (await heard('unread')).at(-1) as { total: number; byAccount: Record<string, number> };
  await expect.poll(async () => (await unread()).total).toBeGreaterThan(0);
  const { total, byAccount } = await unread();
  expect(total).toBe(byAccount[day.inboxId]);

  const counted = await page.evaluate(async () => {
    const dock = window.Chatdock!;
    const seen: string[] = [];
    const stop = dock.on('close', () => seen.push('on'));
    const kept = (): void => void seen.push('kept');
    dock.on('close', kept);
    dock.once('close', () => seen.push('once'));
    await dock('toggle');
    await dock.toggle();
    stop();
    dock.off('close', kept);
    await dock.close();
    await dock.open();
    return seen;
  });
  expect(counted).toEqual(['on', 'kept', 'once']);
  await page.evaluate(() => window.Chatdock!.setLocale('ru'));
  await panel.getByRole('textbox', { name: 'Сообщение' }).waitFor();
  await page.evaluate(async () => {
    await window.Chatdock!.setTheme('dark');
    await window.Chatdock!.setTheme({ accent: 'rgb(11, 90, 124)' });
  });
  const launcher = page.locator('chatdock-widget .launcher');
  await expect
    .poll(() => launcher.evaluate((one) => getComputedStyle(one).backgroundColor))
    .toBe('rgb(11, 90, 124)');
  await page.evaluate(() => window.Chatdock!.hide());
  expect(await launcher.isVisible()).toBe(false);
  await page.evaluate(() => window.Chatdock!.show());
  expect(await launcher.isVisible()).toBe(true);
  const state = () => page.evaluate(() => window.Chatdock!.getState());
  expect(await state()).toMatchObject({
    mode: 'shadow',
    isOpen: true,
    isLoaded: true,
    isSignedIn: true,
    connection: 'live',
  });
  // The message above may be counted a little later than it is shown.
  await expect.poll(async () => (await unread()).total - (await state()).unread).toBe(0);
  const report = await page.evaluate(() => window.Chatdock!.doctor());
  expect(report.checks.filter(({ state }) => state === 'fail')).toEqual([]);
  expect(report.checks.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['clock', 'csp', 'socket']) as string[],
  );
});

test('the record on the page and the CRM’s own functions: context, the card, its chat; user changed, panel in the page, taken out', async () => {
  const { page, panel, heard } = await open('data-manual', {
    body: '<div id="place" style="width: 400px; height: 520px"></div>',
    script: `addEventListener('load', () => Chatdock.boot({ open: true }));`,
  });
  await row(panel, 'Giulia Rossi').waitFor();
  await page.evaluate(async () => {
    const dock = window.Chatdock!;
    await dock.setCrm({
      find: ({ phone }: { phone?: string }) =>
        phone === '393478812043'
          ? [{ entityType: 'Lead', id: 'L7', name: 'Marco of the CRM', phones: [phone] }]
          : [],
    } as never);
    await dock.setContext({ entityType: 'Contact', id: '7', name: 'Giulia', phones: ['+39 333 123 4567'] });
    await dock.openContact('Contact', '7');
  });
  await panel.getByRole('heading', { name: 'Giulia Rossi' }).waitFor();
  expect((await heard('context')).at(-1)).toMatchObject({ entityType: 'Contact', id: '7' });
  await page.evaluate(() => window.Chatdock!.openContact('Account', 'x'));
  expect((await heard('error')).at(-1)).toMatchObject({
    code: 'no-phone',
    docUrl: expect.stringContaining('/developers/'),
  });
  await page.evaluate(
    (id) => window.Chatdock!.openChat({ chatId: id }),
    chats.find(({ name }) => name === 'Marco Bianchi')!.id,
  );
  await panel.getByRole('button', { name: /Marco of the CRM/ }).waitFor();

  await page.evaluate(async () => {
    Object.assign(window, { made: await window.Chatdock!.create({ target: '#place' }) });
  });
  await expect.poll(() => panel.boundingBox()).toMatchObject({ width: 400, height: 520 });
  await page.evaluate(() => (window as unknown as { made: { destroy(): void } }).made.destroy());

  await page.evaluate(async () => {
    await window.Chatdock!.setUser(null);
    await window.Chatdock!.open();
  });
  await page.locator('chatdock-widget input[name=password]').waitFor();
  await page.evaluate(() =>
    window.Chatdock!.setUser({
      getToken: async () => ((await (await fetch('/token')).json()) as { token: string }).token,
    }),
  );
  await panel.getByRole('option').first().waitFor();

  await page.evaluate(() => window.Chatdock!.shutdown({ clearLocal: true }));
  expect(await page.locator('chatdock-widget, chatdock-mark').count()).toBe(0);
  expect(await page.evaluate(() => 'Chatdock' in window || 'WhatsAppWidget' in window)).toBe(false);
  expect(
    await page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith('chatdock'))),
  ).toEqual([]);
});

test('numbers on the page: a button beside them, the link itself, or nothing; the page may take them over; an Espo record is known', async () => {
  const numbers = `<div class="detail" data-scope="Contact"><a id="n" href="tel:+393331234567" data-phone-number="+39 333 123 4567">n</a></div>
    <span class="mobile">+39 347 881 2043</span><s><a href="tel:+393385550011">gone</a></s>`;
  const menu = await open('data-phones=".mobile" data-crm="espo"', {
    body: numbers,
    hash: '#Contact/view/64abc',
  });
  const marks = menu.page.locator('chatdock-mark button');
  await expect.poll(() => marks.count()).toBe(2);
  await marks.last().click();
  await menu.panel.getByRole('heading', { name: 'Marco Bianchi' }).waitFor();
  expect(await menu.heard('click-to-chat')).toEqual([{ phone: '+393478812043' }]);
  await expect
    .poll(async () => (await menu.heard('context')).at(-1))
    .toMatchObject({ entityType: 'Contact', id: '64abc', phones: ['+39 333 123 4567'] });
  await menu.page.evaluate(() => Object.assign(window, { refuses: 'click-to-chat' }));
  await marks.first().click();
  expect(await menu.heard('click-to-chat')).toHaveLength(2);
  expect(await menu.panel.getByRole('heading', { name: 'Marco Bianchi' }).count()).toBe(1);
  await context.close();

  const link = await open('data-click-to-chat="link"', { body: numbers });
  await expect
    .poll(async () => {
      await link.page.locator('#n').click();
      return (await link.heard('click-to-chat')).length;
    })
    .toBeGreaterThan(0);
  await link.panel.getByRole('heading', { name: 'Giulia Rossi' }).waitFor();
  expect(await link.page.locator('chatdock-mark').count()).toBe(0);
  await context.close();

  const off = await open('data-click-to-chat="off" data-open', { body: numbers });
  await row(off.panel, 'Giulia Rossi').waitFor();
  expect(await off.page.locator('chatdock-mark').count()).toBe(0);
});

test('in a frame, pinned by its hash, beside a second loader, after its body was swapped and back from the cache: one widget that works', async () => {
  const manifest = (await (await fetch(`${day.house.url}/widget/manifest.json`)).json()) as {
    version: string;
    loader: { path: string; integrity: string };
  };
  const pinned = await fetch(`${day.house.url}/widget/${manifest.loader.path}`);
  expect(pinned.headers.get('cache-control')).toContain('immutable');
  expect(pinned.headers.get('access-control-allow-origin')).toBe('*');
  const { page, heard } = await open('data-mode="iframe" data-open', {
    script: `const tag = document.createElement('script');
      Object.assign(tag, { src: '${day.house.url}/widget/${manifest.loader.path}', integrity: '${manifest.loader.integrity}', crossOrigin: 'anonymous' });
      addEventListener('load', () => document.head.append(tag));`,
  });
  const frame = page.frameLocator('chatdock-widget iframe');
  await frame.getByRole('option').filter({ hasText: 'Giulia Rossi' }).click();
  await frame.locator('.composer textarea').fill('From the frame');
  await page.keyboard.press('Enter');
  await frame.locator('article.mine').getByText('From the frame').waitFor();
  await expect.poll(async () => (await day.phone.saidByUs(giulia, 'From the frame')).length).toBe(1);
  await expect.poll(() => heard('ready')).toEqual([{ version: manifest.version }]);
  expect(await page.locator('chatdock-widget').count()).toBe(1);
  await context.close();

  const shadow = await open('data-open');
  await row(shadow.panel, 'Giulia Rossi').waitFor();
  await shadow.page.evaluate(() => {
    const body = document.createElement('body');
    document.body.replaceWith(body);
  });
  await row(shadow.panel, 'Giulia Rossi').waitFor();
  await shadow.page.goto(`${crm.origin}/other`);
  await shadow.page.goBack();
  const launcher = shadow.page.locator('chatdock-widget .launcher');
  await launcher.waitFor();
  await shadow.page.evaluate(() => window.Chatdock!.open());
  await row(shadow.panel, 'Giulia Rossi').waitFor();
  await day.phone.writes(giulia, 'Still there?');
  await row(shadow.panel, 'Still there?').waitFor();
});
