import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator } from 'playwright';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startLinkedHouse, type LinkedHouse } from './linked-house.ts';
import { launchBrowser, WidgetPage } from './widget-page.ts';

/** One house, one browser with a camera and a microphone, and one Agent for all tests of a file. */
export let day: LinkedHouse;
export let browser: Browser;
export let agent: WidgetPage;

/** Once, at the top of a file. `body`: of the canned reply `/stage`; `prepare`: before the Agent signs in. */
export function holdConversation(body: string, prepare?: () => Promise<unknown>): void {
  beforeAll(async () => {
    [day, browser] = await Promise.all([
      startLinkedHouse(),
      launchBrowser(['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--mute-audio']),
    ]);
    await prepare?.();
    await day.api.call('POST', '/canned-replies', { shortcut: 'stage', body });
    agent = await WidgetPage.open(browser, { house: day.house });
    await agent.signIn(day.house.signIn!);
    await agent.row('Giulia Rossi').waitFor();
  }, 120_000);
  afterAll(async () => {
    await agent?.[Symbol.asyncDispose]();
    await browser?.close();
    await day?.house[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await agent.page.reload();
    await agent.page.locator('chatdock-widget .launcher').click();
    await agent.row('Giulia Rossi').waitFor();
  });
}

/** People of the Sandbox, each test with one of its own, so that none waits for another’s messages. */
export const marco = '393478812043@c.us';
export const sofia = '393385550011@c.us';
export const emma = '447700900123@c.us';
export const photo = readFileSync(join(import.meta.dirname, '../..', 'sandbox/samples/photo.jpg'));

/** The newest bubble with this in it. */
export const bubble = (text: string | RegExp): Locator =>
  agent.panel.locator('article').filter({ hasText: text }).last();
export const composer = (): Locator => agent.panel.locator('.composer textarea');
export const item = (name: string): Locator => agent.panel.getByRole('menuitem', { name, exact: true });
export const sheet = (): Locator => agent.panel.getByRole('dialog');
