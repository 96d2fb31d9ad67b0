import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startHouse, type RunningHouse } from './harness/house.ts';
import { sessionProcesses } from './harness/processes.ts';
import { launchBrowser, WidgetPage } from './harness/widget-page.ts';

let browser: Browser;
let house: RunningHouse;
beforeAll(async () => {
  [browser, house] = await Promise.all([
    launchBrowser(),
    startHouse({ isBrowserWhole: true, environment: { CHATDOCK_LOG_LEVEL: 'silent' } }),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await house?.[Symbol.asyncDispose]();
});

test('a number of the real WhatsApp without internet: within half a minute it says why, offers a retry and keeps no browser', async () => {
  await using widget = await WidgetPage.open(browser, { house });
  await widget.signIn(house.signIn!);
  await widget.panel.getByRole('button', { name: 'Show chats anyway' }).click();
  await widget.button('Account and settings').click();
  await widget.panel.getByRole('menuitem', { name: 'Connect a number' }).click();
  await widget.panel.getByLabel('Name of the number').fill('Sales');
  await widget.button('Connect').click();
  await widget.button('Show the QR code').click();
  // Half a minute from the moment the browser is there; a machine that has much else to do takes its time to start one.
  await widget.panel.getByText('No connection to WhatsApp').waitFor({ timeout: 150_000 });
  await widget.button('Try again').waitFor();
  await expect.poll(() => sessionProcesses(house.process.pid!)).toEqual([]);
});
