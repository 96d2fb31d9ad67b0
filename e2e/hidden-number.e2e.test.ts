import type { Browser, Locator } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, WidgetPage } from './harness/widget-page.ts';
import { startLinkedHouse, type LinkedHouse } from './harness/linked-house.ts';

// Two addresses of one person, of which nobody knows that they are one until the phone learns it.
const anna = { phone: '393405556677@c.us', lid: '11122233344455@lid' };
const bruno = { phone: '393405558899@c.us', lid: '22233344455566@lid' };

let browser: Browser;
let linked: LinkedHouse;
let widget: WidgetPage;
/** Goes when the page is loaded again. */
const mark = () => widget.page.evaluate(() => Object.assign(window, { sameVisit: true }));
const isSameVisit = () => widget.page.evaluate(() => 'sameVisit' in window);

beforeAll(async () => {
  [browser, linked] = await Promise.all([launchBrowser(), startLinkedHouse()]);
  widget = await WidgetPage.open(browser, { house: linked.house });
  await widget.signIn(linked.house.signIn!);
  await mark();
});
afterAll(async () => {
  await widget?.[Symbol.asyncDispose]();
  await linked?.house[Symbol.asyncDispose]();
  await browser?.close();
});

const rows = (): Locator => widget.panel.getByRole('option');
/** How many chats the list holds; the rows in the page are only those in sight. */
const size = async (): Promise<number> => Number(await rows().first().getAttribute('aria-setsize'));
const rowSaying = (text: string): Locator => rows().filter({ hasText: text });
const field = (): Locator => widget.panel.locator('textarea');
/** WhatsApp counts whole seconds; each message has its own. */
let second = Math.floor(Date.now() / 1_000) - 90;
const tells = (from: string, body: string) => linked.phone.do('inbound', { from, body, t: ++second });
/** Until WhatsApp has been asked about both: from then on only the phone itself can learn that they are one. */
const bothAskedInVain = (who: { lid: string; phone: string }) =>
  expect
    .poll(async () => (await linked.phone.state()).askedAbout, { timeout: 60_000 })
    .toEqual(expect.arrayContaining([who.lid, who.phone]));
/** The unread counts of the phone's chats with one person. */
const unreadOnPhone = async (who: { lid: string; phone: string }): Promise<number[]> =>
  (await linked.phone.state()).chats
    .filter(({ id }) => id === who.lid || id === who.phone)
    .map(({ unread }) => unread);
/** A customer writes, and the list says so. */
async function writes(from: string, text: string): Promise<void> {
  await tells(from, text);
  await rowSaying(text).waitFor();
}

test('a pair learnt later makes two chats one in the open widget, without reload, with unread, drafts and messages intact', async () => {
  await writes(anna.lid, 'Hello from nowhere');
  await rowSaying('Hello from nowhere').click();
  await widget.bubbles('Hello from nowhere', 'theirs').waitFor();
  // To read is to read all there is: what comes while it is on its way to the phone would be read with it.
  await expect.poll(() => unreadOnPhone(anna)).toEqual([0]);
  await field().fill('Dear unknown');
  await widget.back();
  // A row with a draft shows the draft.
  await tells(anna.lid, 'Anybody there?');
  await tells(anna.lid, 'I will try my other number');
  await writes(anna.phone, 'It is me again');
  await rowSaying('It is me again').getByRole('img', { name: '1 unread message' }).waitFor();
  await rowSaying('Dear unknown').getByRole('img', { name: '2 unread messages' }).waitFor();
  const before = await size();
  await bothAskedInVain(anna);

  await linked.phone.do('pair', anna);
  await expect.poll(size).toBe(before - 1);
  const row = rowSaying('Dear unknown');
  await row.getByRole('img', { name: '3 unread messages' }).waitFor();
  await row.click();
  for (const text of [
    'Hello from nowhere',
    'Anybody there?',
    'I will try my other number',
    'It is me again',
  ]) {
    await widget.bubbles(text, 'theirs').waitFor();
    expect(await widget.bubbles(text, 'theirs').count()).toBe(1);
  }
  await expect.poll(() => field().inputValue()).toBe('Dear unknown');
  // The phone still keeps two chats. Who has read the one has read both.
  await expect.poll(() => unreadOnPhone(anna)).toEqual([0, 0]);
  await field().fill('');
  await widget.back();
  await writes(anna.phone, 'One more thing');
  await rowSaying('One more thing').getByRole('img', { name: '1 unread message' }).waitFor();
  expect(await isSameVisit()).toBe(true);
  expect(widget.faults).toEqual([]);
});

test('the chat on the screen is the one that ends: the screen goes on with the other, in the middle of a word', async () => {
  await writes(bruno.lid, 'Under my hidden number');
  await rowSaying('Under my hidden number').click();
  await field().fill('kept for later');
  await widget.back();
  await writes(bruno.phone, 'Under my number');
  await rowSaying('Under my number').click();
  await widget.bubbles('Under my number', 'theirs').waitFor();
  await field().pressSequentially('half a thought');
  // Back to the start of the last word.
  for (let n = 0; n < 'thought'.length; n++) await widget.page.keyboard.press('ArrowLeft');
  const typedIn = await field().elementHandle();
  await bothAskedInVain(bruno);

  await linked.phone.do('pair', bruno);
  await widget.bubbles('Under my hidden number', 'theirs').waitFor();
  await widget.bubbles('Under my number', 'theirs').waitFor();
  // What was being written stays under the hands: same field, same place, nothing taken from it.
  await widget.page.keyboard.insertText('good ');
  await expect.poll(() => field().inputValue()).toBe('half a good thought\nkept for later');
  expect(await typedIn!.evaluate((element) => element.isConnected)).toBe(true);

  await field().fill('Now I know you');
  await widget.page.keyboard.press('Enter');
  await widget
    .bubbles('Now I know you', 'mine')
    .getByRole('img', { name: /Sent|Delivered/ })
    .waitFor();
  await tells(bruno.lid, 'Either way is fine');
  await widget.bubbles('Either way is fine', 'theirs').waitFor();
  expect(await isSameVisit()).toBe(true);
  expect(widget.faults).toEqual([]);
});
