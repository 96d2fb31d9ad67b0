import { existsSync } from 'node:fs';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from 'playwright';
import type { RunningHouse } from './house.ts';

/** Without a window first: the Agent's browser is not what is tried here, and it takes a third less. */
const places = [
  '/usr/bin/chromium-headless-shell',
  process.env['CHATDOCK_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The Agent's browser; one for a whole file. */
export function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = places.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error('there is no Chromium; install the package chromium');
  return chromium.launch({ executablePath, args: ['--no-sandbox', ...args] });
}

interface OpenOptions {
  house: RunningHouse;
  locale?: string;
  /** What the browser is like; default a screen of 1280 × 1100. */
  context?: BrowserContextOptions;
  /** Before the page is opened: routes. */
  prepare?: (page: Page) => Promise<void>;
}

/** An Agent in front of the demo CRM page with the widget open. Knows the screens by what they say, not by their code. */
export class WidgetPage implements AsyncDisposable {
  readonly page: Page;
  /** Errors of the page itself, in order; a spec may want none. */
  readonly faults: string[] = [];
  readonly #context: BrowserContext;
  private constructor(page: Page, context: BrowserContext) {
    this.page = page;
    this.#context = context;
    page.on('pageerror', (error) => this.faults.push(String(error)));
  }

  static async open(
    browser: Browser,
    { house, locale, prepare, context: like }: OpenOptions,
  ): Promise<WidgetPage> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 1100 }, ...like });
    // A machine with two busy cores takes its time; whoever waits goes on as soon as it is so.
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    if (locale) {
      await page.addInitScript(
        (language) => localStorage.setItem('chatdock:preferences', JSON.stringify({ language })),
        locale,
      );
    }
    await prepare?.(page);
    await page.goto(house.url);
    await page.locator('chatdock-widget .launcher').click();
    return new WidgetPage(page, context);
  }

  /** Another tab of the same browser, with the widget open: signed in already, if this one is. Goes when this one goes. */
  async anotherTab(house: RunningHouse, prepare?: (page: Page) => Promise<void> | void): Promise<WidgetPage> {
    const page = await this.#context.newPage();
    const tab = new WidgetPage(page, this.#context);
    await prepare?.(page);
    await page.goto(house.url);
    await page.locator('chatdock-widget .launcher').click();
    return tab;
  }

  async signIn({ email, password }: { email: string; password: string }): Promise<void> {
    await this.page.locator('input[name=email]').fill(email);
    await this.page.locator('input[name=password]').fill(password);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.sign-in').waitFor({ state: 'detached' });
  }

  get panel(): Locator {
    return this.page.locator('chatdock-widget .panel');
  }
  button(name: string | RegExp): Locator {
    return this.panel.getByRole('button', { name });
  }
  /** Row of the list of chats (or of people), by the name it shows. */
  row(name: string): Locator {
    return this.panel.getByRole('option').filter({ has: this.page.locator('.name', { hasText: name }) });
  }
  async openChat(name: string): Promise<void> {
    await this.row(name).click();
    await this.panel.getByRole('heading', { name }).waitFor();
    await this.panel.getByRole('feed').waitFor();
  }
  async back(): Promise<void> {
    await this.panel.getByRole('button', { name: 'Back', exact: true }).click();
  }
  /** Types into the composer and presses Enter. */
  async write(text: string): Promise<void> {
    await this.panel.locator('textarea').fill(text);
    await this.page.keyboard.press('Enter');
  }
  /** Bubbles that say exactly this. */
  bubbles(text: string, whose: 'mine' | 'theirs'): Locator {
    return this.panel
      .locator(`article.${whose}`)
      .filter({ has: this.page.locator('.text').getByText(text, { exact: true }) });
  }
  ticks(bubble: Locator, name: 'Waiting to be sent' | 'Sent' | 'Delivered' | 'Read'): Locator {
    return bubble.getByRole('img', { name, exact: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}
