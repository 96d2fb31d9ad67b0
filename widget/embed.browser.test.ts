import { chromium, type Browser, type BrowserContext, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildWidget } from './testing/build.ts';
import { findChromium } from './testing/chromium.ts';
import { HostSite } from './testing/host-site.ts';
import { aChat, aMessage } from './testing/rows.ts';
import { TinyServer } from './testing/tiny-server.ts';
import type { Chatdock } from './npm/index.d.ts';

let built: Awaited<ReturnType<typeof buildWidget>>;
let browser: Browser;
let server: TinyServer;
let site: HostSite;
let context: BrowserContext;

beforeAll(async () => {
  built = await buildWidget();
  browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser?.close();
  await built?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  server = await TinyServer.start(built.folder);
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

const vouched = (body: Record<string, unknown>, lifeMs = 15 * 60_000) => ({
  status: 200,
  body: {
    agent: { id: 1, email: 'marta@example.com', name: 'Marta', role: 'agent', locale: 'en', disabled: false },
    organisation: { id: 1, name: 'Harbour' },
    token: `for-${String(body['token'])}`.padEnd(24, 'x'),
    csrf: null,
    expiresAt: Date.now() + lifeMs,
  },
});

async function host(attributes: string, body = '<h1>A page</h1>', hash = ''): Promise<Page> {
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
  context = await browser.newContext({ viewport: { width: 1_000, height: 760 } });
  const page = await context.newPage();
  await page.goto(`${site.url}/${hash}`);
  return page;
}
const chatdock = (page: Page) => page.evaluateHandle(() => window.Chatdock as Chatdock);
const eventsOf = (page: Page, name: string): Promise<unknown[]> =>
  page.evaluate(
    (wanted) =>
      (window as unknown as { events: [string, unknown][] }).events
        .filter(([one]) => one === wanted)
        .map(([, detail]) => detail),
    name,
  );

test('the host page vouches for its user: signed in without a form, renewed in time, nothing in addresses or storage', async () => {
  let made = 0;
  site.token = () => `jwt-${++made}`;
  // Expires so soon that it has to be renewed at once.
  server.instead.set('POST /auth/embed', (body) => vouched(body, 61_500));
  server.instead.set('POST /auth/embed/renew', () => ({
    status: 200,
    body: { expiresAt: Date.now() + 900_000 },
  }));
  const page = await host('data-token-url="/token" data-open');
  await page.getByRole('option').first().waitFor();
  expect(await page.locator('input[name=password]').count()).toBe(0);
  expect(server.told.find(({ what }) => what === 'POST /auth/embed')?.body).toEqual({ token: 'jwt-1' });
  expect(server.headers.find(({ what }) => what === 'GET /inboxes')?.headers.authorization).toBe(
    `Bearer ${'for-jwt-1'.padEnd(24, 'x')}`,
  );
  const kept = await page.evaluate(() =>
    JSON.stringify([localStorage, sessionStorage, document.cookie, location.href]),
  );
  expect(kept).not.toMatch(/jwt|for-/);
  expect(server.asked.join(' ')).not.toContain('jwt');
  expect(await (await chatdock(page)).evaluate((dock) => dock.getState())).toMatchObject({
    isSignedIn: true,
  });
});

test('a sign-in that is over is taken up again with a new token, and nobody notices', async () => {
  let made = 0;
  let isOver = false;
  site.token = () => `jwt-${++made}`;
  server.instead.set('POST /auth/embed', (body) => {
    isOver = false;
    return vouched(body);
  });
  for (const id of [1, 2])
    server.instead.set(`POST /chats/${id}/read`, () =>
      isOver ? { status: 401, body: { code: 'not-signed-in', status: 401 } } : { status: 204 },
    );
  const page = await host('data-token-url="/token" data-open');
  await page.getByRole('option').first().waitFor();
  isOver = true;
  server.commit({ chats: [aChat({ id: 1, unread: 3 }), aChat({ id: 2, unread: 3 })] });
  await page.getByRole('option').first().click();
  await expect.poll(() => made).toBe(2);
  await page.locator('textarea').waitFor();
  expect(await page.locator('input[name=password]').count()).toBe(0);
});

test('a token that is refused is told to the page with its reason, and the agent may still sign in by hand', async () => {
  site.token = () => 'jwt';
  server.instead.set('POST /auth/embed', () => ({
    status: 401,
    body: { code: 'bad-token', status: 401, detail: 'aud must be chatdock' },
  }));
  const page = await host('data-token-url="/token" data-open');
  await page.locator('input[name=email]').waitFor();
  expect(await eventsOf(page, 'error')).toMatchObject([
    { code: 'bad-token', hint: 'aud must be chatdock', docUrl: `${server.url}/developers/doctor` },
  ]);
});

async function signIn(page: Page): Promise<void> {
  await page.locator('input[name=email]').fill('marta@example.com');
  await page.locator('input[name=password]').fill('secret');
  await page.keyboard.press('Enter');
  await page.getByRole('option').first().waitFor();
}

test('every verb works, by name and by method, and events tell what happened', async () => {
  const page = await host('data-expose-content');
  const dock = await chatdock(page);
  await dock.evaluate((one) => one('open'));
  await signIn(page);
  await dock.evaluate((one) => one.openChat('+39 333 123 4567', { text: 'Good morning' }));
  await expect.poll(() => page.locator('textarea').inputValue()).toBe('Good morning');
  expect(await eventsOf(page, 'chat:opened')).toContainEqual({ chatId: 1 });
  await dock.evaluate((one) => one.prefill('Another text'));
  await expect.poll(() => page.locator('textarea').inputValue()).toBe('Another text');
  server.commit({
    chats: [aChat({ id: 2, unread: 2 })],
    messages: [aMessage({ id: 90, chatId: 2, at: Date.now(), body: 'Are you there?', fromMe: false })],
  });
  await expect
    .poll(() => eventsOf(page, 'message'))
    .toContainEqual({
      chatId: 2,
      direction: 'in',
      preview: 'Are you there?',
    });
  await expect
    .poll(async () => (await eventsOf(page, 'unread')).at(-1))
    .toMatchObject({ total: 2, byAccount: { 1: 2 } });
  await dock.evaluate((one) => one.setLocale('ru'));
  await page.locator('textarea[placeholder*="ообщен"], textarea[aria-label*="ообщен"]').first().waitFor();
  await dock.evaluate((one) => one.setTheme({ accent: 'rgb(11, 90, 124)' }));
  expect(await page.locator('.launcher').evaluate((button) => getComputedStyle(button).backgroundColor)).toBe(
    'rgb(11, 90, 124)',
  );
  await dock.evaluate((one) => one.setTheme('dark'));
  await expect.poll(() => page.locator('chatdock-widget').getAttribute('data-theme')).toBe('dark');
  await dock.evaluate((one) => one.close());
  await dock.evaluate((one) => one.hide());
  expect(await page.locator('.launcher').isVisible()).toBe(false);
  await dock.evaluate((one) => one.show());
  expect(await page.locator('.launcher').isVisible()).toBe(true);
  const [count, unsubscribed] = await dock.evaluate(async (one) => {
    let seen = 0;
    const stop = one.on('open', () => seen++);
    one.once('open', () => (seen += 10));
    await one.open();
    await one.close();
    await one.open();
    const before = seen;
    stop();
    await one.close();
    await one.open();
    return [before, seen];
  });
  expect([count, unsubscribed]).toEqual([12, 12]);
  expect(await eventsOf(page, 'ready')).toEqual([{ version: '1.0.0' }]);
});

test('phone numbers get a button; struck-through, short and cancelled ones do not open a chat; new rows get theirs', async () => {
  const page = await host(
    'data-open',
    `<p><a href="tel:+393331234567" data-phone-number="+39 333 123 4567" data-action="dial">+39 333 123 4567</a></p>
     <p><a href="https://wa.me/79161234567?text=Hi">WhatsApp</a></p>
     <p><a href="tel:112">112</a></p>
     <p><a href="tel:+4915112345678" style="text-decoration: line-through">+49 151 1234 5678</a></p>
     <p><s><a href="tel:+4915112345679">+49</a></s></p><div id="rows"></div>`,
  );
  await signIn(page);
  const marks = page.locator('chatdock-mark button');
  await expect.poll(() => marks.count()).toBe(2);
  await marks.first().click();
  await page.locator('textarea').waitFor();
  expect(await eventsOf(page, 'click-to-chat')).toEqual(['+393331234567']);
  await page.evaluate(() => {
    (window as unknown as { refuses: boolean }).refuses = true;
    document
      .querySelector('#rows')!
      .append(Object.assign(document.createElement('a'), { href: 'tel:+15550001111', textContent: 'x' }));
  });
  await expect.poll(() => marks.count()).toBe(3);
  const asked = server.told.length;
  await marks.last().click();
  expect(await eventsOf(page, 'click-to-chat')).toEqual(['+393331234567', '+15550001111']);
  expect(server.told.slice(asked).filter(({ what }) => what === 'POST /inboxes/1/chats')).toEqual([]);
  await page.evaluate(() => document.querySelector('#rows')!.replaceChildren());
  await expect.poll(() => marks.count()).toBe(2);
});

test('link mode takes over the number itself, but not a click with a key held; off leaves numbers alone', async () => {
  const body = '<a id="n" href="#dial" data-phone-number="+393331234567">call</a>';
  const page = await host('data-open data-click-to-chat="link"', body);
  await signIn(page);
  await page
    .locator('#n')
    .click({ modifiers: ['Shift'] })
    .catch(() => undefined);
  expect(await eventsOf(page, 'click-to-chat')).toEqual([]);
  await expect
    .poll(async () => {
      await page.locator('#n').click();
      return (await eventsOf(page, 'click-to-chat')).length;
    })
    .toBeGreaterThan(0);
  await page.locator('textarea').waitFor();
  await context.close();
  const quiet = await host('data-open data-click-to-chat="off"', body);
  await signIn(quiet);
  await quiet.locator('#n').click();
  expect(await eventsOf(quiet, 'click-to-chat')).toEqual([]);
  expect(await quiet.locator('chatdock-mark').count()).toBe(0);
});

test('the record of an EspoCRM page is known from its address and its numbers, and can be opened', async () => {
  const page = await host(
    'data-open',
    `<div class="detail" data-scope="Contact"><a data-phone-number="+39 333 123 4567" href="tel:+393331234567">n</a></div>`,
    '#Contact/view/64abc',
  );
  await signIn(page);
  await expect
    .poll(async () => (await eventsOf(page, 'context')).at(-1))
    .toMatchObject({ entityType: 'Contact', id: '64abc', phones: ['+39 333 123 4567'] });
  await page.evaluate(() => window.Chatdock!.openContact('Contact', '64abc'));
  await page.locator('textarea').waitFor();
  await page.evaluate(() => (location.hash = '#Account'));
  await expect.poll(async () => (await eventsOf(page, 'context')).at(-1)).toBeNull();
  await page.evaluate(() => window.Chatdock!.openContact('Lead', 'x'));
  expect((await eventsOf(page, 'error')).at(-1)).toMatchObject({ code: 'no-phone' });
});

test('shutdown leaves the page as it was: globals, nodes, listeners, timers and sockets', async () => {
  const page = await host('data-manual', '<p><a href="tel:+393331234567">n</a></p>');
  await page.evaluate(() => {
    // Counts what stays listened to. A signal that is aborted takes its listeners along.
    const live = new Map<string, number>();
    const count = (what: string, by: number): void => void live.set(what, (live.get(what) ?? 0) + by);
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type, listener, options) {
      if (this === window || this === document || this === document.body) {
        const name = `${this === window ? 'window' : 'document'} ${type}`;
        const signal = typeof options === 'object' ? options?.signal : undefined;
        if (!signal?.aborted) {
          count(name, 1);
          if (signal) addEventListener.call(signal, 'abort', () => count(name, -1), { once: true });
        }
      }
      return addEventListener.call(this, type, listener, options);
    };
    EventTarget.prototype.removeEventListener = function (type, listener, options) {
      if (this === window || this === document)
        count(`${this === window ? 'window' : 'document'} ${type}`, -1);
      return removeEventListener.call(this, type, listener, options);
    };
    Object.assign(window, { live, globals: Object.keys(window).length });
  });
  await page.evaluate(() => window.Chatdock!.boot({ open: true }));
  await signIn(page);
  await expect.poll(() => server.subscriberCount).toBe(1);
  await page.locator('chatdock-mark').waitFor({ state: 'attached' });
  const before = await page.evaluate(() => document.documentElement.outerHTML.length);
  await page.evaluate(async () => {
    document.querySelector('script[src]')!.remove();
    await window.Chatdock!.shutdown({ clearLocal: true });
  });
  await expect.poll(() => server.subscriberCount).toBe(0);
  const left = await page.evaluate(() => ({
    nodes: document.querySelectorAll('chatdock-widget, chatdock-mark').length,
    globals: ['Chatdock', 'WhatsAppWidget'].filter((name) => name in window),
    storage: Object.keys(localStorage).filter((name) => name.startsWith('chatdock')),
    listening: Array.from((window as unknown as { live: Map<string, number> }).live).filter(([, n]) => n > 0),
    sheets: document.adoptedStyleSheets.length,
  }));
  expect(left).toEqual({ nodes: 0, globals: [], storage: [], listening: [], sheets: 0 });
  expect(before).toBeGreaterThan(0);
  const asked = server.asked.length;
  await page.waitForTimeout(1_500);
  expect(server.asked.length).toBe(asked);
});

test('a panel inside an element of the page, and back', async () => {
  const page = await host('data-open', '<div id="place" style="width: 380px; height: 500px"></div>');
  await signIn(page);
  await page.evaluate(async () => {
    const made = await window.Chatdock!.create({ target: '#place' });
    Object.assign(window, { made });
  });
  const box = await page.locator('.panel').boundingBox();
  expect(box).toMatchObject({ width: 380, height: 500 });
  await page.evaluate(() => (window as unknown as { made: { destroy(): void } }).made.destroy());
  expect(await page.evaluate(() => document.querySelector('chatdock-widget')!.parentElement!.tagName)).toBe(
    'BODY',
  );
  await page.evaluate(() => window.Chatdock!.create({ target: '#nowhere' }));
  expect((await eventsOf(page, 'error')).at(-1)).toMatchObject({ code: 'no-target' });
});

test('in a frame: the same app on the server’s origin, out of the page’s reach, with the page’s token', async () => {
  site.token = () => 'jwt-frame';
  server.instead.set('POST /auth/embed', (body) => vouched(body));
  const page = await host('data-mode="iframe" data-token-url="/token" data-open');
  const frame = page.frameLocator('iframe');
  await frame.getByRole('option').last().click();
  await frame.locator('textarea').fill('From the frame');
  await page.keyboard.press('Enter');
  await frame.locator('article.mine').getByText('From the frame').waitFor();
  const { headers } = server.headers.find(({ what }) => what === 'POST /auth/embed')!;
  expect(headers['x-chatdock-page']).toBe(site.url);
  expect(await eventsOf(page, 'chat:opened')).toContainEqual({ chatId: 1 });
  const reach = await page.evaluate(() => {
    const inner = document.querySelector('chatdock-widget')!.shadowRoot!.querySelector('iframe')!;
    return [inner.contentDocument === null, new URL(inner.src).search.includes('jwt')];
  });
  expect(reach).toEqual([true, false]);
  expect(await page.evaluate(() => window.Chatdock!.getState())).toMatchObject({
    mode: 'iframe',
    isSignedIn: true,
  });
  await page.evaluate(() => window.Chatdock!.close());
  expect(await page.locator('iframe').isVisible()).toBe(false);
});

test('the frame believes nobody but its own page: strangers’ messages, wrong numbers and huge ones are dropped', async () => {
  const page = await host('data-mode="iframe" data-open');
  const frame = page.frameLocator('iframe');
  await frame.locator('input[name=email]').waitFor();
  const before = await eventsOf(page, 'close');
  await page.evaluate((to) => {
    const inner = document.querySelector('chatdock-widget')!.shadowRoot!.querySelector('iframe')!;
    const send = (data: unknown): void =>
      inner.contentWindow!.postMessage(data, to, [new MessageChannel().port2]);
    send({ chatdock: 1, nonce: '0'.repeat(32) });
    send({ chatdock: 2, nonce: '' });
    send('x'.repeat(1_000_000));
    send(null);
    // To the page, from itself: neither the origin nor the source is right.
    window.postMessage({ chatdock: 1, nonce: '0'.repeat(32) }, location.origin);
  }, server.url);
  await frame.locator('input[name=email]').fill('still here');
  expect(await eventsOf(page, 'close')).toEqual(before);
  expect(await page.locator('iframe').count()).toBe(1);
});

test('a frame that the server does not allow here leaves a launcher that says so, and the page is not covered', async () => {
  server.framedBy = "'none'";
  const page = await host('data-mode="iframe" data-open', '<input id="own">');
  await page.locator('#own').fill('the page still works');
  expect(await page.locator('iframe').isVisible()).toBe(false);
});

test('the typed module loads and boots the widget, twice the same one', async () => {
  site.scripts.set(
    '/app.js',
    `import { load } from '${server.url}/widget/npm/index.js';
    const one = await load({ host: '${server.url}', open: true, theme: 'dark' });
    const two = await load({ host: '${server.url}' });
    globalThis.same = one === two;`,
  );
  site.pages.set('/npm', {
    html: '<!doctype html><html lang="en"><title>npm</title><script type="module" src="/app.js"></script>',
  });
  context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${site.url}/npm`);
  await page.locator('input[name=email]').waitFor();
  expect(await page.evaluate(() => (globalThis as unknown as { same: boolean }).same)).toBe(true);
  expect(await page.locator('chatdock-widget').count()).toBe(1);
});

test('the doctor names a clock that is wrong and a policy that is too narrow, with the line to paste', async () => {
  server.clockOff = 120_000;
  site.pages.set('/', {
    headers: {
      'content-security-policy': `script-src 'unsafe-inline' ${server.url}; connect-src 'self' ${server.url}; img-src 'self'`,
    },
    html: `<!doctype html><title>x</title><script src="${server.url}/widget/v1/loader.js"></script>`,
  });
  context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(site.url);
  const { checks, isWell } = await page.evaluate(() => window.Chatdock!.doctor());
  const find = (id: string) => checks.find((one) => one.id === id);
  expect(find('clock')).toMatchObject({
    state: 'warn',
    says: expect.stringContaining('120 s behind') as string,
  });
  expect(find('csp')).toMatchObject({
    state: 'fail',
    fix: `Content-Security-Policy: script-src 'unsafe-inline' ${server.url}; connect-src 'self' ${server.url} ${server.url.replace('http', 'ws')}; img-src 'self' ${server.url}`,
  });
  expect(isWell).toBe(false);
});

test('a page that comes back from the browser’s back-and-forward cache goes on', async () => {
  const page = await host('data-open');
  site.pages.set('/next', { html: '<!doctype html><title>next</title>' });
  await signIn(page);
  await page.goto(`${site.url}/next`);
  await page.goBack();
  await page.locator('.launcher').waitFor({ state: 'attached' });
  await expect
    .poll(() => page.evaluate(() => window.Chatdock!.getState().then(({ isLoaded }) => isLoaded)))
    .toBe(true);
  server.commit({ chats: [aChat({ id: 1, name: 'Came later' })] });
  if (await page.getByRole('option').count()) await page.getByText('Came later').waitFor();
});
