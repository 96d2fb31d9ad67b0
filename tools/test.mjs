// `npm test`: installs what is missing, then everything: types, lint, format, rooms, unit, laws, races, database,
// conformance, realtime, widget, end to end. Ends with `N passed, N failed`.
import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { freemem, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import {
  checkNode,
  ensureBrowser,
  ensureDependencies,
  ensureLightBrowser,
  ensureMariaDb,
  ensureSystemPackages,
  ensureWidget,
  nodeBinary,
  root,
  run,
  say,
} from './setup.mjs';
import { gather, processors, reds, table, wavering } from './test-times.mjs';

checkNode();
const [asked] = await Promise.all([ensureSystemPackages(), ensureDependencies()]);
asked?.();

/** A folder whose files need no disk: hundreds of databases and browsers' profiles, none of which outlives the run. */
function inMemory() {
  const roomy = 4 * 2 ** 30;
  if (!existsSync('/dev/shm') || freemem() < roomy) return undefined;
  const { bavail, bsize } = statfsSync('/dev/shm');
  return bavail * bsize > roomy ? '/dev/shm' : undefined;
}
const folder = mkdtempSync(join(inMemory() ?? tmpdir(), 'chatdock-test-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const bin = join(root, 'node_modules', '.bin');
const env = {
  ...process.env,
  PATH: `${bin}:${process.env.PATH}`,
  NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
  TMPDIR: folder,
  // Built just now: no file builds its own.
  CHATDOCK_TEST_WIDGET: join(root, 'dist', 'widget'),
};
const began = Date.now();
const seconds = (since) => Math.round((Date.now() - since) / 1000);
let passed = 0;
/** What is red, in words; the last lines of a run, so that a shortened output holds them. */
const red = [];
const check = async (name, command, args, more = {}) => {
  const code = await run(command, args, { env: { ...env, ...more }, quietly: true });
  if (code === 0) passed += 1;
  else red.push(name);
  say(`— ${name}: ${code === 0 ? 'passed' : 'FAILED'}`);
};

// Four checkers ask much of the same again, and its collector takes as long as one of them: 24 s of the processor, 11 with
// one that collects when memory is short, in 1.3 GB for 1.8 (2026-11-22).
const types = ['--noEmit', '-p', 'tsconfig.json', '--checkers', '1'];
const collector = freemem() > 4 * 2 ** 30 ? { GOGC: 'off', GOMEMLIMIT: '2500MiB' } : {};
// These need nothing but the packages.
const checks = Promise.all([
  check('types', join(bin, 'tsc'), types, collector),
  check('lint', join(bin, 'oxlint'), ['--deny-warnings']),
  check('format', join(bin, 'prettier'), ['--check', '--log-level=warn', '.']),
]);
const browser = await ensureBrowser();
if (browser) env.CHATDOCK_CHROMIUM = browser;
await ensureLightBrowser();
await ensureMariaDb();
await ensureWidget();

const projects = new Map();
/** What was green at the second attempt only. */
const twice = [];
/**
 * Runs projects in one vitest; gives what went red. `aside`: beside another one, which goes first, and shown when it is
 * done. `files`: only these; `alone`: one after the other.
 */
async function test(names, { aside = false, files = [], alone = false } = {}) {
  const report = join(folder, `${names.join('-')}-${files.length}.json`);
  const started = Date.now();
  const atWork = processors();
  const child = spawn(
    nodeBinary(),
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...files,
      ...names.flatMap((name) => ['--project', name]),
      ...(alone ? ['--no-file-parallelism'] : []),
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { cwd: root, env, stdio: ['ignore', aside ? 'pipe' : 'inherit', aside ? 'pipe' : 'inherit'] },
  );
  // Half a share of the processor each: enough that nothing of it runs into its time limit.
  if (aside && child.pid) setPriority(child.pid, 3);
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (given) => resolve(given ?? 1));
  });
  if (aside) process.stdout.write(output);
  const result = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  say(`  ${names.join(' and ')}: ${seconds(started)} s, the processors ${atWork()} % at work`);
  const found = reds(result);
  // An error outside any test and file fails the run without a red test.
  if (code !== 0 && found.length === 0) found.push({ words: `${names.join(' and ')}: exit code ${code}` });
  return { result, found, passed: result?.numPassedTests ?? 0 };
}

/** All of these projects, counted; gives what went red. */
async function suite(names, how = {}) {
  const { result, found, passed: green } = await test(names, how);
  passed += green;
  twice.push(...wavering(result));
  for (const [name, files] of gather(names, result)) projects.set(name, files);
  return found;
}

say('');
// What computes runs below what waits for browsers, on the processor that those leave.
const busy = (
  await Promise.all([
    suite(['browser', 'e2e']),
    checks.then(() => suite(['unit', 'database'], { aside: true })),
  ])
).flat();
// On two busy cores a time limit can be missed. What is broken is red alone, too; what is not is told all the same.
const slow = [];
const files = [...new Set(busy.map(({ file }) => file))];
if (files.length > 6 || files.includes(undefined)) red.push(...busy.map(({ words }) => words));
else if (files.length > 0) {
  say(`\nRed beside others, now alone: ${files.join(', ')}`);
  const { found } = await test(['unit', 'database', 'browser', 'e2e'], { files, alone: true });
  red.push(...found.map(({ words }) => words));
  slow.push(...busy.map(({ words }) => words));
  if (found.length === 0) passed += busy.length;
}
say(table(projects));
if (twice.length > 0) say(`\ngreen at the second attempt:\n${twice.join('\n')}`);
if (slow.length > 0) say(`\nred beside others:\n${slow.join('\n')}`);
if (red.length > 0) say(`\nFAILED:\n${red.join('\n')}`);
say(`\n${seconds(began)} s\n${passed} passed, ${red.length} failed`);
process.exit(red.length === 0 && passed > 0 ? 0 : 1);
