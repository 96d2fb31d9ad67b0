import { expect, test } from 'vitest';
import {
  context,
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

test('a button of the page’s own opens the panel and leads nowhere, also before what it needs has come', async () => {
  const page = await host('data-manual data-launcher="#own"', '<a id="own" href="/other">Chat</a>');
  let bring = (): void => {};
  const brought = new Promise<void>((done) => (bring = done));
  await page.route(/\/assets\/embed-/, async (route) => {
    await brought;
    await route.continue();
  });
  await page.evaluate(() => void window.Chatdock!.boot());
  await page.locator('#own').click();
  bring();
  await page.locator('chatdock-widget .panel').waitFor();
  expect(page.url()).toBe(`${site.url}/`);
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
  await expect.poll(async () => (await eventsOf(page, 'error')).at(-1)).toMatchObject({ code: 'no-phone' });
});

test('in a frame: the same app on the server’s origin, out of the page’s reach, with the page’s token and colours, and forgotten when the page says so', async () => {
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
  await expect.poll(() => eventsOf(page, 'chat:opened')).toContainEqual({ chatId: 1 });
  const reach = await page.evaluate(() => {
    const inner = document.querySelector('chatdock-widget')!.shadowRoot!.querySelector('iframe')!;
    return [inner.contentDocument === null, new URL(inner.src).search.includes('jwt')];
  });
  expect(reach).toEqual([true, false]);
  expect(await page.evaluate(() => window.Chatdock!.getState())).toMatchObject({
    mode: 'iframe',
    isSignedIn: true,
  });
  // Colours go in, Escape gives the focus back to the launcher, and what was half written is forgotten with the rest.
  await page.evaluate(() => window.Chatdock!.setTheme({ accent: '#a0265f' }));
  const accent = (): Promise<string> =>
    frame
      .locator('chatdock-widget')
      .evaluate((one) => getComputedStyle(one).getPropertyValue('--cd-accent').trim());
  await expect.poll(accent).toBe('#a0265f');
  await frame.locator('textarea').fill('half written');
  await page.keyboard.press('Escape');
  await page.locator('iframe').waitFor({ state: 'hidden' });
  expect(
    await page.evaluate(() =>
      document.activeElement?.shadowRoot?.activeElement?.classList.contains('launcher'),
    ),
  ).toBe(true);
  const inside = page.frames().find((one) => one.url().includes('/widget/frame'))!;
  const kept = (): Promise<unknown> => inside.evaluate(async () => (await indexedDB.databases()).length);
  await expect.poll(kept).toBe(1);
  await page.evaluate(() => window.Chatdock!.shutdown({ clearLocal: true }));
  expect(page.frames()).toHaveLength(1);
  await page.reload();
  await frame.getByRole('option').first().waitFor();
  expect(await frame.getByText('half written').count()).toBe(0);
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

test('the doctor names a clock that is wrong and a policy that is too narrow, with the line to paste', async () => {
  server.clockOff = 120_000;
  site.pages.set('/', {
    headers: {
      'content-security-policy': `script-src 'unsafe-inline' ${server.url}; connect-src 'self' ${server.url}; img-src 'self'`,
    },
    html: `<!doctype html><title>x</title><script src="${server.url}/widget/v1/loader.js"></script>`,
  });
  const page = await emptyTab();
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
