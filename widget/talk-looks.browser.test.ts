import { expect, test } from 'vitest';
import { colourRules, violations } from './testing/axe.ts';
import { aPicture } from './testing/files.ts';
import type { Look } from './testing/page.ts';
import { bubble, faults, openChat, page, setTheStage } from './testing/talk-stage.ts';

setTheStage();

/** axe reads every element of a screen; on two busy cores that takes its time. */
const patience = 240_000;
const looks: (Look & { name: string })[] = [
  { name: 'light' },
  { name: 'dark', dark: true },
  { name: '360 px in Russian', width: 360, locale: 'ru' },
];
test.each(looks)(
  'every kind of message is shown without an accessibility violation: $name',
  async (look) => {
    // A window so tall that few looks see everything: each reads the whole screen anew.
    await openChat({ ...look, height: 2_600 });
    const seen = new Set<string>();
    for (let turn = 0; turn < 4; turn++) {
      expect(await violations(page, look.dark ? colourRules : undefined)).toEqual([]);
      for (const one of await page.locator('article').allInnerTexts()) seen.add(one);
      const sideways = await page
        .locator('.feed')
        .evaluate((element) => element.scrollWidth - element.clientWidth);
      expect(sideways).toBe(0);
      await page.locator('.feed').evaluate((element) => element.scrollBy(0, -2_200));
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
    }
    expect(seen.size).toBeGreaterThanOrEqual(33);
    expect(faults).toEqual([]);
  },
  patience,
);

test.each(looks)(
  'menus, sheets, the emoji and the viewer have no accessibility violation: $name',
  async (look) => {
    await openChat(look);
    const check = async (what: string): Promise<void> =>
      expect(await violations(page, look.dark ? colourRules : undefined), what).toEqual([]);
    await bubble('And this one?').hover();
    await bubble('And this one?').locator('.handle').click();
    await check('actions');
    await page.locator('.message-menu .item').nth(1).click();
    await page.locator('.choice-row').first().waitFor();
    await check('forward');
    await page.keyboard.press('Escape');
    await page.locator('.bar .icon-button[aria-haspopup=menu]').last().click();
    await page.getByRole('menuitem', { name: look.locale === 'ru' ? 'О группе' : 'Group info' }).click();
    await page.getByText('Иво Петров').last().waitFor();
    await check('group');
    await page.keyboard.press('Escape');
    await page.locator('.emoji-place button').first().click();
    await page.locator('.emoji-grid button').first().waitFor();
    await check('emoji');
    await page.keyboard.press('Escape');
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles([
        { name: 'Harbour.png', mimeType: 'image/png', buffer: aPicture(90, 60) },
        { name: 'Contract.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(900) },
      ]);
    await page.locator('.staged-row').nth(1).waitFor();
    await check('files');
    await page.keyboard.press('Escape');
    await bubble('And this one?').focus();
    await page.keyboard.press('r');
    await page.locator('.beside').waitFor();
    await check('reply');
    await page.locator('article .quote').last().click();
    await page.locator('article:is(.goal, :focus) .open-picture').waitFor();
    await page.locator('article:is(.goal, :focus) .open-picture').click();
    await page.locator('.viewer[open] img').waitFor();
    await check('viewer');
  },
);

test(
  'a strict policy is kept while photos, voices and cards are shown',
  async () => {
    await openChat({}, 'strict-csp');
    for (let turn = 0; turn < 8; turn++) {
      await page.locator('.feed').evaluate((element) => element.scrollBy(0, -480));
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
    }
    await page.locator('.small-copy[data-drawn]').first().waitFor();
    expect(faults).toEqual([]);
  },
  patience,
);
