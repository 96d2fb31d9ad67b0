import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLinkedHouse, type LinkedHouse } from './harness/linked-house.ts';
import { PushSwitch } from './harness/push-switch.ts';
import { launchBrowser, WidgetPage } from './harness/widget-page.ts';

const marco = '393478812043@c.us';
const slower = 'Slower connection: checking every second';

let browser: Browser;
let day: LinkedHouse;
beforeAll(async () => {
  [browser, day] = await Promise.all([launchBrowser(), startLinkedHouse()]);
});
afterAll(async () => {
  await browser?.close();
  await day?.house[Symbol.asyncDispose]();
});

test('push, polling, push again: a numbered series of messages is shown whole, in order, each once', async () => {
  const { house, phone } = day;
  const push = new PushSwitch();
  await using widget = await WidgetPage.open(browser, { house, prepare: (page) => push.install(page) });
  await widget.signIn(house.signIn!);
  await widget.openChat('Marco Bianchi');
  const banner = widget.panel.getByText(slower);
  const asked: number[] = [];
  let sent = 0;
  const write = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) await phone.writes(marco, `number ${++sent}`);
  };
  const isShown = (n: number): Promise<void> => widget.bubbles(`number ${n}`, 'theirs').waitFor();

  await expect.poll(() => push.count).toBe(1);
  await write(3);
  await isShown(3);

  // The cut falls between two messages, and one is on its way.
  await write(1);
  await push.cut();
  widget.page.on('request', (request) => {
    if (/\/changes\?/.test(request.url())) asked.push(Date.now());
  });
  await write(2);
  await banner.waitFor();
  await write(1);
  await isShown(7);
  expect(push.count).toBe(0);
  // About a question a second. A busy machine delays some of them, not all.
  await expect.poll(() => asked.length).toBeGreaterThan(4);
  const pauses = asked.slice(1).map((at, n) => at - asked[n]!);
  expect(Math.min(...pauses)).toBeLessThan(2_000);

  push.mend();
  await write(1);
  await banner.waitFor({ state: 'detached' });
  await write(3);
  await isShown(11);

  const shown = await widget.panel
    .locator('article.theirs .text')
    .getByText(/^number \d+$/)
    .allInnerTexts();
  expect(shown).toEqual(Array.from({ length: 11 }, (_, n) => `number ${n + 1}`));
  expect(widget.faults).toEqual([]);
});
