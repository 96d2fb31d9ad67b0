import { expect, test } from 'vitest';
import { violations } from './testing/axe.ts';
import { anInbox, aChat, aSession } from './testing/rows.ts';
import { openList, page, server, setTheStage } from './testing/talk-stage.ts';

setTheStage();

/** List and chat side by side, two numbers in one list, names blurred: what the walk through narrow screens does not see. */
test.each([
  { name: 'light', look: {} },
  { name: 'dark, in Russian', look: { dark: true, locale: 'ru' } },
])('side by side nothing has an accessibility violation or scrolls sideways: $name', async ({ look }) => {
  const second = anInbox({ id: 2, name: 'Support', session: aSession({ inboxId: 2 }) });
  server.instead.set('GET /inboxes', () => ({ status: 200, body: { list: [server.inbox, second] } }));
  server.instead.set('GET /inboxes/2/chats', () => ({
    status: 200,
    body: { list: [aChat({ id: 21, inboxId: 2, name: 'Of the second', unread: 2 })], next: null, cursor: 1 },
  }));
  await openList({ width: 1_280, height: 820, ...look });
  const at = async (screen: string): Promise<void> => {
    expect(await violations(page), screen).toEqual([]);
    // What closes the window stands once, in its corner.
    const closes = page.getByRole('button', {
      name: look.locale === 'ru' ? 'Закрыть' : 'Close',
      exact: true,
    });
    expect(await closes.count(), screen).toBe(1);
    const [panel, close] = await Promise.all([page.locator('.panel').boundingBox(), closes.boundingBox()]);
    expect(panel!.x + panel!.width - close!.x - close!.width, screen).toBeLessThan(24);
    const wider = await page.locator('.panel').evaluate((panel) => panel.scrollWidth - panel.clientWidth);
    expect(wider, screen).toBe(0);
  };
  await page.locator('.bar .only-large').click();
  await page.locator('.panes').waitFor();
  await at('list beside nothing');

  await page.locator('.number-switch').click();
  await page.getByRole('menuitemradio').first().click();
  await page.getByRole('option').filter({ hasText: 'Of the second' }).locator('.row-number').waitFor();
  await page.getByRole('option').first().click();
  await page.locator('article').last().waitFor();
  await page.locator('.emoji-place').waitFor();
  await at('all numbers beside a chat');
  expect(await page.locator('.number-switch .number-name').count()).toBe(0);

  const menu = page.locator('.side .bar .icon-button[aria-haspopup=menu]');
  await menu.click();
  await at('menu');
  await page.getByRole('menuitem').nth(1).click();
  const name = page.locator('.chat-row .name').last();
  const blur = () => name.evaluate((element) => getComputedStyle(element).filter);
  await page.mouse.move(1_200, 5);
  await expect.poll(blur).toContain('blur');
  await name.hover();
  await expect.poll(blur).toBe('none');

  await menu.click();
  await page.getByRole('menuitem').first().click();
  await page.locator('.set-section').first().waitFor();
  await at('settings beside a chat');
  // Colleagues hear at once of who does not want to be seen any more.
  await expect.poll(() => server.asked.some((one) => one.endsWith('/viewing'))).toBe(true);
  await page.getByRole('switch', { name: /^(Colleagues see which|Коллеги видят, какой)/ }).uncheck();
  await expect
    .poll(() => server.told.findLast(({ what }) => what.endsWith('/viewing'))?.body)
    .toEqual({ isViewing: false });
  await page.keyboard.press('Escape');
  await page.locator('.side .bar .icon-button').first().click();
  await page.locator('.write-from select').waitFor();
  await at('contacts beside nothing');
  await page.locator('.write-from select').selectOption('2');
  await expect
    .poll(() => server.asked.filter((one) => one === 'GET /inboxes/2/contacts').length)
    .toBeGreaterThan(0);
});
