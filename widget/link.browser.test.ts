import { expect, test } from 'vitest';
import { violations } from './testing/axe.ts';
import { aSession } from './testing/rows.ts';
import { hint, openPage, page, server, setTheScreens, showCode, signIn } from './testing/screens-stage.ts';
import { problem } from './testing/tiny-server.ts';

// Linking a number: codes that come and go, and what is asked and told meanwhile.

setTheScreens();

test('a new code takes the place of the old one, and the focus stays where it was', async () => {
  await openPage();
  showCode('qr');
  await signIn();
  await page.locator('.qr path[d^=M]').waitFor();
  await page.getByRole('radio', { name: 'iPhone' }).focus();
  const before = await page.locator('.qr path').getAttribute('d');
  const pairing = { ...hint('qr'), turn: 2 };
  server.pairing = { ...pairing, value: '2@another-long-code-of-a-phone,def' };
  server.commit({ session: aSession({ state: 'pairing', me: null, pairing }) });
  await expect.poll(() => page.locator('.qr path').getAttribute('d')).not.toBe(before);
  expect(await page.locator('.qr-cover').count()).toBe(0);
  expect(
    await page.evaluate(
      () => document.querySelector('chatdock-widget')!.shadowRoot!.activeElement?.textContent,
    ),
  ).toBe('iPhone');
  await page.getByRole('status').getByText('A new code is shown').waitFor({ state: 'attached' });
});

test('after the last code Enter asks for a new one', async () => {
  await openPage();
  showCode('qr');
  await signIn();
  await page.locator('.qr path[d^=M]').waitFor();
  await page
    .locator('.link-page')
    .focus()
    .catch(() => undefined);
  await page.evaluate(() =>
    (document.querySelector('chatdock-widget')!.shadowRoot!.activeElement as HTMLElement | null)?.blur(),
  );
  server.commit({ session: aSession({ state: 'failed', code: 'qr-expired', action: 'retry', me: null }) });
  await page.getByRole('button', { name: 'Show a new code' }).waitFor();
  expect(await page.locator('.qr.faded').count()).toBe(1);
  await page.keyboard.press('Enter');
  await expect
    .poll(() => server.told.at(-1))
    .toMatchObject({
      what: 'POST /inboxes/1/session/link',
      body: { method: 'qr' },
    });
});

test('the code for a number is asked for with its country, spelled, and copied', async () => {
  await openPage();
  showCode('qr');
  await signIn();
  await page.getByRole('tab', { name: 'Phone number' }).click();
  await page.getByLabel('Country').selectOption('IT');
  const refusal = { type: 'about:blank', title: '', status: 422, code: 'bad-phone-number' };
  await page.route('**/session/link', (route) => route.fulfill({ status: 422, json: refusal }), { times: 1 });
  await page.getByLabel('Phone number').last().fill('12');
  await page.keyboard.press('Enter');
  // At the field, not below what is to be read.
  await page.locator('form').getByRole('alert').waitFor();
  await page.getByLabel('Phone number').last().fill('333 123 4567');
  await page.keyboard.press('Enter');
  await expect.poll(() => server.told.at(-1)?.body).toEqual({ method: 'code', phone: '+393331234567' });
  showCode('code');
  await page.getByRole('img', { name: 'Pairing code A B C D E F G H' }).waitFor();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('ABCDEFGH');
});

test('linked with another number than expected: nothing goes on by itself', async () => {
  await openPage();
  server.commit({
    session: aSession({
      state: 'logged-out',
      code: 'logged-out-on-phone',
      action: 'pair-again',
      me: { phone: '393331112233', name: 'Harbour' },
    }),
  });
  await signIn();
  await page.locator('.banner .link').or(page.locator('.ways')).first().waitFor();
  if (await page.locator('.banner .link').count()) await page.locator('.banner .link').click();
  await page.locator('.ways').waitFor();
  server.commit({ session: aSession({ state: 'working', me: { phone: '79161234567', name: 'Ivo' } }) });
  await page.getByRole('heading', { name: 'Is this the right number?' }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Unlink it again' }).click();
  await expect.poll(() => server.asked).toContain('POST /inboxes/1/session/unlink');
});

test('an Agent who may not link is told whom to ask', async () => {
  server.instead.set('GET /inboxes/1/session/pairing', () => problem(403, 'not-allowed'));
  await openPage();
  showCode('qr');
  await signIn();
  await page.getByText('Ask your administrator').waitFor();
  expect(await page.locator('.qr').count()).toBe(0);
});
