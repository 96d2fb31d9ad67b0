import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from './harness/client.ts';
import { startHouse, type RunningHouse } from './harness/house.ts';
import { reach } from './harness/linked-house.ts';
import { SandboxPhone } from './harness/sandbox-phone.ts';
import { launchBrowser, WidgetPage } from './harness/widget-page.ts';

// The rows of docs/experience.md about linking a phone. Each test goes on where the last one ended.

const ben = { email: 'ben@crm.example', name: 'Ben Carter', password: 'a quiet harbour in March' };

let browser: Browser;
let house: RunningHouse;
let api: ApiClient;
let inboxId: number;
let widget: WidgetPage;
/** Every code that was shown. */
const codes = new Set<string>();
const phone = new SandboxPhone(() => house);

beforeAll(async () => {
  [browser, house] = await Promise.all([
    launchBrowser(),
    startHouse({ environment: { CHATDOCK_LOG_LEVEL: 'trace' } }),
  ]);
  api = await ApiClient.signIn(house.url, house.signIn!);
  inboxId = (await api.inboxes())[0]!.id;
  await api.call('POST', '/agents', ben);
});
afterAll(async () => {
  await browser?.close();
  await house?.[Symbol.asyncDispose]();
});

const qr = () => widget.panel.locator('svg.qr');
const drawn = () => qr().locator('path').getAttribute('d');
const told = (text: string) => widget.panel.page().getByRole('status').getByText(text).first();
const pairing = () => api.call<{ kind: string; value: string }>('GET', `/inboxes/${inboxId}/session/pairing`);
async function keepCode(): Promise<void> {
  codes.add((await pairing()).value);
}

test('a code is black on white in the dark, renews itself in its place, and after the last one Enter shows another', async () => {
  await phone.do('faults', { codeMs: 3_500 });
  widget = await WidgetPage.open(browser, { house });
  await widget.page.emulateMedia({ colorScheme: 'dark' });
  await widget.signIn(house.signIn!);
  await widget.button('Show the QR code').click();
  await qr().locator('path[d^=M]').waitFor();
  const look = await qr().evaluate((svg) => ({
    paper: getComputedStyle(svg).backgroundColor,
    ink: getComputedStyle(svg.querySelector('path')!).fill,
    size: Number(svg.getAttribute('viewBox')!.split(' ')[2]),
    at: Array.from(
      svg
        .querySelector('path')!
        .getAttribute('d')!
        .matchAll(/M(\d+) (\d+)/g),
      (one) => [Number(one[1]), Number(one[2])],
    ).flat(),
  }));
  expect(look).toMatchObject({ paper: 'rgb(255, 255, 255)', ink: 'rgb(0, 0, 0)' });
  // Four modules of quiet zone on every side, and no more than four.
  expect([Math.min(...look.at), look.size - 1 - Math.max(...look.at)]).toEqual([4, 4]);

  await widget.panel.getByRole('timer', { name: /^([1-5]?\d|60) seconds? left$/ }).waitFor();
  await widget.panel.getByRole('radio', { name: 'iPhone' }).focus();
  const first = await drawn();
  await expect.poll(drawn).not.toBe(first);
  expect(
    await widget.panel.getByRole('radio', { name: 'iPhone' }).evaluate((one) => one.matches(':focus')),
  ).toBe(true);
  await told('A new code is shown').waitFor({ state: 'attached' });

  await widget.button('Show a new code').waitFor();
  expect(await qr().getAttribute('class')).toContain('faded');
  expect(await widget.panel.locator('button.primary').count()).toBe(1);
  await expect
    .poll(() => widget.button('Show a new code').evaluate((one) => one.matches(':focus')))
    .toBe(true);
  await phone.do('faults', { codeMs: 0 });
  const last = await drawn();
  await widget.page.keyboard.press('Enter');
  await expect.poll(drawn, { timeout: 60_000 }).not.toBe(last);
  await qr().locator(':scope:not(.faded)').waitFor();
  await keepCode();
});

test('three pictured steps for either kind of phone, in the language of the Agent', async () => {
  const steps = [
    {
      locale: 'en',
      android: 'Tap ⋮, then Linked devices → Link a device',
      ios: /Settings → Linked devices/,
    },
    { locale: 'ru', android: /⋮/, ios: /«Настройки» → «Связанные устройства»/ },
    { locale: 'it', android: /⋮/, ios: /Impostazioni → Dispositivi collegati/ },
  ];
  for (const { locale, android, ios } of steps) {
    await using agent = await WidgetPage.open(browser, { house, locale });
    await agent.page.emulateMedia({ reducedMotion: 'reduce' });
    await agent.signIn(house.signIn!);
    const second = agent.panel.locator('.steps li').nth(1);
    await agent.panel.getByRole('radio', { name: 'Android' }).click();
    await second.getByText(android).waitFor();
    await agent.panel.getByRole('radio', { name: 'iPhone' }).click();
    await second.getByText(ios).waitFor();
    expect(await agent.panel.locator('.steps li svg').count()).toBe(3);
    expect(agent.faults).toEqual([]);
  }
});

test('a code for a number: country, two groups of four, spelled, copied, timed, renewed, and the QR code a press away', async () => {
  const { page } = widget;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  // From here on an engine without a browser of its own, which is sooner there; what an Agent sees is the same.
  await api.call('POST', `/inboxes/${inboxId}/session/engine`, { engine: 'baileys' });
  await widget.button(/^Show (the QR|a new) code$/).waitFor();
  await widget.panel.getByRole('tab', { name: 'Phone number' }).click();
  await widget.panel.getByLabel('Country').selectOption('IT');
  const number = widget.panel.getByRole('textbox', { name: 'Phone number' });
  await number.fill('12');
  await page.keyboard.press('Enter');
  await widget.panel.getByText('This is not a phone number').waitFor();
  // As it is said in the country; what goes out is international.
  await number.fill('065 999 1234');
  const [asked] = await Promise.all([
    page.waitForRequest((one) => one.url().endsWith('/session/link')),
    page.keyboard.press('Enter'),
  ]);
  expect(asked.postDataJSON()).toEqual({ method: 'code', phone: '+390659991234' });
  const shown = widget.panel.getByRole('img', { name: /^Pairing code/ });
  await shown.waitFor();
  await widget.panel.getByRole('timer', { name: /^1\d\d seconds left$/ }).waitFor();
  await keepCode();
  const { value } = await pairing();
  const letters = value.replaceAll(/[^A-Z0-9]/gi, '');
  expect(await shown.getAttribute('aria-label')).toBe(`Pairing code ${Array.from(letters).join(' ')}`);
  expect(await shown.locator('.box').allInnerTexts()).toEqual(Array.from(letters));
  const gaps = await shown
    .locator('.box')
    .evaluateAll((boxes) =>
      boxes
        .slice(1)
        .map((box, index) => box.getBoundingClientRect().left - boxes[index]!.getBoundingClientRect().right),
    );
  expect(gaps.indexOf(Math.max(...gaps))).toBe(3);
  await widget.button('Copy').click();
  await widget.button('Copied').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(letters);

  await widget.button('Another number').click();
  await number.fill('+39 333 999 8877');
  await page.keyboard.press('Enter');
  await expect
    .poll(() => shown.getAttribute('aria-label'), { timeout: 60_000 })
    .not.toContain(Array.from(letters).join(' '));
  await keepCode();
  await told('Pairing code').waitFor({ state: 'attached' });

  await widget.panel.getByRole('tab', { name: 'QR code' }).click();
  await qr().locator(':scope:not(.faded) path[d^=M]').waitFor();
  await expect.poll(async () => (await pairing()).kind).toBe('qr');
  await keepCode();
});

test('an Agent who may not link is told whom to ask, and the server keeps every code from them', async () => {
  await using agent = await WidgetPage.open(browser, { house });
  const asked: string[] = [];
  agent.page.on('request', (one) => asked.push(one.url()));
  await agent.signIn(ben);
  await agent.panel.getByRole('heading', { name: 'Ask your administrator' }).waitFor();
  expect(await agent.panel.locator('svg.qr, button').filter({ hasText: 'code' }).count()).toBe(0);
  const benApi = await ApiClient.signIn(house.url, ben);
  const refused = /answered 403/;
  await expect(benApi.call('GET', `/inboxes/${inboxId}/session/pairing`)).rejects.toThrow(refused);
  await expect(benApi.call('POST', `/inboxes/${inboxId}/session/link`, { method: 'qr' })).rejects.toThrow(
    refused,
  );
  await expect(benApi.call('GET', '/WhatsApp/action/qrCode')).rejects.toThrow(refused);
  // Not even asked for, with every code that comes.
  expect(asked.filter((url) => url.endsWith('/session/pairing')).length).toBeLessThan(2);
  await agent.button('To the chats').click();
  await agent.panel.getByRole('radiogroup', { name: 'Show' }).waitFor();
});

test('another number than expected is no success by itself; unlinked, the right one says whose it is and goes on to the chats', async () => {
  await phone.do('faults', { slowHistoryMs: 1_500 });
  // Both are to be seen for a moment only: who looks for one after the other may come too late.
  const syncing = widget.panel
    .locator('.link-page')
    .filter({ has: widget.page.getByRole('progressbar', { name: 'Loading chats' }) })
    .filter({ has: widget.page.getByRole('button', { name: 'To the chats' }) });
  // A code was wanted for another number a moment ago.
  await Promise.all([syncing.waitFor(), phone.do('scan-on-screen')]);
  await phone.do('faults', { slowHistoryMs: 0 });
  const wrong = widget.panel.getByRole('heading', { name: 'Is this the right number?' });
  await wrong.waitFor();
  await widget.panel.getByText('+39 333 999 8877').waitFor();
  await widget.button('Unlink it again').click();
  await widget.panel.getByText('The phone was unlinked here').waitFor();

  await widget.panel.getByRole('tab', { name: 'Phone number' }).click();
  await widget.panel.getByRole('textbox', { name: 'Phone number' }).fill('+39 065 999 1234');
  await widget.page.keyboard.press('Enter');
  const shown = widget.panel.getByRole('img', { name: /^Pairing code/ });
  await shown.waitFor();
  await keepCode();
  // In one look, since the chats come by themselves, unless somebody wants to look longer.
  const linked = widget.page.waitForFunction(() => {
    const page = document.querySelector('chatdock-widget')?.shadowRoot?.querySelector('.link-page');
    const me = page?.querySelector<HTMLElement>('.linked-me');
    return (
      me && {
        said: Array.from(page!.querySelectorAll('h2, h3'), (one) => one.textContent),
        who: me.innerText,
        faces: me.querySelectorAll('.avatar').length,
      }
    );
  });
  await phone.do('enter-code', { code: (await pairing()).value });
  expect(await (await linked).jsonValue()).toEqual({
    said: expect.arrayContaining(['Linked']),
    who: expect.stringMatching(/Bottega Aurora\s*\+39 065 999 1234|Bottega Aurora\s*\+390 659 991 234/),
    faces: 1,
  });
  await widget.row('Giulia Rossi').waitFor();
});

test('why a link has ended is said in words, with one thing to do and what to hand on', async () => {
  await reach(api, inboxId, 'working');
  // Those that do not come back by themselves.
  const ends = [
    { code: '440', title: 'WhatsApp is open elsewhere', deed: 'Try again' },
    { code: '403', title: 'WhatsApp has restricted this number', deed: '' },
    { code: '411', title: 'One more step on the phone', deed: '' },
    { code: '401', title: 'Unlinked on the phone', deed: 'Show the QR code' },
  ];
  for (const { code, title, deed } of ends) {
    await phone.do('command', { do: 'stream-error', code });
    await widget.panel.getByText(title).first().waitFor();
    if (!(await widget.panel.locator('.link-page').count())) {
      await widget.panel.locator('.banner .link').click();
    }
    await widget.panel.locator('.link-page').getByText(title).first().waitFor();
    await expect
      .poll(() => widget.panel.locator('.link-page button.primary').allInnerTexts())
      .toEqual(deed ? [deed] : []);
    if (code === '401') break;
    await widget.panel.locator('.link-details summary').click();
    expect(await widget.panel.locator('.link-details pre').innerText()).toMatch(
      /state: (lost|failed)\ncode: /,
    );
    await widget.button('Copy').waitFor();
    await widget.button('Show chats anyway').click();
    await widget.row('Giulia Rossi').waitFor();
    await api.call('POST', `/inboxes/${inboxId}/session/link`, { method: 'qr' });
    await reach(api, inboxId, 'working');
    await widget.panel.locator('.banner').waitFor({ state: 'detached' });
  }
  expect(widget.faults).toEqual([]);
});

test('no code that was shown is in the log, in an address or in what the browser keeps', async () => {
  expect(codes.size).toBeGreaterThan(3);
  const log = await readFile(join(house.dataFolder, 'chatdock.log'), 'utf8');
  expect(log.length).toBeGreaterThan(500);
  const kept = await widget.page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]),
  );
  const addresses = await widget.page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .join('\n'),
  );
  for (const code of codes) {
    for (const form of [code, encodeURIComponent(code), code.replace('-', '')]) {
      expect(log.includes(form)).toBe(false);
      expect(kept.includes(form)).toBe(false);
      expect(addresses.includes(form)).toBe(false);
    }
  }
});
