// `npm test`: installs what is missing, then everything: types, lint, format, rooms, unit, laws, races, database,
// conformance, realtime, widget, end to end. Ends with `N passed, N failed`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import {
  checkNode,
  ensureBrowser,
  ensureDependencies,
  ensureLightBrowser,
  ensureMariaDb,
  ensureWidget,
  nodeBinary,
  root,
  run,
  say,
} from './setup.mjs';
import { gather, table } from './test-times.mjs';

checkNode();
await ensureDependencies();
const browser = await ensureBrowser();
await ensureLightBrowser();
await ensureMariaDb();
await ensureWidget();

const bin = join(root, 'node_modules', '.bin');
const env = {
  ...process.env,
  PATH: `${bin}:${process.env.PATH}`,
  NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
  // Built just now: no file builds its own.
  CHATDOCK_TEST_WIDGET: join(root, 'dist', 'widget'),
  ...(browser ? { CHATDOCK_CHROMIUM: browser } : {}),
};
const began = Date.now();
const seconds = (since) => Math.round((Date.now() - since) / 1000);
let passed = 0;
let failed = 0;
const check = async (name, command, args) => {
  const code = await run(command, args, { env, quietly: true });
  if (code === 0) passed += 1;
  else failed += 1;
  say(`— ${name}: ${code === 0 ? 'passed' : 'FAILED'}`);
};

const folder = mkdtempSync(join(tmpdir(), 'chatdock-test-'));
const projects = new Map();
/** Runs projects in one vitest; `aside`: beside another one, which goes first, and shown when it is done. */
async function test(names, { aside = false } = {}) {
  const report = join(folder, `${names.join('-')}.json`);
  const started = Date.now();
  const child = spawn(
    nodeBinary(),
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      ...names.flatMap((name) => ['--project', name]),
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
  passed += result?.numPassedTests ?? 0;
  const broken = result?.numFailedTests ?? 0;
  // A file that cannot be loaded, or an error outside any test, fails the run without a failed test.
  failed += code !== 0 && broken === 0 ? 1 : broken;
  for (const [name, files] of gather(names, result)) projects.set(name, files);
  say(`  ${names.join(' and ')}: ${seconds(started)} s`);
}

say('');
// What computes runs below what waits for browsers, on the processor that those leave.
await Promise.all([
  test(['browser', 'e2e']),
  (async () => {
    await Promise.all([
      check('types', join(bin, 'tsc'), ['--noEmit', '-p', 'tsconfig.json']),
      check('lint', join(bin, 'oxlint'), ['--deny-warnings']),
      check('format', join(bin, 'prettier'), ['--check', '--log-level=warn', '.']),
    ]);
    await test(['unit', 'database'], { aside: true });
  })(),
]);
rmSync(folder, { recursive: true, force: true });
say(table(projects));
say(`\n${seconds(began)} s\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
