import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CrmSite, type EmbedKey } from './harness/crm-site.ts';
import { startLinkedHouse, type LinkedHouse } from './harness/linked-house.ts';
import { launchBrowser } from './harness/widget-page.ts';

const ben = { email: 'ben@crm.example', name: 'Ben Carter', password: 'a quiet harbour in March' };

let browser: Browser;
let day: LinkedHouse;
let crm: CrmSite;

beforeAll(async () => {
  crm = await CrmSite.start();
  [browser, day] = await Promise.all([launchBrowser(), startLinkedHouse()]);
  crm.html = `<!doctype html><title>A CRM</title><h1>Leads</h1>
    <script async src="${day.house.url}/widget/v1/loader.js" data-token-url="/token" data-open></script>`;
  await day.api.call('POST', '/agents', ben);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await crm?.[Symbol.asyncDispose]();
  await day?.house[Symbol.asyncDispose]();
});

async function openCrm(): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  await page.goto(crm.origin);
  return page;
}

test('the CRM vouches for its user: no form, that Agent’s chats live and an answer under their name; a revoked key ends it', async () => {
  const { api, house, phone } = day;
  const key = await api.call<EmbedKey>('POST', '/organisation/embed-keys', { name: 'CRM', issuer: 'espo' });
  crm.vouch = () => crm.jwt(key, ben.email, 'espo');

  // Not one of the Organisation's pages yet: it is told nothing.
  const strange = await openCrm();
  await strange
    .locator('chatdock-widget input[name=password], chatdock-widget [role=alert]')
    .first()
    .waitFor();
  expect(await strange.getByRole('option').count()).toBe(0);
  await strange.context().close();

  await api.call('PUT', '/organisation/origins', { list: [crm.origin] });
  const page = await openCrm();
  const panel = page.locator('chatdock-widget .panel');
  await panel.getByRole('option').filter({ hasText: 'Giulia Rossi' }).click();
  expect(await page.locator('input[name=password]').count()).toBe(0);
  await phone.writes('393331234567@c.us', 'Is anybody there?');
  await panel.locator('article.theirs', { hasText: 'Is anybody there?' }).waitFor();
  await panel.locator('.composer textarea').fill('Ben is');
  await page.keyboard.press('Enter');
  await panel.locator('article.mine', { hasText: 'Ben is' }).waitFor();
  await expect.poll(async () => (await phone.saidByUs('393331234567@c.us', 'Ben is')).length).toBe(1);
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]),
  );
  expect(kept).not.toMatch(/eyJ/);

  await api.call('DELETE', `/organisation/embed-keys/${key.id}`);
  await panel.getByRole('option').first().waitFor({ state: 'detached' });
  await page.locator('input[name=password]').waitFor();
  await page.context().close();
  expect(house.process.exitCode).toBeNull();
});
