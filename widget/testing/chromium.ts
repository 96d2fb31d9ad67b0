import { existsSync } from 'node:fs';

/** The system's browser, where the tests and the engine find it. */
export function findChromium(): string {
  const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const found = places.find((path) => existsSync(path));
  if (!found) throw new Error('there is no Chromium; install the package chromium');
  return found;
}
