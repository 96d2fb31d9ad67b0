import { expect, test } from 'vitest';
import { colourRules, violations } from './testing/axe.ts';
import { anInbox, aSession } from './testing/rows.ts';
import {
  menu,
  openPage,
  page,
  server,
  setTheScreens,
  showCode,
  signIn,
  type Look,
} from './testing/screens-stage.ts';
import { unmarked } from './testing/unmarked.ts';

// Every screen but the kinds of Messages (talk.browser.test.ts) in every look, by one walk for each look.

setTheScreens();

/** Goes through the screens; `at` looks at each. */
async function walk(at: (screen: string) => Promise<void>): Promise<void> {
  await at('sign-in');
  await signIn();
  await page.getByRole('option').first().waitFor();
  await at('chats');
  await menu().click();
  await at('menu');
  await page.getByRole('menuitem').first().click();
  await page.locator('.set-section').first().waitFor();
  await at('settings');
  await page.locator('.set-more').click();
  await page.locator('.keys').first().waitFor();
  await at('shortcuts');
  await page.keyboard.press('Escape');
  await page.getByRole('option').first().click();
  await page.locator('article').nth(1).waitFor();
  await page.locator('.emoji-place').waitFor();
  await at('chat');
  await page.locator('.bar .icon-button').first().click();
  await page.locator('.bar .icon-button').first().click();
  await page.locator('.listbox, .start-chat').first().waitFor();
  await at('contacts');
  await page.locator('.bar .icon-button').first().click();
  const failed = { state: 'failed', code: 'no-internet', action: 'retry', me: null } as const;
  server.commit({ session: aSession(failed) });
  await page.locator('.banner .link').click();
  await page.locator('.link-details summary').click();
  await at('link failed');
  server.commit({
    session: aSession({
      state: 'pairing',
      code: 'extra-step-on-phone',
      action: 'extra-step-on-phone',
      me: null,
    }),
  });
  await page.locator('.ways, .waits').first().waitFor();
  await at('one more step on the phone');
  showCode('qr');
  await page.locator('.qr path[d^=M]').waitFor();
  await at('link by QR');
  await page.getByRole('tab').nth(1).click();
  await page.locator('input[type=tel]').waitFor();
  await at('link by number');
  showCode('code');
  await page.locator('.code .box').first().waitFor();
  await at('pairing code');
  server.commit({ session: aSession({ state: 'syncing', me: null, progress: 40 }) });
  await page.locator('.notice progress').waitFor();
  await at('loading chats');
}

const looks: Look[] = [
  { name: 'light' },
  { name: 'dark', dark: true },
  { name: 'right to left, in the pseudo-locale', locale: 'ar-XB' },
  { name: '320 px, in Russian', width: 320, height: 640, locale: 'ru' },
  { name: 'letters twice as large, in Italian', text: 2, locale: 'it' },
];
test.each(looks)('no screen has an accessibility violation or scrolls sideways: $name', async (look) => {
  const untranslated: string[] = [];
  await openPage(look);
  await walk(async (screen) => {
    expect(await violations(page, look.dark ? colourRules : undefined), screen).toEqual([]);
    const wider = await page.locator('.panel').evaluate((element) => ({
      panel: element.scrollWidth - element.clientWidth,
      page: document.documentElement.scrollWidth - innerWidth,
    }));
    expect(wider, screen).toEqual({ panel: 0, page: 0 });
    if (look.locale === 'ar-XB')
      untranslated.push(...(await unmarked(page)).map((one) => `${screen}: ${one}`));
  });
  // What comes from people, and names that are the same in every language.
  const same =
    /: (Anna Bianchi|AB|(Anna Bianchi)?,|Elena|Marta|Sales|Hello|Ciao|Harbour|English|Italiano|Русский|Android|iPhone|Esc|F6|Enter|Shift|Ctrl|Delete|F10|Home|End|PgUp|PgDn|[A-Z]|\w+@example\.com|state: (failed|pairing).*)$/s;
  expect(untranslated.filter((one) => !same.test(one))).toEqual([]);
});

test('with colours forced by the system and without motion everything is still there', async () => {
  await openPage({ forced: true, calm: true });
  await walk(async (screen) => {
    expect(await page.locator('.panel').isVisible(), screen).toBe(true);
    const moving = await page.evaluate(() =>
      document
        .querySelector('chatdock-widget')!
        .shadowRoot!.getAnimations()
        .filter((one) => Number(one.effect?.getComputedTiming().duration) > 50)
        .map((one) => (one as CSSAnimation).animationName)
        .filter((name) => name !== 'cd-turn'),
    );
    expect(moving, screen).toEqual([]);
  });
});

test('a choice works at once, is kept, and another Agent does not have it', async () => {
  await openPage();
  await signIn();
  await menu().click();
  await page.getByRole('menuitem', { name: 'Settings' }).click();
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
  await page.getByRole('radio', { name: 'Largest' }).check({ force: true });
  await page.getByRole('switch', { name: 'Enter sends' }).uncheck();
  await page.getByRole('radio', { name: 'Italiano' }).check({ force: true });
  await page.getByRole('heading', { name: 'Impostazioni' }).waitFor();
  const host = page.locator('chatdock-widget');
  await expect.poll(() => host.getAttribute('data-theme')).toBe('dark');
  await expect.poll(() => host.getAttribute('data-text')).toBe('largest');
  await page.keyboard.press('Escape');
  await page.getByRole('option').first().click();
  await page.locator('textarea').fill('una riga');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('textarea').inputValue()).toBe('una riga\n');
  await page.keyboard.press('Control+Enter');
  await page.locator('article.mine').last().getByText('una riga').waitFor();
});

test('a shortcut is given other keys by keys alone: what is taken is said in words, the list shows the new ones, and they are kept', async () => {
  await openPage();
  await signIn();
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('F6');
  await page.keyboard.press('?');
  const reply = page.getByRole('button', { name: /^Reply: / });
  await reply.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Press the new keys' }).waitFor();
  const said = (): Promise<string | null> => page.locator('.key-asked [role=alert]').textContent();
  const tries: [string, string][] = [
    ['e', 'E already means: Change'],
    ['Control+/', 'Ctrl + / belongs to the CRM around.'],
    ['Control+t', 'Ctrl + T belongs to the browser.'],
    ['Enter', 'Enter has its meaning in every list and field of this widget.'],
  ];
  for (const [keys, words] of tries) {
    await page.keyboard.press(keys);
    await expect.poll(said).toBe(words);
  }
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Alt+a');
  await page.getByRole('button', { name: 'Reply: Alt + A. Change' }).waitFor();
  // Another one is turned off.
  await page.getByRole('button', { name: /^Star: / }).press('Enter');
  await page.getByRole('button', { name: 'No keys' }).press('Enter');
  await page.getByRole('button', { name: 'Star: Off. Change' }).waitFor();
  await page.keyboard.press('Escape');

  const onMessage = async (): Promise<void> => {
    await page.getByRole('option').first().click();
    await page.locator('article').nth(1).waitFor();
    await page.locator('article').last().focus();
  };
  await onMessage();
  await page.keyboard.press('r');
  expect(await page.locator('.beside').count()).toBe(0);
  await page.keyboard.press('Alt+a');
  await page.locator('.beside').waitFor();

  // The next time too, until they are as usual again.
  await page.reload();
  await page.locator('.launcher').click();
  await signIn();
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('F6');
  await page.keyboard.press('?');
  await page.getByRole('button', { name: 'Reply: Alt + A. Change' }).waitFor();
  await page.getByRole('button', { name: 'Back to the usual keys' }).click();
  await page.getByRole('button', { name: 'Reply: R. Change' }).waitFor();
});

test('the whole way by keyboard: sign-in, settings, shortcuts, a chat, a message, its actions, and out', async () => {
  await openPage();
  await page.keyboard.type('marta@example.com');
  await page.keyboard.press('Tab');
  await page.keyboard.type('secret');
  await page.keyboard.press('Enter');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('F6');
  const focused = () =>
    page.evaluate(() => {
      const root = document.querySelector('chatdock-widget')!.shadowRoot!;
      return root.activeElement?.getAttribute('role') ?? root.activeElement?.tagName;
    });
  await expect.poll(focused).toBe('listbox');
  await page.keyboard.press('?');
  await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('option').first().waitFor();
  await page.keyboard.press('F6');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.locator('article').first().waitFor();
  await expect.poll(focused).toBe('TEXTAREA');
  await page.keyboard.press('F6');
  await expect.poll(focused).toBe('feed');
  await page.keyboard.press('PageUp');
  await expect.poll(focused).toBe('article');
  await page.keyboard.press('Enter');
  await page.getByRole('menu').waitFor();
  // Without a frame between: on a slow machine, too, the next key finds the focus where it is meant to be.
  const [was, became] = await page.evaluate(async () => {
    const root = document.querySelector('chatdock-widget')!.shadowRoot!;
    const held = root.activeElement!;
    held.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true }));
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    return [held, root.activeElement].map((one) => one?.getAttribute('role'));
  });
  expect(was).toMatch(/^menuitem/);
  expect(became).toBe('article');
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await page.locator('.panel').waitFor({ state: 'hidden' });
});

test('the page’s own colours are worn, mended where they cannot be read, and taken off again', async () => {
  await openPage();
  await page.addStyleTag({
    content: ':root { --body-bg: #1d2430; --text-color: #3a4250; --brand-primary: #34435c; }',
  });
  await signIn();
  await menu().click();
  await page.getByRole('menuitem', { name: 'Settings' }).click();
  await page.getByRole('radio', { name: 'This page' }).check({ force: true });
  const host = page.locator('chatdock-widget');
  await expect.poll(() => host.getAttribute('data-theme')).toBe('dark');
  expect(await host.evaluate((element) => element.style.getPropertyValue('--cd-surface'))).toBe('#1d2430');
  expect(await violations(page, colourRules)).toEqual([]);
  await page.getByRole('radio', { name: 'Light' }).check({ force: true });
  expect(await host.evaluate((element) => element.style.getPropertyValue('--cd-surface'))).toBe('');
});

test('two numbers, and none: whoever has none is told what to do', async () => {
  server.instead.set('GET /inboxes', () => ({ status: 200, body: { list: [] } }));
  await openPage();
  await signIn();
  await page.getByText('No number yet').waitFor();
  expect(await violations(page)).toEqual([]);
  server.instead.set('GET /inboxes', () => ({
    status: 200,
    body: { list: [server.inbox, anInbox({ id: 2, name: 'Support' })] },
  }));
  await page.reload();
  await page.locator('.launcher').click();
  await signIn();
  await page.locator('.number-switch').click();
  await page.getByRole('menuitemradio').nth(1).waitFor();
  expect(await violations(page)).toEqual([]);
});
