import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser an agent sits at. */
export function openBrowser(): Promise<Browser> {
  const given = process.env['CHATDOCK_CHROMIUM'];
  const executablePath =
    given && !given.includes('headless-shell') ? given : places.find((path) => existsSync(path));
  return chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ['--no-sandbox'] });
}

/** The demo CRM page with the widget open on it, and what an agent does there. */
export class WidgetPage {
  readonly page: Page;
  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<WidgetPage> {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    await page.goto(url);
    await page.locator('.launcher').click();
    await page.locator('.panel').waitFor();
    return new WidgetPage(page);
  }

  get panel(): Locator {
    return this.page.locator('.panel');
  }
  get chats(): Locator {
    return this.panel.getByRole('option');
  }
  chat(name: string): Locator {
    return this.chats.filter({ hasText: name });
  }
  /** Bubbles of the open chat. */
  bubble(text: string): Locator {
    return this.panel.locator('article').filter({ hasText: text });
  }
  get banner(): Locator {
    return this.panel.locator('.banner');
  }

  async signIn(credentials: { email: string; password: string }): Promise<void> {
    await this.panel.locator('input[name=email]').fill(credentials.email);
    await this.panel.locator('input[name=password]').fill(credentials.password);
    await this.page.keyboard.press('Enter');
    await this.panel.locator('input[name=password]').waitFor({ state: 'detached' });
  }

  async showQr(): Promise<void> {
    await this.panel.getByRole('button', { name: 'Show the QR code' }).click();
    await this.panel.locator('.qr path[d^="M"]').waitFor({ timeout: 30_000 });
  }

  async write(text: string): Promise<void> {
    await this.panel.locator('textarea').fill(text);
    await this.page.keyboard.press('Enter');
  }

  async back(): Promise<void> {
    await this.panel.getByRole('button', { name: 'Back' }).click();
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** Dark (true) or light at the middle of every module of a QR code as it really is on the screen, quiet zone left out. */
export async function readQrFromScreen(page: Page, svg: Locator): Promise<boolean[][]> {
  const picture = (await svg.screenshot()).toString('base64');
  const across = await svg.evaluate((element) => (element as SVGSVGElement).viewBox.baseVal.width);
  const reader = await page.context().newPage();
  try {
    return await reader.evaluate(
      async ({ data, modules }) => {
        const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = canvas.getContext('2d')!;
        context.drawImage(bitmap, 0, 0);
        const quiet = 4;
        const step = bitmap.width / modules;
        const rows: boolean[][] = [];
        for (let y = quiet; y < modules - quiet; y++) {
          const row: boolean[] = [];
          for (let x = quiet; x < modules - quiet; x++) {
            const pixel = context.getImageData(
              Math.floor((x + 0.5) * step),
              Math.floor((y + 0.5) * step),
              1,
              1,
            ).data;
            row.push(pixel[0]! < 128);
          }
          rows.push(row);
        }
        return rows;
      },
      { data: picture, modules: across },
    );
  } finally {
    await reader.close();
  }
}
