import type { Page } from 'playwright';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { violations } from '../testing/axe.ts';
import { browser, buildAndLaunch, folder } from '../testing/built-browser.ts';
import { aSession } from '../testing/rows.ts';
import { problem, TinyServer } from '../testing/tiny-server.ts';
import { answerForAdmins, openPage, showCode, signIn, signInAs } from './testing-stage.ts';

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

const button = (name: string | RegExp) => page.getByRole('button', { name });
const lastTold = (what: string) => server.told.findLast((one) => one.what === what)?.body;

test('who is invited sees by whom and as what, chooses a name and a password, and is in', async () => {
  const found = { organisation: 'Harbour', email: 'new@example.com', name: '', role: 'supervisor' };
  server.instead.set('POST /auth/invitation', () => ({ status: 200, body: found }));
  server.instead.set('POST /auth/invitation/accept', ({ password }) => {
    if (password === 'password1234') return problem(422, 'weak-password');
    signInAs(server, 'supervisor');
    return { status: 200, body: {} };
  });
  page = await openPage(browser, server, '/admin#invitation=one-time', { width: 360 });
  await page.locator('input[name=name]').fill('Anna');
  for (const part of ['Harbour', 'new@example.com', 'Supervisor'])
    expect(await page.locator('form').textContent()).toContain(part);
  expect(await violations(page, undefined, 'body')).toEqual([]);
  await page.locator('input[name=password]').fill('password1234');
  await button('Begin').click();
  await page.getByText('Choose a longer, less common password.').waitFor();
  await page.locator('input[name=password]').fill('copper-lantern-harbour');
  await button('Begin').click();
  await page.locator('.tile').waitFor();
  expect(lastTold('POST /auth/invitation/accept')).toMatchObject({ token: 'one-time', name: 'Anna' });
});

test('a second factor: password, QR code, proof; the recovery codes are shown once; at sign-in the code is asked for', async () => {
  let isOn = false;
  server.instead.set('GET /auth/totp', () => ({
    status: 200,
    body: { enabled: isOn, recoveryLeft: isOn ? 10 : 0 },
  }));
  server.instead.set('POST /auth/totp', ({ password }) =>
    password === 'secret'
      ? { status: 200, body: { secret: 'ABCDEFGHIJKLMNOP', uri: 'otpauth://totp/Chatdock:marta?secret=A' } }
      : problem(401, 'wrong-credentials'),
  );
  server.instead.set('POST /auth/totp/confirm', ({ code }) => {
    if (code !== '123456') return problem(401, 'wrong-credentials');
    isOn = true;
    return { status: 200, body: { recoveryCodes: ['aaaa-bbbb', 'cccc-dddd'] } };
  });
  page = await openPage(browser, server, '/admin#/account');
  await signIn(page);
  await button('Set it up').click();
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await page.getByText('This is not your password.').waitFor();
  await page.keyboard.type('secret');
  await page.keyboard.press('Enter');
  await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor();
  await page.getByText('ABCD EFGH IJKL MNOP').waitFor();
  expect(await violations(page, undefined, 'body')).toEqual([]);
  await page.keyboard.type('000000');
  await page.keyboard.press('Enter');
  await page.getByText('This code does not fit').waitFor();
  await page.keyboard.type('123 456');
  await page.keyboard.press('Enter');
  await page.getByText('aaaa-bbbb').waitFor();
  await button('I have copied it').click();
  await page.getByText('10 recovery codes left').waitFor();
  expect(await page.getByText('aaaa-bbbb').count()).toBe(0);

  await button('Sign out').click();
  server.instead.set('POST /auth/sign-in', ({ code }) => {
    if (code === undefined) return problem(401, 'code-required');
    if (code !== '654321') return problem(401, 'wrong-credentials');
    server.instead.delete('POST /auth/sign-in');
    return server.instead.get('GET /auth/me')!({});
  });
  signInAs(server, 'admin');
  await page.locator('input[name=email]').fill('marta@example.com');
  await page.locator('input[name=password]').fill('secret');
  await page.keyboard.press('Enter');
  await page.locator('input[name=code]').waitFor();
  await page.keyboard.type('111111');
  await page.keyboard.press('Enter');
  await page.getByText('This code does not fit').waitFor();
  await page.keyboard.type('654321');
  await page.keyboard.press('Enter');
  await page.locator('.head').waitFor();
});

test('an API key is made for what it may, shown once, and revoked by its name', async () => {
  server.instead.set('POST /api-keys', () => ({ status: 201, body: { key: 'cdk_the-whole-key' } }));
  page = await openPage(browser, server, '/admin#/keys');
  await signIn(page);
  await button('New key').first().click();
  await page.locator('input[name=name]').fill('Robot');
  await page.getByLabel('Read messages').uncheck();
  await button('Create').click();
  await page.getByText('Choose at least one.').waitFor();
  await page.getByLabel('Send messages').check();
  await button('Create').click();
  await page.getByText('cdk_the-whole-key').waitFor();
  expect(lastTold('POST /api-keys')).toMatchObject({ name: 'Robot', scopes: ['messages:send'] });
  await button('I have copied it').click();
  expect(await page.getByText('cdk_the-whole-key').count()).toBe(0);
  await button('Revoke: ERP').click();
  await page.getByRole('dialog').getByRole('textbox').fill('ERP');
  await page.keyboard.press('Enter');
  await expect.poll(() => server.asked.includes('DELETE /api-keys/1')).toBe(true);
});

test('a phone whose camera does not help is linked by a code; where WhatsApp gives none there is a QR code again, and why', async () => {
  showCode(server, '2@first');
  page = await openPage(browser, server, '/admin#/numbers/1');
  await signIn(page);
  await page.locator('.qr').waitFor();
  await button('No camera? Link with the phone number').click();
  await page.keyboard.type('333 123 4567');
  await page.keyboard.press('Enter');
  await page.getByText('This is not a phone number').waitFor();
  await page.locator('input[type=tel]').fill('+39 333 123 4567');
  await page.keyboard.press('Enter');
  await page.getByText('WhatsApp is asked for a code').waitFor();
  expect(lastTold('POST /inboxes/1/session/link')).toEqual({ method: 'code', phone: '+39 333 123 4567' });
  showCode(server, 'WZYE1R4T', 1, 'code');
  await page.getByText('WZYE-1R4T').waitFor();
  await page.getByText(/Good for (1:00|0:\d\d)/).waitFor();
  expect(await violations(page, undefined, 'body')).toEqual([]);
  const hint = { kind: 'qr' as const, issuedAt: Date.now(), expiresAt: Date.now() + 60_000, turn: 1 };
  server.pairing = { ...hint, value: '2@second' };
  const refused = { code: 'pairing-code-refused', action: 'retry' } as const;
  server.commit({ session: aSession({ state: 'pairing', me: null, pairing: hint, ...refused }) });
  await page.locator('.qr').waitFor();
  await page.getByText('WhatsApp gave no code for this number').waitFor();
});

test('the server of one’s own: its key is kept when the field is left empty, and why an address is refused is said', async () => {
  server.instead.set('POST /WhatsApp/action/saveSettings', ({ whatsappApiUrl }) =>
    String(whatsappApiUrl).includes('127.0.0.1') ? problem(400, 'bad-request') : { status: 200, body: {} },
  );
  page = await openPage(browser, server, '/admin#/webhooks');
  await signIn(page);
  const url = page.getByRole('textbox', { name: 'Its address' });
  await url.waitFor();
  expect(await url.inputValue()).toBe('https://waha.example.com');
  await url.fill('http://127.0.0.1:3000');
  await page.keyboard.press('Enter');
  await page.getByText('Something in the form is not right').waitFor();
  expect(lastTold('POST /WhatsApp/action/saveSettings')).toEqual({ whatsappApiUrl: 'http://127.0.0.1:3000' });
  await url.fill('https://waha.example.org');
  const key = page.getByLabel('Its key');
  await key.fill('a-new-key');
  await page.keyboard.press('Enter');
  await page.getByText('Saved').waitFor();
  expect(lastTold('POST /WhatsApp/action/saveSettings')).toEqual({
    whatsappApiUrl: 'https://waha.example.org',
    whatsappApiKey: 'a-new-key',
  });
  expect(await key.inputValue()).toBe('');
});

test('another engine is chosen with its consequences in words; a number gets another name', async () => {
  server.instead.set('PATCH /inboxes/1', ({ name }) => {
    server.inbox = { ...server.inbox, name: String(name) };
    return { status: 200, body: server.inbox };
  });
  page = await openPage(browser, server, '/admin#/numbers/1');
  await signIn(page);
  await page.getByRole('radio', { name: 'Without a browser' }).check();
  await button('Change the engine').click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.textContent()).toContain('has to be linked with the phone again');
  await dialog.getByRole('button', { name: 'Change the engine' }).click();
  await expect.poll(() => lastTold('POST /inboxes/1/session/engine')).toEqual({ engine: 'baileys' });
  await page.locator('.named input').fill('Milano');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Milano', level: 1 }).waitFor();
});

test('an archived number is brought back from its own page, and says what has to be made anew', async () => {
  const archived = {
    state: 'stopped',
    code: 'number-archived',
    action: 'none',
    engine: 'none',
    me: null,
  } as const;
  const { capabilities } = aSession();
  const nothing = { ...capabilities, pairing: [], maxTextLength: 0 };
  server.commit({ session: aSession({ ...archived, capabilities: nothing }) });
  server.instead.set('POST /inboxes/1/restoration', () => {
    server.commit({ session: aSession({ state: 'stopped', code: 'none', action: 'pair-again', me: null }) });
    const webhooks = [{ dialect: 'waha', session: 'shop' }];
    return { status: 200, body: { inboxId: 1, engine: 'wwebjs', webhooks } };
  });
  page = await openPage(browser, server, '/admin#/numbers/1');
  await signIn(page);
  await page.getByText('Nothing is sent or received here any more').waitFor();
  expect(await button('Archive…').count()).toBe(0);
  expect(await button('Connect').count()).toBe(0);
  await button('Bring back').click();
  const dialog = page.getByRole('dialog');
  expect(await dialog.textContent()).toContain('stay closed: make new ones');
  await dialog.getByRole('button', { name: 'Bring back' }).click();
  await page.getByText('Make these webhooks anew: shop.', { exact: false }).waitFor();
  await button('Connect').waitFor();
  await button('Archive…').waitFor();
  expect(await button('Bring back').count()).toBe(0);
});

test('what a role may not do is not offered: a supervisor sees the numbers, an agent the own account', async () => {
  signInAs(server, 'supervisor');
  page = await openPage(browser, server, '/admin#/numbers/1');
  await page.getByText('WhatsApp is connected').waitFor();
  expect(await page.locator('.nav a').allTextContents()).toEqual(['Numbers', 'Events']);
  for (const name of ['Disconnect', 'Save', 'Connect WhatsApp']) expect(await button(name).count()).toBe(0);
  await page.context().close();
  signInAs(server, 'agent');
  page = await openPage(browser, server, '/admin#/people');
  await page.getByRole('heading', { name: 'Your account', level: 1 }).waitFor();
  expect(await page.locator('.nav').count()).toBe(0);
  expect(server.asked.filter((one) => one === 'GET /agents')).toEqual([]);
});
