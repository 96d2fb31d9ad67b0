import type { Browser, Page } from 'playwright';
import type { TinyServer } from './tiny-server.ts';

export interface Look {
  width?: number;
  height?: number;
  dark?: boolean;
  locale?: string;
}

/** A host page with the widget signed in and its list in sight. `faults` hears what breaks. */
export async function openWidget(
  browser: Browser,
  server: TinyServer,
  path: string,
  look: Look,
  faults: string[],
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: look.width ?? 460, height: look.height ?? 900 },
    colorScheme: look.dark ? 'dark' : 'light',
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (line) => {
    if (/Content Security Policy|TrustedHTML|TrustedScript/.test(line.text())) faults.push(line.text());
  });
  if (look.locale) {
    await page.addInitScript(
      (language) => localStorage.setItem('chatdock:preferences', JSON.stringify({ language })),
      look.locale,
    );
  }
  await page.goto(`${server.url}/widget/host/${path}/index.html`);
  await signIn(page);
  return page;
}

/** From the closed widget to the list. */
export async function signIn(page: Page): Promise<void> {
  await page.locator('.launcher').click();
  await page.locator('input[name=email]').fill('marta@example.com');
  await page.locator('input[name=password]').fill('secret');
  await page.keyboard.press('Enter');
  await page.getByRole('option').first().waitFor();
}

/** What the widget has kept in this browser, as text; '' if nothing. */
export function keptIn(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const found: unknown[] = [];
    for (const { name = '' } of await indexedDB.databases()) {
      if (!name.startsWith('chatdock:')) continue;
      const opening = indexedDB.open(name);
      await new Promise((done) => (opening.onsuccess = done));
      const reading = opening.result.transaction('kept').objectStore('kept').getAll();
      await new Promise((done) => (reading.onsuccess = done));
      found.push(...reading.result);
      opening.result.close();
    }
    return found.map((one) => JSON.stringify(one)).join('\n');
  });
}
