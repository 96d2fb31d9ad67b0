// `npm test`: installs what is missing, then everything: types, lint, format, rooms, unit, laws, races, database,
// conformance, realtime, widget, end to end. Ends with `N passed, N failed`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkNode,
  ensureBrowser,
  ensureDependencies,
  ensureMariaDb,
  ensureWidget,
  nodeBinary,
  root,
  run,
  say,
} from './setup.mjs';

checkNode();
await ensureDependencies();
const browser = await ensureBrowser();
await ensureMariaDb();
await ensureWidget();

const bin = join(root, 'node_modules', '.bin');
const env = {
  ...process.env,
  PATH: `${bin}:${process.env.PATH}`,
  NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
  ...(browser ? { CHATDOCK_CHROMIUM: browser } : {}),
};
let passed = 0;
let failed = 0;
const check = async (name, command, args) => {
  const code = await run(command, args, { env, quietly: true });
  if (code === 0) passed += 1;
  else failed += 1;
  say(`— ${name}: ${code === 0 ? 'passed' : 'FAILED'}`);
};
say('');
// Each has one thread: beside each other they leave no core idle.
await Promise.all([
  check('types', join(bin, 'tsc'), ['--noEmit', '-p', 'tsconfig.json']),
  check('lint', join(bin, 'oxlint'), ['--deny-warnings']),
  check('format', join(bin, 'prettier'), ['--check', '--log-level=warn', '.']),
]);

const folder = mkdtempSync(join(tmpdir(), 'chatdock-test-'));
// One project after the other: the browser kinds want both cores to themselves.
for (const project of ['unit', 'database', 'browser', 'e2e']) {
  say(`\n— ${project} tests`);
  const report = join(folder, `${project}.json`);
  const started = Date.now();
  const code = await run(
    nodeBinary(),
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { env },
  );
  const result = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
  passed += result?.numPassedTests ?? 0;
  const broken = result?.numFailedTests ?? 0;
  // A file that cannot be loaded, or an error outside any test, fails the run without a failed test.
  failed += code !== 0 && broken === 0 ? 1 : broken;
  say(`  ${project}: ${Math.round((Date.now() - started) / 1000)} s`);
}
rmSync(folder, { recursive: true, force: true });
say(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
