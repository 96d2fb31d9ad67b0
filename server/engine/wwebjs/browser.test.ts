import { expect, test } from 'vitest';
import { sessionMarker } from '../processes.ts';
import { findBrowser, launchArguments } from './browser.ts';

test('the operator’s browser is taken, or none; without one the first of the well-known', () => {
  const there =
    (...paths: string[]) =>
    (path: string) =>
      paths.includes(path);
  expect(findBrowser('/opt/chrome', there('/opt/chrome'))).toEqual({ path: '/opt/chrome', shell: false });
  expect(findBrowser('/opt/chrome', there('/usr/bin/chromium'))).toBeUndefined();
  expect(findBrowser(undefined, there('/usr/bin/google-chrome', '/usr/bin/chromium'))?.path).toBe(
    '/usr/bin/chromium',
  );
  expect(findBrowser(undefined, there('/usr/bin/chromium-headless-shell'))?.shell).toBe(true);
  expect(findBrowser(undefined, () => false)).toBeUndefined();
});

test('Sessions are told apart by their folder, and the sandbox of the browser is off for root only', () => {
  expect(sessionMarker('/a')).not.toBe(sessionMarker('/b'));
  expect(sessionMarker('/a')).toBe(sessionMarker('/a'));
  expect(launchArguments('m', ['--x'], true)).toContain('--no-sandbox');
  expect(launchArguments('m', ['--x'], false)).not.toContain('--no-sandbox');
  expect(launchArguments('m', ['--x'], false)).toContain('--x');
});
