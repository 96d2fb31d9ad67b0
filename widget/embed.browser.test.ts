import { expect, test } from 'vitest';
import { aChat, aMessage } from './testing/rows.ts';
import {
  chatdock,
  emptyTab,
  eventsOf,
  host,
  server,
  setTheHost,
  signIn,
  site,
  vouched,
} from './testing/embed-stage.ts';

setTheHost();

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
  await expect
    .poll(() => eventsOf(page, 'error'))
    .toMatchObject([
      { code: 'bad-token', hint: 'aud must be chatdock', docUrl: `${server.url}/developers/doctor` },
    ]);
});

test('every verb works, by name and by method, and events tell what happened', async () => {
  const page = await host('data-expose-content data-badge="off" data-time-zone="Nowhere/At_All"');
  const dock = await chatdock(page);
  await dock.evaluate((one) => one('open'));
  await signIn(page);
  await expect.poll(() => eventsOf(page, 'error')).toMatchObject([{ code: 'time-zone' }]);
  await dock.evaluate((one) => one.openChat('+39 333 123 4567', { text: 'Good morning' }));
  await expect.poll(() => page.locator('textarea').inputValue()).toBe('Good morning');
  await expect.poll(() => eventsOf(page, 'chat:opened')).toContainEqual({ chatId: 1 });
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
  await expect
    .poll(() => page.locator('.launcher').evaluate((button) => getComputedStyle(button).backgroundColor))
    .toBe('rgb(11, 90, 124)');
  await dock.evaluate((one) => one.setTheme('dark'));
  await expect.poll(() => page.locator('chatdock-widget').getAttribute('data-theme')).toBe('dark');
  await dock.evaluate((one) => one.close());
  await dock.evaluate((one) => one.hide());
  await page.locator('.launcher').waitFor({ state: 'hidden' });
  await dock.evaluate((one) => one.show());
  await page.locator('.launcher').waitFor();
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
  // Two are unread all the while, and this page keeps its title and its icon to itself.
  expect(await page.title()).not.toContain('(');
  expect(await page.locator('link[rel~=icon]').count()).toBe(0);
});

test('a call that makes no sense is told to the page’s developer, and the launcher is as well as before', async () => {
  const page = await host('data-open', '<input id="own">');
  await signIn(page);
  await page.evaluate(async () => {
    const dock = window.Chatdock!;
    for (const target of [null, {}, '']) await dock.openChat(target as never);
    await dock.setUser({} as never);
    await dock.setContext('Contact' as never);
    await dock.create(undefined as never);
    await dock.setTheme(null as never);
    await dock.setCrm(null as never);
    await dock.openContact('Contact', '9');
  });
  const codes = (await eventsOf(page, 'error')).map((one) => (one as { code: string }).code);
  expect(codes).toEqual([...Array.from({ length: 5 }, () => 'bad-call'), 'no-target', 'no-phone']);
  expect(await page.locator('.launcher.failed').count()).toBe(0);

  // A record that is not on the page, as the page's CRM knows it; and whoever types in the page goes on there.
  await page.evaluate(() => window.Chatdock!.close());
  await page.locator('#own').focus();
  await page.evaluate(async () => {
    const blurs: string[] = [];
    Object.assign(window, { blurs });
    document.querySelector('#own')!.addEventListener('blur', () => blurs.push('blur'));
    await window.Chatdock!.setCrm({
      read: async ({ id }) => ({ phones: id === '9' ? ['+39 333 123 4567'] : [] }),
    });
    await window.Chatdock!.openChat({ chatId: 2 }, { focus: false });
  });
  const field = page.locator('.composer textarea');
  await field.waitFor();
  await page.keyboard.type('still mine');
  expect(await page.locator('#own').inputValue()).toBe('still mine');
  expect(await page.evaluate(() => (window as unknown as { blurs: string[] }).blurs)).toEqual([]);
  await page.evaluate(() => window.Chatdock!.openContact('Contact', '9'));
  await expect.poll(() => eventsOf(page, 'chat:opened')).toEqual([{ chatId: 2 }, { chatId: 1 }]);
  await expect
    .poll(() => field.evaluate((one) => (one.getRootNode() as ShadowRoot).activeElement === one))
    .toBe(true);
});

test('shutdown leaves the page as it was: globals, nodes, listeners, timers, sockets and what was kept', async () => {
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
  await page.getByRole('option').first().click();
  await page.locator('.composer textarea').fill('half written');
  const kept = (): Promise<unknown> =>
    page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
  await expect.poll(kept).toHaveLength(1);
  const before = await page.evaluate(() => document.documentElement.outerHTML.length);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
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
  expect([await kept(), faults]).toEqual([[], []]);
});

test('a panel inside an element of the page, in the page’s colours, and back', async () => {
  const page = await host(
    'data-open data-theme="host"',
    '<style>:root { --body-bg: #1d2430 }</style><div id="place" style="width: 380px; height: 500px"></div>',
  );
  await signIn(page);
  // In the page's own colours, and in others as soon as the page has those.
  const paper = (): Promise<string> =>
    page.locator('.panel').evaluate((one) => getComputedStyle(one).backgroundColor);
  await expect.poll(paper).toBe('rgb(29, 36, 48)');
  await page.evaluate(() => document.documentElement.style.setProperty('--body-bg', '#fff8e8'));
  await expect.poll(paper).toBe('rgb(255, 248, 232)');
  await page.evaluate(async () => {
    const made = await window.Chatdock!.create({ target: '#place' });
    Object.assign(window, { made });
  });
  await expect.poll(() => page.locator('.panel').boundingBox()).toMatchObject({ width: 380, height: 500 });
  await page.evaluate(() => (window as unknown as { made: { destroy(): void } }).made.destroy());
  expect(await page.evaluate(() => document.querySelector('chatdock-widget')!.parentElement!.tagName)).toBe(
    'BODY',
  );
  await page.evaluate(() => window.Chatdock!.create({ target: '#nowhere' }));
  await expect.poll(async () => (await eventsOf(page, 'error')).at(-1)).toMatchObject({ code: 'no-target' });
});

test('the typed module loads and boots the widget, twice the same one, and anew after a shutdown', async () => {
  site.scripts.set(
    '/app.js',
    `import { load } from '${server.url}/widget/npm/index.js';
    const one = await load({ host: '${server.url}', open: true, theme: 'dark' });
    const two = await load({ host: '${server.url}' });
    globalThis.same = one === two;
    globalThis.load = load;`,
  );
  site.pages.set('/npm', {
    html: '<!doctype html><html lang="en"><title>npm</title><script type="module" src="/app.js"></script>',
  });
  const page = await emptyTab();
  await page.goto(`${site.url}/npm`);
  await page.locator('input[name=email]').waitFor();
  expect(await page.evaluate(() => (globalThis as unknown as { same: boolean }).same)).toBe(true);
  expect(await page.locator('chatdock-widget').count()).toBe(1);
  for (let times = 0; times < 2; times++) {
    await page.evaluate(async (url) => {
      await window.Chatdock!.shutdown();
      await (globalThis as unknown as { load(config: object): Promise<unknown> }).load({
        host: url,
        open: true,
      });
    }, server.url);
    await page.locator('input[name=email]').waitFor();
  }
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
