import { existsSync } from 'node:fs';

const whole = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * The browser for what is not about the browser: Debian's Chromium without a window where it is installed. It draws and
 * runs the same with a third less of the processor; what a user has is `findWholeChromium`.
 */
export function findChromium(): string {
  return firstOf(['/usr/bin/chromium-headless-shell', ...whole]);
}

/** The system's browser, as people have it. */
export function findWholeChromium(): string {
  return firstOf(whole);
}

function firstOf(places: readonly string[]): string {
  const found = places.find((path) => existsSync(path));
  if (!found) throw new Error('there is no Chromium; install the package chromium');
  return found;
}
