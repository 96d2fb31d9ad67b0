import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll } from 'vitest';
import { buildWidget } from './build.ts';
import { findChromium } from './chromium.ts';

/** Where the built widget lies, and a browser to show it in: both last as long as the tests of a file. */
export let folder: string;
export let browser: Browser;

/** Once, at the top of a file. `args`: what the browser is told beside the usual. */
export function buildAndLaunch(args: readonly string[] = []): void {
  let built: Awaited<ReturnType<typeof buildWidget>>;
  beforeAll(async () => {
    built = await buildWidget();
    ({ folder } = built);
    browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox', ...args] });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await built?.[Symbol.asyncDispose]();
  });
}
