import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from './harness/client.ts';
import { startLinkedHouse, type LinkedHouse } from './harness/linked-house.ts';
import { launchBrowser } from './harness/widget-page.ts';

// The rows of docs/experience.md about the numbers' own page. Each test goes on where the last one ended.

const marco = '393478812043@c.us';
const password = 'a quiet harbour in March';
const ben = { email: 'ben@crm.example', name: 'Ben Carter', password };
const sara = { email: 'sara@crm.example', name: 'Sara Neri', password };

let browser: Browser;
let day: LinkedHouse;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  [browser, day] = await Promise.all([launchBrowser(), startLinkedHouse({ engine: 'baileys' })]);
  for (const person of [ben, sara]) await day.api.call('POST', '/agents', person);
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
  context.setDefaultTimeout(60_000);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  page = await context.newPage();
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(`${day.house.url}/admin`);
  await page.locator('input[type=email]').fill(day.house.signIn!.email);
  await page.locator('input[type=password]').fill(day.house.signIn!.password);
  await page.keyboard.press('Enter');
  await page.locator('.tile').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await day?.house[Symbol.asyncDispose]();
});

const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const dialog = () => page.getByRole('dialog');
const go = (name: string) => page.getByRole('link', { name, exact: true }).click();

test('each number says what it is, how it is since when, and what was written there, as it happens', async () => {
  const tile = page.locator('.tile', { hasText: 'Sandbox' });
  for (const text of ['Sandbox', '+39 065 999 1234', 'Connected', 'baileys'])
    await tile.getByText(text, { exact: true }).first().waitFor();
  await tile.locator('.tile-state time').waitFor();
  /** Looked at again, as it is every few seconds. What is asked anew before it is answered is never shown. */
  const today = async () => {
    await Promise.all([
      page.waitForResponse((one) => one.url().includes('/sessions/activity') && one.ok()),
      page.evaluate(() => document.dispatchEvent(new Event('visibilitychange'))),
    ]);
    return Number(/(\d+) messages? today/.exec(await tile.innerText())?.[1]);
  };
  // Just after midnight nothing of what the demo begins with was written today.
  await day.phone.writes(marco, 'Good day');
  await expect.poll(() => today().then(() => tile.innerText())).toContain('last message just now');
  const before = await today();
  expect(before).toBeGreaterThan(0);
  await day.phone.writes(marco, 'One more');
  await day.phone.writes(marco, 'And another');
  await expect.poll(today).toBe(before + 2);
  await tile.getByText('last message just now').waitFor();
  // How it is comes by itself, in words, and so does that it is well again.
  await day.phone.do('command', { do: 'stream-error', code: '440' });
  await tile.getByText('WhatsApp is open elsewhere').waitFor();
  await tile.getByText('Try again.').waitFor();
  await day.api.call('POST', `/inboxes/${day.inboxId}/session/link`, { method: 'qr' });
  await tile.getByText('Connected', { exact: true }).waitFor();
  // For a moment only: whoever looks after it has happened may come too late.
  await Promise.all([
    tile.getByText('It tries again by itself.').waitFor(),
    day.phone.do('command', { do: 'stream-error', code: '503' }),
  ]);
  await tile.getByText('Connected', { exact: true }).waitFor();
});

test('a number is made, linked, stopped, started, disconnected and told about; what follows is said before', async () => {
  await button('Name and engine…').click();
  await page.getByLabel('Name', { exact: true }).fill('Repairs');
  await page.getByLabel('Where').selectOption('sandbox');
  await page.getByText('Without a browser (Baileys)').click();
  await button('Connect WhatsApp').click();
  await page.locator('.qr').first().waitFor();
  await page
    .getByText(/client_\w+/)
    .first()
    .waitFor();
  await day.phone.scan();
  await page.getByText('WhatsApp is connected').waitFor();
  // The key is whole this once, masked ever after.
  await page
    .getByText(/^cdk_[\w-]{20,}/)
    .first()
    .waitFor();
  await button('I have copied it').click();
  await page.reload();
  await page.locator('.tile a', { hasText: 'Repairs' }).click();

  const card = page.locator('.card.connect');
  await card.locator('code', { hasText: /^cdk_[\w-]+•+$/ }).waitFor();
  await button('Restart').click();
  await dialog().getByText('The phone stays linked.', { exact: false }).waitFor();
  await dialog().getByRole('button', { name: 'Restart' }).click();
  await page.locator('.timeline').getByText('Planned restart').waitFor();
  await card.getByText('WhatsApp is connected').waitFor();
  await button('Stop').click();
  await dialog().getByText('The phone stays linked; connecting again needs no QR code.').waitFor();
  await dialog().getByRole('button', { name: 'Stop' }).click();
  await card.getByText('Stopped', { exact: true }).waitFor();
  await button('Connect').click();
  await card.getByText('WhatsApp is connected').waitFor();

  await button('Disconnect').click();
  await dialog().getByText('History and contacts stay.', { exact: false }).waitFor();
  expect(await dialog().getByRole('button', { name: 'Disconnect' }).isDisabled()).toBe(true);
  await dialog().getByRole('textbox').fill('Repairs');
  await dialog().getByRole('button', { name: 'Disconnect' }).click();
  await card.getByText('Disconnected here').waitFor();

  const story = page.locator('.timeline');
  await story.getByText('QR code shown').first().waitFor();
  await story.getByText('Connected', { exact: true }).first().waitFor();
  await story.getByText('Disconnected here').first().waitFor();
  expect(await story.locator('h3.day').count()).toBe(1);
});

test('who sees a number is chosen by name, and who is there can be seen', async () => {
  const benApi = await ApiClient.signIn(day.house.url, ben);
  expect(await benApi.inboxes()).toHaveLength(2);
  // They show what the server has said, a moment after the click.
  await page.getByRole('radio', { name: 'Only these people' }).click({ force: true });
  await expect.poll(async () => (await benApi.inboxes()).map(({ name }) => name)).toEqual(['Sandbox']);
  await page.getByRole('checkbox', { name: 'Ben Carter' }).click();
  await expect.poll(async () => (await benApi.inboxes()).length).toBe(2);
  await go('People');
  const row = (name: string) => page.locator('li.row', { hasText: name });
  await row('Ben Carter').getByText('Online').waitFor();
  expect(await row('Sara Neri').getByText('Online').count()).toBe(0);
});

test('a number is deleted with everything by typing its name, and is gone from every list without a reload', async () => {
  const repairs = { hasText: 'Repairs' };
  const other = await page.context().newPage();
  await other.goto(`${day.house.url}/admin`);
  await other.locator('.tile', repairs).waitFor();
  await go('Numbers');
  await page.locator('.tile a', repairs).click();
  await button('Delete with everything…').click();
  await dialog().getByText('Nobody can bring them back.', { exact: false }).waitFor();
  const sure = dialog().getByRole('button', { name: 'Delete for ever' });
  expect(await sure.isDisabled()).toBe(true);
  await dialog().getByRole('textbox').fill('Repairs');
  await sure.click();
  await page
    .locator('.tile')
    .filter({ has: page.getByText('Sandbox', { exact: true }) })
    .waitFor();
  expect(await page.locator('.tile', repairs).count()).toBe(0);
  await other.locator('.tile', repairs).waitFor({ state: 'detached' });
  await other.close();
  const benApi = await ApiClient.signIn(day.house.url, ben);
  expect((await benApi.inboxes()).map(({ name }) => name)).toEqual(['Sandbox']);
});

/** A page of somebody's CRM: the files given, and a policy if there is one. */
async function serve(files: Record<string, string>, policy = ''): Promise<Server & { origin: string }> {
  const server = createServer((request, response) => {
    const file = files[request.url ?? ''];
    response.statusCode = file === undefined ? 404 : 200;
    response.setHeader('content-type', request.url === '/' ? 'text/html' : 'text/javascript');
    if (policy) response.setHeader('content-security-policy', policy);
    response.end(file ?? '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(server, { origin: `http://127.0.0.1:${port}` });
}

/** What a button beside a piece of code copies. */
async function copied(step: number): Promise<string> {
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await page
    .locator('.step')
    .nth(step)
    .getByRole('button', { name: /Copy|Copied/ })
    .click();
  const read = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(read).not.toBe('');
  return read();
}

/** The widget on that page lets an Agent in and shows the chats. */
async function worksOn(origin: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(60_000);
  const other = await context.newPage();
  await other.goto(origin);
  await other.locator('chatdock-widget .launcher').click();
  await other.locator('input[name=email]').fill(ben.email);
  await other.locator('input[name=password]').fill(ben.password);
  await other.keyboard.press('Enter');
  await other.getByRole('option').filter({ hasText: 'Marco Bianchi' }).waitFor();
  await context.close();
}

test('what is copied works as it is: on any website, in EspoCRM under its policy, and as a module; the page to test it says what is missing', async () => {
  await go('Embed');
  const sites: (Server & { origin: string })[] = [];
  const allow = async (site: Server & { origin: string }): Promise<void> => {
    sites.push(site);
    await page.getByLabel('Address of a page').fill(`${site.origin}/some/page?x=1`);
    await button('Allow').click();
    await page.locator('li code', { hasText: site.origin }).waitFor();
  };
  try {
    await page.getByRole('radio', { name: 'Any website' }).check({ force: true });
    const generic = await serve({ '/': `<!doctype html><title>A site</title>${await copied(0)}` });
    sites.push(generic);
    // Before it is allowed, the page for testing says so, and lets an admin mend it there.
    const checker = await page.context().newPage();
    await checker.goto(`${day.house.url}/developers/embed`);
    await checker.locator('[name=page]').fill(generic.origin);
    await checker.locator('#run').click();
    await checker.getByText(`No organisation allows ${generic.origin} yet`).waitFor();
    await checker.getByRole('button', { name: `Allow ${generic.origin}` }).click();
    await checker.getByText(`${generic.origin} may embed the widget`).waitFor();
    await checker.close();
    await worksOn(generic.origin);
    await page.reload();
    await page.locator('li code', { hasText: generic.origin }).waitFor();

    await page.getByRole('radio', { name: 'EspoCRM' }).check({ force: true });
    const script = await copied(0);
    expect(JSON.parse(await copied(1))).toEqual({ scriptList: ['__APPEND__', 'client/custom/chatdock.js'] });
    const list = Array.from((await copied(2)).matchAll(/'(https?:[^']+)'/g), (one) => one[1]);
    const espo = await serve(
      {
        '/': '<!doctype html><title>Espo</title><script src="/client/custom/chatdock.js"></script>',
        '/client/custom/chatdock.js': script,
      },
      `script-src 'self' 'unsafe-eval' ${list.join(' ')}; form-action 'self'; frame-ancestors 'self'`,
    );
    await allow(espo);
    await worksOn(espo.origin);

    await page.getByRole('radio', { name: 'npm module' }).check({ force: true });
    const entry = /-O (\S+\/index\.js)/.exec(await copied(0))![1]!;
    const npm = await serve({
      '/': '<!doctype html><title>An app</title><script type="module" src="/app.js"></script>',
      '/app.js': await copied(1),
      '/chatdock/index.js': await (await fetch(entry)).text(),
    });
    await allow(npm);
    await worksOn(npm.origin);
    expect(faults).toEqual([]);
  } finally {
    for (const site of sites) {
      site.closeAllConnections();
      site.close();
    }
  }
});
