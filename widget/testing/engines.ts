import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import puppeteer, { type Browser, type Page } from 'puppeteer';
import { findWholeChromium } from './chromium.ts';

/** A tab of any engine, as little of it as the host-page matrix needs. Points are in CSS px of the window. */
export interface Tab {
  go(url: string): Promise<void>;
  /** Runs an expression (or `async` function call) in the page; what it gives must be JSON. */
  run<T>(expression: string): Promise<T>;
  click(x: number, y: number): Promise<void>;
  type(text: string): Promise<void>;
  press(key: 'Enter' | 'Escape' | 'Backspace'): Promise<void>;
  close(): Promise<void>;
}
export interface EngineUnderTest extends AsyncDisposable {
  name: string;
  /** One at a time. Nothing is remembered from the one before, if its page was on another origin. */
  newTab(): Promise<Tab>;
}

/** An engine, or why it is not here. */
export type Maybe = { start(): Promise<EngineUnderTest> } | { missing: string };

export const engines: Record<'Chromium' | 'Firefox' | 'WebKit', Maybe> = {
  Chromium: {
    start: () =>
      byPuppeteer('Chromium', {
        browser: 'chrome',
        executablePath: findWholeChromium(),
        args: ['--no-sandbox'],
      }),
  },
  Firefox: existsSync('/usr/bin/firefox-esr')
    ? { start: () => byPuppeteer('Firefox', { browser: 'firefox', executablePath: '/usr/bin/firefox-esr' }) }
    : { missing: 'Debian’s package firefox-esr is not installed' },
  WebKit:
    existsSync('/usr/bin/WebKitWebDriver') && existsSync('/usr/bin/Xvfb')
      ? { start: startWebKit }
      : { missing: 'Debian’s packages webkit2gtk-driver and xvfb are not installed' },
};

async function byPuppeteer(
  name: string,
  options: { browser: 'chrome' | 'firefox'; executablePath: string; args?: string[] },
): Promise<EngineUnderTest> {
  const browser: Browser = await puppeteer.launch({ headless: true, timeout: 80_000, ...options });
  /** One for all: a new one is a process more, which reads and compiles everything anew. */
  let tab: Promise<Page> | undefined;
  const open = async (): Promise<Page> => {
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    await page.setViewport({ width: 1_000, height: 760 });
    return page;
  };
  return {
    name,
    async newTab() {
      const page = await (tab ??= open());
      return {
        go: async (url) => void (await page.goto(url)),
        run: <T>(expression: string) => page.evaluate(`(async () => (${expression}))()`) as Promise<T>,
        click: (x, y) => page.mouse.click(x, y),
        type: (text) => page.keyboard.type(text),
        press: (key) => page.keyboard.press(key),
        close: async () => void (await page.goto('about:blank')),
      };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

const webDriverKeys = { Enter: '\uE007', Escape: '\uE00C', Backspace: '\uE003' };

/** WebKitGTK by plain WebDriver, on a screen that nobody sees. */
async function startWebKit(): Promise<EngineUnderTest> {
  const display = `:${90 + Math.floor(Math.random() * 900)}`;
  const children: ChildProcess[] = [];
  const run = (command: string, args: string[]): void => {
    const environment = { ...process.env, DISPLAY: display, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' };
    children.push(spawn(command, args, { stdio: 'ignore', env: environment }));
  };
  run('/usr/bin/Xvfb', [display, '-screen', '0', '1200x900x24', '-nolisten', 'tcp']);
  const port = await freePort();
  run('/usr/bin/WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1']);
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const { value } = (await answer.json()) as { value: unknown };
    if (!answer.ok) throw new Error(`WebDriver ${path}: ${JSON.stringify(value).slice(0, 300)}`);
    return value;
  };
  for (let left = 600; ; left--) {
    const isThere = await ask('GET', '/status').then(
      () => true,
      () => false,
    );
    if (isThere) break;
    if (left === 0) throw new Error('WebKitWebDriver does not answer');
    await new Promise((done) => setTimeout(done, 100));
  }
  /** The address of the window in which all tabs follow each other. */
  let window: Promise<string> | undefined;
  const openWindow = async (): Promise<string> => {
    const { sessionId } = (await ask('POST', '/session', {
      capabilities: {
        alwaysMatch: {
          browserName: 'MiniBrowser',
          'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation'] },
        },
      },
    })) as { sessionId: string };
    const at = `/session/${sessionId}`;
    await ask('POST', `${at}/window/rect`, { width: 1_000, height: 800 });
    await ask('POST', `${at}/timeouts`, { script: 90_000 });
    return at;
  };
  return {
    name: 'WebKit',
    async newTab() {
      // One window for all: a new one takes as long as a whole page of the matrix.
      const at = await (window ??= openWindow());
      const keys = (texts: readonly string[]) =>
        ask('POST', `${at}/actions`, {
          actions: [
            {
              type: 'key',
              id: 'keys',
              actions: texts.flatMap((value) => [
                { type: 'keyDown', value },
                { type: 'keyUp', value },
              ]),
            },
          ],
        });
      return {
        go: async (url) => void (await ask('POST', `${at}/url`, { url })),
        async run<T>(expression: string) {
          const script = `const done = arguments[arguments.length - 1]; (async () => (${expression}))().then((value) => done({ value }), (error) => done({ thrown: String(error) }));`;
          const answer = (await ask('POST', `${at}/execute/async`, { script, args: [] })) as {
            value: T;
            thrown?: string;
          };
          if (answer.thrown !== undefined) throw new Error(answer.thrown);
          return answer.value;
        },
        async click(x, y) {
          const actions = [
            { type: 'pointerMove', duration: 0, x: Math.round(x), y: Math.round(y) },
            { type: 'pointerDown', button: 0 },
            { type: 'pointerUp', button: 0 },
          ];
          await ask('POST', `${at}/actions`, {
            actions: [{ type: 'pointer', id: 'mouse', parameters: { pointerType: 'mouse' }, actions }],
          });
        },
        type: async (text) => void (await keys(Array.from(text))),
        press: async (key) => void (await keys([webDriverKeys[key]])),
        close: async () => void (await ask('POST', `${at}/url`, { url: 'about:blank' })),
      };
    },
    async [Symbol.asyncDispose]() {
      const at = await window?.catch(() => undefined);
      if (at) await ask('DELETE', at).catch(() => undefined);
      for (const child of children.toReversed()) child.kill();
    },
  };
}

function miniBrowser(): string {
  const places = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map(
    (name) => `/usr/lib/${name}/webkit2gtk-4.1/MiniBrowser`,
  );
  return (
    [...places, ...places.map((path) => path.replace('4.1', '4.0'))].find((path) => existsSync(path)) ??
    'MiniBrowser'
  );
}

async function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
