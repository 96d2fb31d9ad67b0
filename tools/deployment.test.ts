import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const top = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(top, path), 'utf8');

test('the image runs as nobody of importance, on code it cannot change, with no door for debuggers', () => {
  const lines = read('Dockerfile').split('\n');
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
  expect(last.findLast((line) => line.startsWith('USER '))).toBe('USER chatdock');
  // Copied by root, so the user cannot write there; only /data is its own.
  expect(last.filter((line) => line.startsWith('COPY ') && line.includes('--chown'))).toEqual([]);
  expect(last.join('\n')).toContain('install -d -o chatdock -g chatdock -m 0700 /data');
  for (const path of ['Dockerfile', 'docker-compose.yml', 'package.json'])
    expect(read(path), path).not.toMatch(/--inspect|privileged|SYS_ADMIN|seccomp[=:]unconfined/);
});

test('the browser is driven by a pipe: no port of this machine opens it', () => {
  const folder = 'server/engine/wwebjs';
  const files = readdirSync(join(top, folder)).filter((name) => /^[a-z-]+\.ts$/.test(name));
  const texts = files.map((name) => read(`${folder}/${name}`)).join('\n');
  expect(texts).toContain('pipe: true');
  expect(texts).not.toMatch(/remote-debugging-(port|address)|disable-web-security/);
});

test('packages are pinned, and none but the listed may run something when it is installed', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
    string,
    Record<string, string>
  >;
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { hasInstallScript?: true; resolved?: string; integrity?: string; link?: true }>;
  };
  const running = Object.entries(packages).flatMap(([path, one]) => (one.hasInstallScript ? [path] : []));
  expect(running.map((path) => path.replace(/^.*node_modules\//, '')).toSorted()).toEqual([
    'baileys',
    'node',
    'protobufjs',
    'puppeteer',
  ]);
  for (const [path, one] of Object.entries(packages))
    if (path.startsWith('node_modules/') && !one.link) expect(one.integrity, path).toMatch(/^sha512-/);
});
