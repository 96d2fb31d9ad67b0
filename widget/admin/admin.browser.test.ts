import type { Page } from 'playwright';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { colourRules, violations } from '../testing/axe.ts';
import { browser, buildAndLaunch, folder } from '../testing/built-browser.ts';
import { aSession } from '../testing/rows.ts';
import { problem, TinyServer } from '../testing/tiny-server.ts';
import { answerForAdmins, openPage, showCode, signIn, type Look } from './testing-stage.ts';

let server: TinyServer;
let page: Page;

buildAndLaunch();
beforeEach(async () => {
  server = await TinyServer.start(folder);
  answerForAdmins(server);
});
afterEach(async () => {
  await page?.context().close();
  await server[Symbol.asyncDispose]();
});

async function open(path?: string, look?: Partial<Look>): Promise<void> {
  page = await openPage(browser, server, path, look);
}

const looks: Look[] = [
  { name: 'wide' },
  { name: 'dark', dark: true },
  { name: '360 px, in Russian', width: 360, language: 'ru' },
  { name: '360 px, right to left, in Italian', width: 360, language: 'it', rtl: true },
];
test.each(looks)('no screen has an accessibility violation or scrolls sideways: $name', async (look) => {
  const at = async (screen: string): Promise<void> => {
    const rules = look.dark ? colourRules : undefined;
    // What is asked of the page as a whole does not depend on its direction.
    if (!look.rtl) expect(await violations(page, rules, 'body'), screen).toEqual([]);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wider, screen).toBeLessThanOrEqual(0);
  };
  await open('/admin', look);
  await page.locator('input[name=email]').waitFor();
  await at('sign-in');
  showCode(server, '2@a-code-of-a-phone');
  await signIn(page);
  await page.locator('.tile').waitFor();
  await at('numbers');
  const go = async (hash: string, shown: string): Promise<void> => {
    await page.evaluate((to) => (location.hash = to), hash);
    await page.locator(shown).first().waitFor();
    await at(hash);
  };
  await go('#/numbers/1', '.qr');
  await page.locator('.timeline').waitFor();
  await go('#/events', '.filters');
  await go('#/people', '.row');
  await page.locator('.head .primary').click();
  await page.locator('.row .button').nth(1).click();
  await page.locator('.row .factor').waitFor();
  await at('people, open');
  await go('#/keys', '.lines li');
  await page.locator('.card-head .button').first().click();
  await at('keys, open');
  await go('#/webhooks', '.tile');
  await page.locator('.head .primary').click();
  await at('webhooks, open');
  await go('#/webhooks/1', '.delivery');
  await page.locator('.head .danger').click();
  await page.locator('dialog').waitFor();
  await at('question');
  await page.keyboard.press('Escape');
  await go('#/embed', '.snippet');
  await go('#/audit', '.audit');
  await go('#/account', '.factor');
  await go('#/numbers', '.figures');
  await page.locator('.head .plain').click();
  await page.locator('.choice').first().waitFor();
  await at('new number');
});

test('one click connects: loading, code and the session’s name, then the number, the masked key and a green status', async () => {
  server.inbox = { ...server.inbox, session: aSession({ state: 'stopped', me: null }) };
  server.instead.set('POST /connect/client_9e3779b1/refresh', () => {
    server.commit({ session: aSession({ state: 'starting', me: null }) });
    return { status: 202 };
  });
  await open();
  await signIn(page);
  await page.getByRole('button', { name: 'Connect WhatsApp' }).click();
  await page.getByText('Waiting for the QR code…').waitFor();
  showCode(server, '2@first');
  await page.locator('.qr').waitFor();
  expect(await page.locator('.session-name').textContent()).toContain('client_9e3779b1');
  const first = await page.locator('.qr path').getAttribute('d');
  showCode(server, '2@second-one', 2);
  await expect.poll(() => page.locator('.qr path').getAttribute('d')).not.toBe(first);
  server.commit({ session: aSession({ state: 'working', me: { phone: '15551230001', name: 'Sales' } }) });
  await page.getByText('WhatsApp is connected').waitFor();
  const text = await page.locator('.connect').textContent();
  for (const part of ['+1 555 123 0001', 'client_9e3779b1', 'cdk_ab12••••••', 'Connected', 'Disconnect'])
    expect(text).toContain(part);
});

test('without a socket the panel asks every 2 s, and stops when the number is connected', async () => {
  server.refusesSockets = true;
  server.inbox = { ...server.inbox, session: aSession({ state: 'starting', me: null }) };
  await open('/admin#/numbers/1');
  await signIn(page);
  const asked = (): number => server.asked.filter((one) => one === 'GET /inboxes/1/session').length;
  await expect.poll(asked, { timeout: 30_000 }).toBeGreaterThan(1);
  server.inbox = { ...server.inbox, session: aSession({ seq: 200, state: 'working' }) };
  await page.getByText('WhatsApp is connected').waitFor();
  const general = (): number => server.asked.filter((one) => one === 'GET /inboxes').length;
  const rounds = async (count: number): Promise<void> => {
    const before = general();
    await expect.poll(general, { timeout: 60_000 }).toBeGreaterThanOrEqual(before + count);
  };
  // What was on its way has come.
  await rounds(1);
  const then = asked();
  // Three rounds of the page's general look at the numbers: the panel itself asks nothing any more.
  await rounds(3);
  expect(asked()).toBe(then);
});

test('disconnecting asks first: what follows, in words, and the number’s name to type', async () => {
  server.commit({ session: aSession({ state: 'working' }) });
  await open('/admin#/numbers/1');
  await signIn(page);
  const told = (): boolean => server.told.some(({ what }) => what === 'POST /inboxes/1/session/unlink');
  await page.getByRole('button', { name: 'Disconnect' }).click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.textContent()).toContain('History and contacts stay');
  await page.keyboard.press('Enter');
  expect(told()).toBe(false);
  await dialog.getByRole('textbox').fill(server.inbox.name);
  await page.keyboard.press('Enter');
  await expect.poll(told).toBe(true);
});

test('the phone’s owner sees the code, then that it is done; a link that is over says so', async () => {
  let status = 'qr';
  const token = 'a'.repeat(43);
  const png = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
  const browsers: unknown[] = [];
  server.instead.set('POST /link', (body) => {
    if (body['token'] !== token) return problem(404, 'not-found');
    const isFirst = browsers.length === 0;
    browsers.push(body['browser']);
    const qr = status === 'qr' ? png : null;
    const told = isFirst ? 'b'.repeat(43) : null;
    return {
      status: 200,
      body: { status, inbox: 'Sales', qr, expiresAt: Date.now() + 600_000, browser: told },
    };
  });
  await open(`/link#${token}`, { width: 360 });
  await page.locator('img.qr').waitFor();
  expect(await violations(page, undefined, 'body')).toEqual([]);
  status = 'connected';
  await page.getByText('WhatsApp is connected').waitFor();
  expect(browsers.slice(1).every((one) => one === 'b'.repeat(43))).toBe(true);
  await page.context().close();
  await open('/link#wrong');
  await page.getByText('This link is over').waitFor();
});

test('events come as they happen, and say how to ask for them again', async () => {
  await open('/admin#/events');
  await signIn(page);
  await page.locator('.live.on').waitFor();
  await expect.poll(() => server.subscriberCount).toBe(1);
  server.commit({ session: aSession({ state: 'lost', code: 'phone-offline', action: 'open-phone' }) });
  await page.locator('.tail summary').click();
  await page.locator('.tail').getByText('"phone-offline"').first().waitFor();
  await page.getByRole('button', { name: 'Copy as curl' }).waitFor();
});
