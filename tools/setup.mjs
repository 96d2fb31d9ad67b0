// Set-up shared by `npm start`, `npm test` and `npm run check`. Plain JavaScript without dependencies: it runs on the
// system's Node (20 or newer) before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFolder = join(root, 'node_modules', '.chatdock');

export function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Ends the process with one sentence. */
export function fail(text) {
  process.stderr.write(`\n${text}\n`);
  process.exit(1);
}

export function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) fail(`Chatdock needs Node 20 or newer to set itself up; this is ${process.version}.`);
}

/** Packages by `npm ci`, only when the lock file differs from what is installed. */
export async function ensureDependencies() {
  const wanted = hashOf([join(root, 'package-lock.json'), join(root, '.puppeteerrc.cjs')]);
  if (stampIs('dependencies', wanted)) return;
  say('Installing packages (once, about a minute) …');
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--include=dev', '--loglevel=error'], {
    quietly: false,
  });
  if (code !== 0) fail('The packages could not be installed. `npm ci` says why, above.');
  setStamp('dependencies', wanted);
}

/** Node 24 as installed beside the packages; else the system's, if it can run TypeScript as it is. */
export function nodeBinary() {
  const own = join(root, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(own)) return own;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 23 || (major === 22 && minor >= 18) || (major === 23 && minor >= 6)) return process.execPath;
  return fail(
    'Node 24 was not installed with the packages, and the system’s Node cannot run TypeScript. Run: npm ci',
  );
}

const browsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/usr/bin/chromium-headless-shell',
];

export function findBrowser() {
  if (process.env.CHATDOCK_CHROMIUM) return process.env.CHATDOCK_CHROMIUM;
  return browsers.find((path) => existsSync(path)) ?? puppeteerBrowser();
}

function puppeteerBrowser() {
  const cache = join(root, '.cache', 'puppeteer', 'chrome');
  if (!existsSync(cache)) return undefined;
  for (const version of readdirSync(cache)) {
    const path = join(cache, version, 'chrome-linux64', 'chrome');
    if (existsSync(path)) return path;
  }
  return undefined;
}

/** A Chromium: the system's, or installed by its package manager, or by puppeteer. Returns its path or undefined. */
export async function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  say('Installing Chromium (once) …');
  if (await installPackages(['chromium'])) {
    const installed = findBrowser();
    if (installed) return installed;
  }
  const cli = join(root, 'node_modules', '.bin', 'browsers');
  if (existsSync(cli))
    await run(cli, ['install', 'chrome@stable', '--path', join(root, '.cache', 'puppeteer')], {});
  const last = findBrowser();
  if (!last) {
    say(
      'No Chromium could be installed. Chatdock runs, but WhatsApp numbers cannot be connected until you install one ' +
        '(Debian: apt-get install chromium) or set CHATDOCK_CHROMIUM to its path.',
    );
  }
  return last;
}

const hasMariaDb = () =>
  ['/usr/sbin/mariadbd', '/usr/sbin/mysqld', '/usr/libexec/mariadbd', '/usr/bin/mariadbd'].some((path) =>
    existsSync(path),
  );

/** MariaDB for the test run. Ends the process when it cannot be had. */
export async function ensureMariaDb() {
  if (hasMariaDb()) return;
  say('Installing MariaDB for the tests (once) …');
  await installPackages(['mariadb-server']);
  if (!hasMariaDb()) fail('The tests need a MariaDB server binary (Debian: apt-get install mariadb-server).');
}

/** The Chromium without a window, for tests that are not about the browser. Asked for once; without it they take longer. */
export async function ensureLightBrowser() {
  const isThere = () => existsSync('/usr/bin/chromium-headless-shell');
  if (!isThere() && !stampIs('light-browser', 'asked')) {
    await installPackages(['chromium-headless-shell']);
    setStamp('light-browser', 'asked');
  }
  if (!isThere())
    say('chromium-headless-shell is not installed: the tests use the whole browser, which takes longer.');
}

/**
 * What the system's packages have of a browser and a database and is not here, in one go; beside `npm ci`. What cannot be
 * had so, each of the functions above tries by itself and has its word about.
 */
export async function ensureSystemPackages() {
  const names = [
    ...(findBrowser() ? [] : ['chromium']),
    ...(existsSync('/usr/bin/chromium-headless-shell') ? [] : ['chromium-headless-shell']),
    ...(hasMariaDb() ? [] : ['mariadb-server']),
  ];
  if (names.length === 0 || stampIs('system-packages', names.join())) return;
  say(`Installing ${names.join(', ')} (once) …`);
  await installPackages(names);
  return () => setStamp('system-packages', names.join());
}

async function installPackages(names) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  if (spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  // A service of the system's own must not be started by the mere installation.
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return (
      (await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { env })) === 0
    );
  } finally {
    if (ours) spawnSync('rm', ['-f', policy]);
  }
}

/** Builds the widget when its sources (or what it shares with the server) have changed. */
export async function ensureWidget() {
  const sources = [
    ...filesIn(join(root, 'widget')).filter((path) => !/\.test\.tsx?$/.test(path)),
    ...filesIn(join(root, 'server', 'contract')).filter((path) => !path.endsWith('.test.ts')),
    join(root, 'package-lock.json'),
  ];
  const wanted = hashOf(sources);
  if (stampIs('widget', wanted) && existsSync(join(root, 'dist', 'widget', 'v1', 'loader.js'))) return;
  say('Building the widget …');
  const code = await run('npm', ['run', '--silent', 'build'], {
    env: { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` },
    quietly: true,
  });
  if (code !== 0) fail('The widget could not be built; the reason stands above.');
  setStamp('widget', wanted);
}

function filesIn(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .toSorted();
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths)
    hash.update(path.slice(root.length)).update(existsSync(path) ? readFileSync(path) : '');
  return hash.digest('hex');
}

function stampIs(name, value) {
  const path = join(stampFolder, name);
  return existsSync(path) && readFileSync(path, 'utf8') === value;
}

function setStamp(name, value) {
  mkdirSync(stampFolder, { recursive: true });
  writeFileSync(join(stampFolder, name), value);
}

/** Runs a command in the project folder; resolves with its exit code. `quietly`: its output is shown only if it fails. */
export function run(command, args, { env = process.env, quietly = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: ['ignore', quietly ? 'pipe' : 'inherit', quietly ? 'pipe' : 'inherit'],
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.once('error', () => resolve(127));
    child.once('exit', (code) => {
      if (code !== 0 && quietly) process.stderr.write(output);
      resolve(code ?? 1);
    });
  });
}
