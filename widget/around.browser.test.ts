import type { BrowserContext, Page } from 'playwright';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { browser, buildAndLaunch, folder } from './testing/built-browser.ts';
import { HostSite } from './testing/host-site.ts';
import { aChat, aMessage } from './testing/rows.ts';
import { TinyServer } from './testing/tiny-server.ts';

/** What the page around has to do with the widget beyond embedding it: its records, and a window apart from it. */
let server: TinyServer;
let site: HostSite;
let context: BrowserContext;

buildAndLaunch();
beforeEach(async () => {
  server = await TinyServer.start(folder);
  site = await HostSite.start();
  server.commit({ chats: [aChat({ id: 1 })], messages: [aMessage({ id: 1, body: 'Good day' })] });
  server.instead.set('GET /chats/1/crm-link', () => ({ status: 200, body: { link: null } }));
});
afterEach(async () => {
  await context?.close();
  await site[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function host(attributes: string, script = '', hash = ''): Promise<Page> {
  site.pages.set('/crm/', {
    html: `<!doctype html><html lang="en"><script>${script}</script><script src="${server.url}/widget/v1/loader.js" ${attributes}></script><body><h1>A page</h1></body></html>`,
  });
  context = await browser.newContext({ viewport: { width: 1_000, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${site.url}/crm/${hash}`);
  return page;
}
type Place = Pick<Page, 'locator' | 'getByRole' | 'getByText'>;
async function signIn(page: Page, inside: Place = page): Promise<void> {
  await inside.locator('input[name=email]').fill('marta@example.com');
  await inside.locator('input[name=password]').fill('secret');
  await page.keyboard.press('Enter');
  await inside.getByRole('option').first().waitFor();
}
async function openCard(inside: Place): Promise<void> {
  await inside.getByRole('option').first().click();
  await inside.getByText('Good day').first().waitFor();
  await inside.locator('.crm-chip').click();
  await inside.locator('.sheet').waitFor();
}

test('in EspoCRM a person is found and made through its REST with the login of the page, and linked for all', async () => {
  const page = await host(
    'data-open',
    `localStorage.setItem('espo-user-auth', '"bWFydGE6dG9rZW4="')`,
    '#Contact/list',
  );
  const asked: { method: string; path: string; login: string | undefined; body: unknown }[] = [];
  let isTwice = true;
  await page.route('**/crm/api/v1/**', async (route) => {
    const request = route.request();
    const url = new URL(request.url());
    const body = request.postDataJSON() as unknown;
    const login = request.headers()['espo-authorization'];
    asked.push({ method: request.method(), path: url.pathname + url.search, login, body });
    if (request.method() === 'GET') {
      // No access to accounts: the others are found all the same.
      if (url.pathname.endsWith('/Account')) return route.fulfill({ status: 403 });
      return route.fulfill({ json: { total: 0, list: [] } });
    }
    if (!isTwice)
      return route.fulfill({ json: { id: 'new1', name: 'Anna Bianchi', phoneNumber: '+393331234567' } });
    isTwice = false;
    return route.fulfill({ status: 409, json: [{ id: 'old7', name: 'Anna Bianchi' }] });
  });
  await signIn(page);
  await openCard(page);
  await page.getByRole('button', { name: 'New contact' }).click();
  // Espo says that it has somebody like that: shown, to be chosen.
  await page.locator('.crm-record').getByText('Anna Bianchi').waitFor();
  const searched = asked.find(({ path }) => path.startsWith('/crm/api/v1/Contact?'))!;
  expect(searched.login).toBe('bWFydGE6dG9rZW4=');
  expect(decodeURIComponent(searched.path)).toContain('"phoneNumberNumeric","value":"393331234567"');
  expect(asked.find(({ method }) => method === 'POST')).toMatchObject({
    path: '/crm/api/v1/Contact',
    body: { firstName: 'Anna', lastName: 'Bianchi', phoneNumber: '+393331234567' },
  });

  await page.evaluate(() =>
    window.Chatdock!.setCrm({ create: () => ({ entityType: 'Lead', id: 'L1', name: 'Anna' }) }),
  );
  await page.getByRole('button', { name: 'New lead' }).click();
  await expect.poll(() => server.asked).toContain('PUT /chats/1/crm-link');
});

test('in a frame the page’s CRM functions are asked over the port, and no other', async () => {
  const page = await host(
    'data-open data-mode="iframe"',
    `window.asked = [];
     window.Chatdock = function () { (Chatdock.q = Chatdock.q || []).push(arguments) };
     Chatdock('setCrm', {
       find(what) { asked.push(what); return [{ entityType: 'Contact', id: 'a1', name: 'Anna of the CRM', phones: ['+393331234567'], secret: () => 1 }]; },
       open(record) { asked.push(['open', record.id]); },
     }, 'generic');`,
  );
  const frame = page.frameLocator('iframe');
  await signIn(page, frame);
  await openCard(frame);
  await frame.locator('.crm-record').getByText('Anna of the CRM').waitFor();
  await frame.getByRole('button', { name: 'Open the record' }).click();
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { asked: unknown }).asked))
    .toEqual([{ phone: '393331234567' }, ['open', 'a1']]);
});

test('a window of its own has the same sign-in and the only socket; closed, the page goes on where it was', async () => {
  const page = await host('data-open');
  await signIn(page);
  await page.getByRole('option').first().click();
  await page.locator('textarea').fill('Half a sentence');
  await expect.poll(() => server.subscriberCount).toBe(1);
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('option').first().click();
  await page.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('button', { name: 'Account and settings' }).click();
  const [opened] = await Promise.all([
    context.waitForEvent('page'),
    page.getByRole('menuitem', { name: 'Open in its own window' }).click(),
  ]);
  await opened.getByRole('option').first().waitFor();
  expect(new URL(opened.url()).origin).toBe(new URL(server.url).origin);
  expect(opened.url()).not.toMatch(/token|#/);
  await expect.poll(() => page.locator('.panel').isHidden()).toBe(true);
  await expect.poll(() => server.subscriberCount).toBe(1);
  await opened.getByRole('option').first().click();
  server.commit({ messages: [aMessage({ id: 2, body: 'While apart', at: Date.now() })] });
  await opened.locator('article').getByText('While apart').waitFor();
  // Loaded again it is the same window of the same sign-in.
  await opened.reload();
  await opened.locator('article').getByText('While apart').waitFor();
  await opened.locator('textarea').fill('A whole sentence');
  await opened
    .getByRole('button', { name: 'Close' })
    .first()
    .click()
    .catch(() => undefined);
  await expect.poll(() => opened.isClosed()).toBe(true);
  await expect.poll(() => server.subscriberCount).toBe(1);
  await page.locator('.launcher').click();
  await page.locator('article').getByText('While apart').waitFor();
  expect(await page.locator('textarea').inputValue()).toBe('A whole sentence');
});
