import { existsSync } from 'node:fs';
import { basename } from 'node:path';

const wellKnown = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/chromium-headless-shell',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export interface Browser {
  path: string;
  /** The small browser without a window: half the memory, and not what WhatsApp's users normally have. */
  shell: boolean;
}

/** The browser to launch: the given one if it is there, else the first of the well-known. `undefined`: none. */
export function findBrowser(
  given: string | undefined,
  exists: (path: string) => boolean = existsSync,
): Browser | undefined {
  const path = given === undefined ? wellKnown.find(exists) : exists(given) ? given : undefined;
  return path === undefined ? undefined : { path, shell: basename(path).includes('headless-shell') };
}

export function launchArguments(marker: string, upstream: string[], root: boolean): string[] {
  return [
    marker,
    ...(root ? ['--no-sandbox'] : []),
    '--disable-dev-shm-usage',
    '--disable-gpu',
    '--mute-audio',
    '--no-first-run',
    ...upstream,
  ];
}
